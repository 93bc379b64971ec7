/**
 * Programs that read what fio writes, as Debian's package brings them, on what `fathom fio` writes:
 * none of them can tell the difference. Each test is skipped where its program is not installed.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { fathom } from "../support/binary.ts";
import { Ground } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("consumers");
const cwd = ground.root;

const made = await fathom(
  [
    ...["fio", "--name=a", "--ioengine=null", "--size=1g", "--rw=randrw", "--time_based"],
    ...["--runtime=1300ms", "--lat_percentiles=1", "--bandwidth-log"],
    ...["--output-format=json+", "--output=run.json"],
  ],
  { cwd },
);

interface Said {
  readonly exit: number;
  readonly text: string;
}

function reader(command: readonly string[]): Said {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { cwd, stdin: "ignore" });
  return { exit: exitCode, text: `${stdout}${stderr}` };
}

const skip = (program: string | null): string => (program === null ? " (skipped: not here)" : "");

const clat2csv = Bun.which("fio_jsonplus_clat2csv");
test.skipIf(clat2csv === null)(`fio_jsonplus_clat2csv and its check${skip(clat2csv)}`, () => {
  expect([made.exit, made.err]).toEqual([0, ""]);
  expect(reader([clat2csv!, "run.json", "run.csv"])).toMatchObject({ exit: 0 });
  expect(reader([clat2csv!, "--validate", "run.json", "run.csv"])).toMatchObject({ exit: 0 });
  const rows = readFileSync(join(cwd, "run_job0.csv"), "utf8").trimEnd().split("\n");
  expect(rows.length).toBeGreaterThan(5);
  const { jobs } = JSON.parse(readFileSync(join(cwd, "run.json"), "utf8"));
  const column = rows[0]!.split(",").findIndex((name) => name.trim() === "read_clat_ns_cumulative");
  const counts = rows.slice(1).map((row) => Number(row.split(",")[column]));
  expect(Math.max(...counts)).toBe(jobs[0].read.clat_ns.N);
});

const gnuplot = Bun.which("fio2gnuplot");
test.skipIf(gnuplot === null)(`fio2gnuplot finds the bandwidth logs${skip(gnuplot)}`, () => {
  const { text } = reader([gnuplot!, "-p", "agg-*_bw.log", "-b"]);
  expect(text).toContain("3 files Selected");
  expect(text).not.toContain("Traceback");
  expect(readdirSync(cwd).some((name) => name.endsWith(".average"))).toBe(true);
});

/** In the documentation, packed. */
const PACKED = "/usr/share/doc/fio/fiologparser.py.gz";
const parser = existsSync(PACKED) && Bun.which("python3") !== null ? PACKED : null;
test.skipIf(parser === null)(`fiologparser.py sums the bandwidth logs${skip(parser)}`, () => {
  writeFileSync(join(cwd, "fiologparser.py"), gunzipSync(readFileSync(parser!)));
  // 3.33's copy knows logs of four columns, and fails over fio's own of five.
  const log = readFileSync(join(cwd, "agg-read_bw.log"), "utf8").replace(/, 0$/gm, "");
  writeFileSync(join(cwd, "four.log"), log);
  const { exit, text } = reader(["python3", "fiologparser.py", "-i", "500", "four.log"]);
  expect(exit).toBe(0);
  const rates = text
    .trim()
    .split("\n")
    .map((line) => Number(line.split(",").at(-1)));
  expect(rates.length).toBeGreaterThanOrEqual(1);
  expect(rates[0]).toBeGreaterThan(1000);
});
