/** Traces: what a job writes down of its units, and what it replays. */
import { textList } from "../base/lists.ts";
import type { RawValue } from "../base/option.ts";
import { Mistake } from "../base/problem.ts";
import { quote, show } from "../base/quote.ts";
import { type About, flag, integer, option, size, text } from "../base/values.ts";

const group = "replay";

/** What a unit of a trace can be, as replay_skip names it. */
const KINDS = ["read", "write", "trim", "sync"];

export const REPLAY = {
  write_iolog: text({
    group,
    metavar: "FILE",
    summary: "write every unit to a trace that read_iolog and fio can replay",
    detail:
      "fio's version 3: a line a unit, with µs since the job began. Of several clones each " +
      "writes its own file, FILE.0, FILE.1 and so on. A file that is there is replaced.",
    fallback: undefined,
    check: notEmpty,
  }),
  read_iolog: textList({
    group,
    metavar: "FILE",
    summary: "do the units of a trace, of fio (version 2 or 3) or of blktrace",
    detail:
      "The trace says which files, directions, offsets, lengths and times. Several files are " +
      "given to the clones in turn. - is stdin; a unix socket is connected to. A device that the " +
      "trace writes must be named by filename, replay_redirect or destroy.",
    fallback: [],
    check: notEmpty,
  }),
  read_iolog_chunked: flag({
    group,
    summary: "read the trace while it is replayed, for one larger than memory",
    detail: "A thread of its own reads ahead. The trace is also read once before the start.",
  }),
  replay_no_stall: flag({
    group,
    summary: "replay as fast as possible, in the trace's order but not at its times",
  }),
  replay_time_scale: integer({
    group,
    metavar: "PERCENT",
    summary: "speed of the replay: 50 is half, 200 double",
    fallback: 100,
    least: 1,
  }),
  replay_redirect: text({
    group,
    metavar: "PATH",
    summary: "file or device that all units of the trace go to",
    fallback: undefined,
    check: notEmpty,
  }),
  replay_align: size({
    group,
    summary: "what offsets are rounded down to, a power of two; 0 for nothing",
    detail: "In binary traces lengths are rounded up to it too.",
    fallback: 0,
  }),
  replay_scale: integer({
    group,
    summary: "what offsets are divided by",
    fallback: 1,
    least: 0,
  }),
  replay_skip: wordList({
    group,
    metavar: "WORD,…",
    summary: "kinds of units that are left out: read, write, trim, sync",
    fallback: [],
  }),
  merge_blktrace_file: text({
    group,
    metavar: "FILE",
    summary: "join the binary traces of read_iolog into this file, and replay that",
    fallback: undefined,
    check: notEmpty,
  }),
  merge_blktrace_scalars: factors({
    group,
    summary: "percent of its time for each trace that is joined",
    detail: "50 runs a trace in half its time. A trace without one keeps its time.",
    fallback: [],
  }),
  merge_blktrace_iters: factors({
    group,
    summary: "how many times over each trace is joined",
    fallback: [],
  }),
} as const;

function notEmpty(name: string): string | undefined {
  return name === "" ? "a path cannot be empty; write the name of a file" : undefined;
}

function wordList(about: About<readonly string[]>) {
  return option<readonly string[], readonly string[]>(about, {
    metavar: "WORD,…",
    parse: (raw) => {
      const words = typeof raw === "string" ? split(raw) : raw;
      if (!Array.isArray(words)) throw new Mistake(`${show(raw)} is not a list of words`);
      const wrong = (words as readonly RawValue[]).find((word) => !KINDS.includes(word as string));
      if (wrong !== undefined) {
        throw new Mistake(`${show(wrong)} is none of ${KINDS.join(", ")}`);
      }
      return KINDS.filter((kind) => (words as readonly RawValue[]).includes(kind));
    },
    format: (words) => words.join(","),
    schema: { anyOf: [{ type: "string" }, { type: "array", items: { enum: KINDS } }] },
  });
}

/** Numbers above zero in the order of the traces. */
function factors(about: About<readonly number[]>) {
  return option<readonly number[], readonly number[]>(about, {
    metavar: "N,N…",
    parse: (raw) => {
      const items = typeof raw === "string" ? split(raw).map(number) : raw;
      const list = typeof items === "number" ? [items] : items;
      if (!Array.isArray(list)) throw new Mistake(`${show(raw)} is not a list of numbers`);
      for (const item of list as readonly RawValue[]) {
        if (typeof item !== "number" || !(item > 0 && item <= 1e6)) {
          throw new Mistake(`${show(item)} is not a number above 0 and up to 1000000`);
        }
      }
      return list as readonly number[];
    },
    format: (values) => values.join(","),
    schema: {
      anyOf: [
        { type: "number", exclusiveMinimum: 0 },
        { type: "string" },
        { type: "array", items: { type: "number", exclusiveMinimum: 0, maximum: 1e6 } },
      ],
    },
    fio: "numbers",
  });
}

function split(text: string): readonly string[] {
  return text.trim() === "" ? [] : text.split(/[,:]/).map((part) => part.trim());
}

function number(text: string): number {
  if (/^\s*\d+(\.\d+)?\s*$/.test(text)) return Number(text);
  throw new Mistake(`${quote(text)} is not a number; write numbers with commas between them`);
}
