/**
 * Where the accesses of each job will fall, drawn in text: the first units of its own generator,
 * with its own seeds, counted by where in their file they lie. Nothing is opened.
 */
import { DIRECTIONS, SYNC } from "../base/direction.ts";
import { formatDistribution } from "../base/distribution.ts";
import type { Target } from "../io/target.ts";
import { Units } from "../io/units.ts";
import type { JobPlan } from "../job/jobplan.ts";
import { workloadOf } from "../workload/load.ts";
import { TAKEN } from "../workload/workload.ts";
import type { RunPlan } from "./plan.ts";
import { roundBytes, showPath, table } from "./show.ts";
import { smallestBlock, workOf } from "./work.ts";

/** Units that are drawn of a job: enough for a row of 1 % to be right within a tenth of it. */
const MOST_UNITS = 100_000;
/** Rows of a file; a power of two makes round sizes of them. */
const ROWS = 16;
/** Characters of the longest bar. */
const WIDTH = 50;
/** Files of a job that are drawn. */
const MOST_FILES = 4;
/** Hits, and times the mean, from which on a block's share is more than chance. */
const ENOUGH = 10;
const TIMES_MEAN = 4;

/** One drawing a job, of its first clone. Throws UserError when a map does not fit into memory. */
export async function describeAccesses({ jobs }: RunPlan): Promise<readonly string[]> {
  const drawings: string[][] = [];
  for (const plan of jobs.filter(({ clone }) => clone === 0)) drawings.push(await drawing(plan));
  return drawings.flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

/** What was hit in one file by units of one direction: offset → hits. */
type Hits = Map<number, number>;

async function drawing(plan: JobPlan): Promise<string[]> {
  const { spec, targets } = plan;
  const title = `Accesses of ${showPath(spec.name)}: ${howOf(plan)}`;
  if (spec.create_only) return [title, "  none, it lays its files out only"];
  const { hits, units } = await taken(plan);
  const lines = [`${title}, ${units === 1 ? "its one unit" : `its first ${units} units`}`];
  targets.slice(0, MOST_FILES).forEach((target, file) => {
    hits[file]!.forEach((found, direction) => {
      if (found.size > 0) {
        lines.push(...histogram(target, DIRECTIONS[direction]!, found));
        lines.push(...hottest(found, target.length / smallestBlock(spec)));
      }
    });
  });
  if (targets.length > MOST_FILES) lines.push(`  … and ${targets.length - MOST_FILES} more files`);
  return lines;
}

function howOf({ spec }: JobPlan): string {
  if (!workOf(spec).random) return `rw = ${spec.rw}`;
  const kinds = workOf(spec).directions.map((direction) =>
    formatDistribution(spec.random_distribution[direction]),
  );
  return `rw = ${spec.rw}, ${[...new Set(kinds)].join(" and ")}`;
}

/** By file and direction, and how many units there were. */
async function taken(plan: JobPlan): Promise<{ hits: Hits[][]; units: number }> {
  const row = new Units(1);
  const workload = await workloadOf(plan, row);
  const hits = plan.targets.map(() => Array.from({ length: SYNC }, (): Hits => new Map()));
  let units = 0;
  while (units < MOST_UNITS && workload.next(0) === TAKEN) {
    const direction = row.direction[0]!;
    if (direction !== SYNC) {
      const found = hits[row.file[0]!]![direction]!;
      const offset = row.offset[0]!;
      found.set(offset, (found.get(offset) ?? 0) + 1);
      units++;
    }
    workload.completed(0);
  }
  return { hits, units };
}

function histogram({ path, offset, length }: Target, direction: string, hits: Hits): string[] {
  const step = length / ROWS;
  const counts = new Float64Array(ROWS);
  let all = 0;
  for (const [at, count] of hits) {
    counts[Math.min(ROWS - 1, Math.max(0, Math.floor((at - offset) / step)))]! += count;
    all += count;
  }
  const most = Math.max(...counts);
  const rows = Array.from(counts, (count, row) => [
    `from ${roundBytes(Math.round(offset + row * step))}`,
    `${((100 * count) / all).toFixed(1).padStart(5)} %`,
    "#".repeat(count === 0 ? 0 : Math.max(1, Math.round((WIDTH * count) / most))),
  ]);
  const name = path === "" ? "" : `${showPath(path)}, `;
  const heads = [`  ${direction} of ${name}${roundBytes(length)}`];
  return [...heads, ...table(rows, "    ")];
}

/** The share of the blocks that are hit most, as far as the units that were drawn tell. */
function hottest(hits: Hits, blocks: number): string[] {
  const sorted = Float64Array.from(hits.values()).sort().reverse();
  const all = sorted.reduce((sum, value) => sum + value, 0);
  const least = Math.max(ENOUGH, (TIMES_MEAN * all) / blocks);
  const groups = [1, 10, 100, 1000].filter((count) => (sorted[count - 1] ?? 0) >= least);
  if (groups.length === 0) return [];
  const shares = groups.map((count) => {
    const hit = sorted.subarray(0, count).reduce((sum, value) => sum + value, 0);
    return `${((100 * hit) / all).toFixed(1)} %`;
  });
  const which = groups.length === 1 ? "block gets" : `${list(groups.map(String))} blocks get`;
  return [`    the hottest ${which} ${list(shares)}`];
}

function list(items: readonly string[]): string {
  return items.length === 1 ? items[0]! : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
