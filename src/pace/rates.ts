/**
 * From the options about rates to their pacers: which directions have a schedule and of what kind,
 * and whether it is kept as fio keeps it or as an open system does.
 */
import { blocksOf } from "../base/blocks.ts";
import type { PerDirection } from "../base/direction.ts";
import { workOf } from "../base/rw.ts";
import { sink } from "../measure/sinks.ts";
import { LAG, RESPONSE } from "../measure/statsblock.ts";
import type { JobSpec } from "../options/options.ts";
import { ClosedRate } from "./closedrate.ts";
import type { PacedJob, PacedPlace } from "./create.ts";
import { LeastRate } from "./leastrate.ts";
import { OpenRate } from "./openrate.ts";
import type { Pacer } from "./pacer.ts";
import { Linear, type Pace, Poisson, type Schedule } from "./schedule.ts";

/** A rate that pauses can be told to. */
export interface Rate extends Pacer {
  /** All that is still to come is due so many ns later. */
  postpone(ns: number): void;
}

const NAMES = ["read", "write", "trim"] as const;

/** The pacer that keeps rate or rate_iops; undefined when neither is asked for. */
export function rateOf(job: PacedJob, place: PacedPlace): Rate | undefined {
  const { spec, depth, ways } = job;
  const schedules = NAMES.map((name, direction) => scheduleOf(job, place, name, direction));
  if (schedules.every((schedule) => schedule === undefined)) return undefined;
  const { units } = place;
  const turns = mixes(spec);
  if (ways.closedLoop) {
    const drains = spec.io_submit_mode === "inline";
    return new ClosedRate({ units, depth, schedules, turns, drains });
  }
  const { gtod_reduce: none, disable_lat, disable_slat } = spec;
  return new OpenRate({
    ...place,
    depth,
    schedules,
    turns,
    catchUp: spec.rate_catchup / 100,
    spin: spec.rate_spin,
    response: sink(none || disable_lat ? "off" : "histogram", place.stats, RESPONSE),
    lag: sink(none || disable_slat ? "off" : "histogram", place.stats, LAG),
  });
}

/** The pacer that keeps rate_min and rate_iops_min; undefined when neither is asked for. */
export function leastRateOf({ spec, depth }: PacedJob, { units }: PacedPlace): Pacer | undefined {
  const bytes = NAMES.map((name) => spec.rate_min[name]);
  const ios = NAMES.map((name) => spec.rate_iops_min[name]);
  if (Math.max(...bytes, ...ios) === 0) return undefined;
  return new LeastRate({ units, depth, bytes, ios, cycle: spec.rate_cycle });
}

/** Whether the job has units of a direction; of trimwrite it has both. */
function goes(spec: JobSpec, name: keyof PerDirection<number>): boolean {
  const { mixed, directions } = workOf(spec);
  if (!mixed) return directions.includes(name);
  const { rwmixread } = spec;
  return name === "read" ? rwmixread > 0 : name === "write" && rwmixread < 100;
}

/**
 * Both sides of a mix must have a share: a direction that the mix never draws is not taken. A
 * replay is no mix: its trace says which direction is next.
 */
function mixes(spec: JobSpec): boolean {
  if (spec.read_iolog.length > 0) return false;
  return workOf(spec).mixed && goes(spec, "read") && goes(spec, "write");
}

function scheduleOf(
  { spec, ways }: PacedJob,
  place: PacedPlace,
  name: keyof PerDirection<number>,
  direction: number,
): Schedule | undefined {
  const pace = goes(spec, name) ? paceOf(spec, ways.closedLoop, name) : undefined;
  if (pace === undefined) return undefined;
  if (spec.rate_process === "linear") return new Linear(pace);
  return new Poisson(pace, place.gaps(direction), ways.closedLoop);
}

/** fio counts bytes for both: its units a second are the bytes of so many shortest blocks. */
function paceOf(
  spec: JobSpec,
  bytesOnly: boolean,
  name: keyof PerDirection<number>,
): Pace | undefined {
  const { rate, rate_iops } = spec;
  const block = blocksOf(spec, name).least;
  if (rate[name] > 0) return { scale: 1e9 / rate[name], byBytes: true, block };
  if (rate_iops[name] === 0) return undefined;
  if (bytesOnly) return { scale: 1e9 / (rate_iops[name] * block), byBytes: true, block };
  return { scale: 1e9 / rate_iops[name], byBytes: false, block };
}
