/**
 * Options still to come about when a unit may go: think time, rates, latency targets, flow.
 * Names, defaults and ranges are fio's (3.42).
 */
import { grouped, type LaterTable, later, laterFlag } from "./declare.ts";

export const LATER_PACING: LaterTable = {
  ...grouped("pacing", {
    thinkcycles: later("N", "0", "turns of an empty loop after each block of units"),
    thinktime: later("TIME", "0s", "pause after every thinktime_blocks units"),
    thinktime_spin: later("TIME", "0s", "part of the pause that burns CPU instead of sleeping"),
    thinktime_blocks: later("N", "1", "units between two pauses"),
    thinktime_blocks_type: later("complete|issue", "complete", "which units count for a pause"),
    thinktime_iotime: later("TIME", "0s", "pause after so much time of I/O, not after units"),
    rate_ignore_thinktime: laterFlag("catch up after a pause"),
    flow: later("N", "0", "weight of the job beside others of its flow", { least: 0, most: 1000 }),
    flow_id: later("N", "0", "which jobs share a flow"),
    flow_sleep: later("TIME", "0s", "sleep of a job that is ahead of its share"),
  }),
  ...grouped("latency", {
    latency_target: later("TIME", "0s", "search the greatest depth that keeps this latency"),
    latency_window: later("TIME", "0s", "time a depth is tried"),
    latency_percentile: later("PERCENT", "100", "share of units that must keep the target"),
    latency_run: laterFlag("go on adapting the depth once it is found"),
    max_latency: later("TIME,TIME,TIME", "0s", "fail the job at a unit that took longer"),
  }),
};
