/**
 * A job's workload, with what few jobs have loaded first: code that no job of a thread runs costs
 * the thread memory all the same.
 */
import { blocksOf } from "../base/blocks.ts";
import { workOf } from "../base/rw.ts";
import type { Units } from "../io/units.ts";
import type { JobSpec } from "../options/options.ts";
import { createWorkload, type Rare, type WorkOf } from "./create.ts";
import { BLOCK, type Streams, streamsOf } from "./streams.ts";
import type { Workload } from "./workload.ts";

/** Throws UserError when the job's random map does not fit into memory. */
export async function workloadOf(
  plan: WorkOf,
  units: Units,
  streams: Streams = streamsOf(plan.spec, plan.index + 1),
): Promise<Workload> {
  const workload = createWorkload(plan, units, streams, await rareOf(plan));
  const { sync_file_range: ranges } = plan.spec;
  if (ranges === undefined || !workOf(plan.spec).changes) return workload;
  const { RangeSyncs } = await import("./rangesyncs.ts");
  return new RangeSyncs(workload, units, plan.targets.length, ranges);
}

/** What the job has in place of the usual; each is loaded by those that have it. */
async function rareOf({ spec, targets }: WorkOf): Promise<Rare> {
  const zoned = spec.zonemode === "none" ? {} : { placeOf: (await zones()).stridedPlace };
  const { kind, number } = spec.file_service_type;
  const served = kind !== "roundrobin" || number !== 1;
  const turned = served && targets.length > 1 ? { turnOf: (await serving()).serviceTurn } : {};
  return { ...zoned, ...turned, ...(await choicesOf(spec)), ...(await variedOf(spec)) };
}

/** How random blocks are chosen. */
async function choicesOf(spec: JobSpec): Promise<Rare> {
  const { random_generator, time_based } = spec;
  if (isUneven(spec)) {
    const { distributedChoice } = await import("./distributed.ts");
    return { choiceOf: distributedChoice() };
  }
  if (random_generator !== "lfsr" || !workOf(spec).random) return {};
  const { Lfsr } = await import("./lfsr.ts");
  return {
    choiceOf: ({ blocks, streams }) => new Lfsr(blocks, streams.seeds[BLOCK]!, time_based),
  };
}

const zones = () => import("./zones.ts");
const serving = () => import("./service.ts");

/** Whether not all blocks are hit alike. */
function isUneven(spec: JobSpec): boolean {
  const { random, directions } = workOf(spec);
  return random && directions.some((way) => spec.random_distribution[way].kind !== "random");
}

async function variedOf(spec: JobSpec): Promise<Rare> {
  if (!isVaried(spec)) return {};
  const { varied } = await import("./variedplaces.ts");
  return { variedOf: varied };
}

/** Whether units are not all alike: in length, or in how their places follow. */
function isVaried(spec: JobSpec): boolean {
  const { every, skip, rewrites, random, directions } = workOf(spec);
  if (every > 1 || skip !== 0 || rewrites) return true;
  return directions.some((way) => {
    const { least, most } = blocksOf(spec, way);
    return least !== most || (random && spec.percentage_random[way] !== 100);
  });
}
