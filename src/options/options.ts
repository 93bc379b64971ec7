/**
 * The one table of what a job can be told, and the types that follow from it. The options of a
 * single engine are not here: each engine declares its own. Loaded on the main side only; a job's
 * thread gets the values and sees the types.
 */
import type { Spec } from "../base/option.ts";
import { BUFFERS } from "./buffers.ts";
import { CONTROL } from "./control.ts";
import { DEPTH } from "./depth.ts";
import { FILES } from "./files.ts";
import { IO } from "./io.ts";
import { JOBS } from "./jobs.ts";
import { MEASUREMENT } from "./measurement.ts";
import { MEMORY } from "./memory.ts";
import { ORDER } from "./order.ts";
import { PROCESSES } from "./processes.ts";
import { RATES } from "./rates.ts";
import { REPLAY } from "./replay.ts";
import { TARGET } from "./target.ts";
import { LATENCY, THINKING } from "./thinking.ts";
import { TIMING } from "./timing.ts";
import { UNITS } from "./units.ts";
import { VERIFICATION } from "./verification.ts";
import { ZONES } from "./zones.ts";

export type { Amount } from "../base/quantity.ts";
export type { SizeRange } from "../base/ranges.ts";
export type { RangeSync } from "../base/rangesync.ts";

export const OPTIONS = {
  ...JOBS,
  ...PROCESSES,
  ...TARGET,
  ...UNITS,
  ...FILES,
  ...ZONES,
  ...IO,
  ...ORDER,
  ...DEPTH,
  ...BUFFERS,
  ...MEMORY,
  ...TIMING,
  ...RATES,
  ...THINKING,
  ...LATENCY,
  ...MEASUREMENT,
  ...REPLAY,
  ...VERIFICATION,
  ...CONTROL,
} as const;

export type OptionName = keyof typeof OPTIONS;

/** Effective values of one job: sizes in bytes, times in ns. */
export type JobSpec = Spec<typeof OPTIONS>;
