/**
 * A job's workload, with what few jobs have loaded first: code that no job of a thread runs costs
 * the thread memory all the same.
 */
import type { Units } from "../io/units.ts";
import type { JobSpec } from "../options/options.ts";
import { createWorkload, type Rare, type WorkOf } from "./create.ts";
import { type Streams, streamsOf } from "./streams.ts";
import type { Workload } from "./workload.ts";

/** Throws UserError when the job's random map does not fit into memory. */
export async function workloadOf(
  plan: WorkOf,
  units: Units,
  streams: Streams = streamsOf(plan.spec, plan.index + 1),
): Promise<Workload> {
  const workload = createWorkload(plan, units, streams, await rareOf(plan));
  const { sync_file_range: ranges } = plan.spec;
  if (ranges === undefined || plan.spec.rw.endsWith("read")) return workload;
  const { RangeSyncs } = await import("./rangesyncs.ts");
  return new RangeSyncs(workload, units, plan.targets.length, ranges);
}

/** What the job has in place of the usual; each is loaded by those that have it. */
async function rareOf({ spec, targets }: WorkOf): Promise<Rare> {
  const zoned = spec.zonemode === "none" ? {} : { placeOf: (await zones()).stridedPlace };
  const { kind, number } = spec.file_service_type;
  const served = kind !== "roundrobin" || number !== 1;
  const turned = served && targets.length > 1 ? { turnOf: (await serving()).serviceTurn } : {};
  if (!isUneven(spec)) return { ...zoned, ...turned };
  const { distributedChoice } = await import("./distributed.ts");
  return { ...zoned, ...turned, choiceOf: distributedChoice() };
}

const zones = () => import("./zones.ts");
const serving = () => import("./service.ts");

/** Whether not all blocks are hit alike. */
function isUneven({ rw, random_distribution: asked }: JobSpec): boolean {
  const all = [asked.read, asked.write, asked.trim];
  return rw.startsWith("rand") && all.some(({ kind }) => kind !== "random");
}
