/**
 * `npm run bench:fio`: dist/fathom beside the fio on PATH, the same work in turn, pair after pair
 * in alternating order, so that a machine which slows down slows both. A ratio is the median of the
 * pairs' ratios. A whole run is kept in results.md beside this file; one with --quick or --row is
 * only shown.
 */
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { BINARY } from "../command.ts";
import { CACHED_BYTES, type Row, rowsFor } from "./rows.ts";
import { type Measurement, measure, SIDES, type Side } from "./sides.ts";
import { line, type Measured, type Pair, report } from "./table.ts";

const { values: flags } = parseArgs({
  options: {
    pairs: { type: "string" },
    row: { type: "string" },
    quick: { type: "boolean", default: false },
  },
});
const pairCount = Number(flags.pairs ?? (flags.quick ? 3 : 7));
if (!Number.isInteger(pairCount) || pairCount < 1) {
  process.stderr.write(`--pairs ${flags.pairs}: write a whole number from 1 on\n`);
  process.exit(2);
}
const lengths = flags.quick ? { few: 1, many: 2 } : { few: 3, many: 5 };

/**
 * Random bytes, so that neither holes nor compression make a read cheap; written back and cached.
 */
function makeFile(folder: string): string {
  const path = join(mkdtempSync(join(folder, "fathom-bench-")), "file");
  const fd = openSync(path, "w");
  const piece = new Uint8Array(2 ** 20);
  for (let bytes = 0; bytes < CACHED_BYTES; bytes += piece.length) {
    for (let at = 0; at < piece.length; at += 65536) {
      crypto.getRandomValues(piece.subarray(at, at + 65536));
    }
    writeFileSync(fd, piece);
  }
  fsyncSync(fd);
  closeSync(fd);
  return path;
}

async function pairsOf(row: Row): Promise<Measured> {
  const pairs: Pair[] = [];
  for (let turn = 0; turn < pairCount; turn++) {
    const order: readonly Side[] = turn % 2 === 0 ? SIDES : [...SIDES].reverse();
    const done = new Map<Side, Measurement>();
    for (const side of order) done.set(side, await measure(side, row));
    pairs.push({ fathom: done.get("fathom")!, fio: done.get("fio")! });
  }
  return { row, pairs };
}

/** First words of a program's --version, or undefined when there is none. */
function versionOf(command: string): string | undefined {
  try {
    return Bun.spawnSync([command, "--version"]).stdout.toString().trim();
  } catch {
    return undefined;
  }
}

function machine(): string {
  const [first] = cpus();
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  return `${cpus().length} × ${first?.model ?? "unknown processor"}, ${memory}, Linux ${release()}`;
}

const versions = [versionOf(BINARY), versionOf("fio")];
if (versions.includes(undefined)) {
  const missing = versions[0] === undefined ? "dist/fathom (npm run build)" : "fio";
  process.stderr.write(`bench:fio needs ${missing}\n`);
  process.exit(1);
}
const files = { cached: makeFile("/var/tmp"), tmpfs: makeFile("/dev/shm") };
process.on("exit", () => {
  for (const path of Object.values(files)) rmSync(dirname(path), { recursive: true });
});
process.on("SIGINT", () => process.exit(130));

const all: Measured[] = [];
for (const row of rowsFor(files, lengths).filter(({ name }) => name.includes(flags.row ?? ""))) {
  const measured = await pairsOf(row);
  all.push(measured);
  process.stdout.write(`${line(measured)}\n`);
}
const day = new Date().toISOString().slice(0, 10);
const text = report(all, files, `fathom ${versions.join(" against ")}; ${machine()}; ${day}.`);
process.stdout.write(`\n${text}`);
const whole = !flags.quick && flags.row === undefined && pairCount >= 7;
if (whole) writeFileSync(join(import.meta.dir, "results.md"), text);
