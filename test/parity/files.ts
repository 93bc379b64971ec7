/** Random job files of fio for both programs: headers, options right and wrong, comments. */
import fc from "fast-check";
import { DIFFERENCES } from "./differences.ts";
import { LINES } from "./lines.ts";

const DIFFERENT: ReadonlySet<string> = new Set(DIFFERENCES.map(([line]) => line));

/**
 * Options of one job as lines of a file; what only a command line can have is left out, and on what
 * the programs are meant to differ, which the table has.
 */
const OPTIONS = LINES.filter((line) => line.length === 1 && line[0]!.startsWith("--"))
  .filter(([word]) => !DIFFERENT.has(word!))
  .map(([word]) => word!.slice(2))
  .filter((text) => !/^(minimal|append|warn|showcm|readonly|output|terse|eta|status)/.test(text))
  .filter(
    (text) => !/^(bandwidth|idle|trigger|debug|max-jobs|aux|ioengine|io|iodep|runt)\b/.test(text),
  );

const ENGINES = ["null", "psync", "sync", "pvsync", "libaio"];

const option = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...OPTIONS) },
  { weight: 2, arbitrary: fc.constantFrom(...ENGINES).map((name) => `ioengine=${name}`) },
  fc.constantFrom("; a comment", "# another", "", "bs=8k ; why", "iodepth=2#x", "  rw=write"),
  fc.constantFrom("rw = randread", "size=(1m*4)", "numjobs=$ncpus", "bs=$" + "{NOTHING}4k"),
);

const header = fc.constantFrom(
  ...["[a]", "[b]", "[a b]", "[global]", "[global two]", "[globalx]", " [c]", "[d] ; more"],
);

const section = fc.tuple(header, fc.array(option, { maxLength: 3 }));

/** With a job in it: fio takes a file without one for a mistake. */
export const FILES: fc.Arbitrary<string> = fc
  .array(section, { minLength: 1, maxLength: 3 })
  .map((sections) =>
    [...sections.flatMap(([name, lines]) => [name, ...lines]), "[last]", "rw=read", ""].join("\n"),
  );
