/** When a job starts, how long it runs, and by which clock. */
import { span } from "../base/times.ts";
import { choice, duration, flag, integer, size } from "../base/values.ts";

const group = "timing";

/** A bare number is seconds, as in fio. */
const SECOND = 1e9;

export const TIMING = {
  runtime: duration({
    group,
    summary: "longest time of the measured part; 0 for no limit",
    aliases: ["timeout"],
    fallback: 0,
    bare: SECOND,
  }),
  time_based: flag({
    group,
    summary: "run for the whole runtime, going over the files again as often as needed",
  }),
  ramp_time: duration({
    group,
    summary: "run this long before anything is measured or counted",
    detail: "Comes before the runtime and is no part of it.",
    fallback: 0,
    bare: SECOND,
  }),
  ramp_size: size({
    group,
    summary: "move so many bytes before anything is measured or counted",
    detail: "Instead of ramp_time. Each clone has a ramp of its own.",
    fallback: 0,
  }),
  startdelay: span({
    group,
    summary: "wait this long before the job starts; of a range each clone draws its own time",
    detail:
      'A range is "5s-10s" or ["5s", "10s"]. What is drawn follows from randseed, so that a run ' +
      "repeats, unless randrepeat is off.",
    fallback: { least: 0, most: 0 },
    bare: SECOND,
  }),
  clocksource: choice({
    group,
    summary: "which clock times the units",
    detail:
      "auto is cpu where the processor's counter can be trusted, else clock_gettime. The report " +
      "says which it was.",
    values: ["auto", "cpu", "clock_gettime", "gettimeofday"],
    fallback: "auto",
  }),
  gtod_cpu: integer({
    group,
    summary: "CPU that does nothing but keep the time for the job; 0 is none",
    detail:
      "A thread that is bound to it writes the time into memory, and the job reads it there " +
      "instead of a clock. It is taken out of cpus_allowed, cpumask and numa_cpu_nodes.",
    fallback: 0,
    least: 0,
    most: 1023,
  }),
  warmup: flag({
    group,
    summary: "run the job's code on memory of its own until it is compiled, before the start",
    detail:
      "Without it the first milliseconds run slowly and stay in the report as the longest " +
      "latencies. It never touches the target.",
    fallback: true,
  }),
} as const;
