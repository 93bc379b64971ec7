/** How idle the CPUs were, as fio's outputs have it. */
import type { Idleness } from "../measure/result.ts";
import { fixed } from "./number.ts";
import type { IdleProf } from "./settings.ts";

/** What was measured, and how much of it was asked for. */
export interface ShownIdleness extends Idleness {
  readonly show: IdleProf;
}

/** Behind everything else; in us. */
export function idlenessLines(idle: ShownIdleness): string[] {
  const percent = (value: number): string => `${fixed(value, 2, 3)}%`;
  const unit = `mean=${fixed(idle.unit_mean_ns / 1e3, 2)}us`;
  return [
    "",
    "CPU idleness:",
    ...(idle.show === "calibrate" ? [] : [`  system: ${percent(idle.system_percent)}`]),
    ...(idle.show === "percpu" ? [`  percpu: ${idle.cpu_percent.map(percent).join(", ")}`] : []),
    `  unit work: ${unit}, stddev=${fixed(idle.unit_stddev_ns / 1e3, 2)}`,
  ];
}

/** Key and fraction of the object that JSON ends with. */
export function idlenessEntries(idle: ShownIdleness): readonly (readonly [string, number])[] {
  const each = idle.cpu_percent.map((value, cpu) => [`cpu-${cpu}`, value] as const);
  return [
    ["system", idle.system_percent],
    ...(idle.show === "percpu" ? each : []),
    ["unit_mean", idle.unit_mean_ns / 1e3],
    ["unit_stddev", idle.unit_stddev_ns / 1e3],
  ];
}
