/** How much memory a job's random maps take, for those who want to know it before they run it. */
import { blocksOf } from "../base/blocks.ts";
import { workOf } from "../base/rw.ts";
import type { JobPlan } from "../job/jobplan.ts";

/** Smaller maps are no reason for a word: 1 MiB is the map of 32 GiB in blocks of 4 KiB. */
const LEAST = 2 ** 20;

/** Every level of the map's tree has a 32nd of the bits below it. */
const TREE = 32 / 31;

/** Bytes of the maps of one clone, about; 0 of small ones and where there is none. */
export function mapBytes({ spec, targets }: JobPlan): number {
  const { random, directions } = workOf(spec);
  const isUneven = directions.some((way) => spec.random_distribution[way].kind !== "random");
  const hasNone = spec.norandommap || spec.bs_unaligned || spec.random_generator === "lfsr";
  if (!random || isUneven || hasNone) return 0;
  const blocks = directions.map((way) => blocksOf(spec, way).least);
  const aligned = directions.every((way, index) => {
    const align = spec.blockalign[way];
    return align === 0 || align === blocks[index];
  });
  if (!aligned) return 0;
  const grain = blocks.reduce((a, b) => {
    let [larger, smaller] = [a, b];
    while (smaller !== 0) [larger, smaller] = [smaller, larger % smaller];
    return larger;
  });
  const bits = targets.reduce((sum, { length }) => sum + Math.floor(length / grain), 0);
  const bytes = Math.ceil((bits / 8) * TREE);
  return bytes < LEAST ? 0 : bytes;
}
