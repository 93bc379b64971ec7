/**
 * The lines of fio's normal output that show a spread: latencies, their percentiles, the samples
 * of bandwidth and IOPS. Each block is in ns, us or ms by fio's own rules, which differ between a
 * summary and its percentiles.
 */
import type { FioDirection, FioLatency, FioSamples } from "./directions.ts";
import { abbreviated, fixed, type Look } from "./number.ts";

const UNITS = ["nsec", "usec", "msec"] as const;

/** A unit is left for the next when minimum and maximum are beyond these, in that unit. */
const LEAST = 2000;
const MOST = 99_999;
/** And, of a summary, the deviation too. */
const SPREAD = 1000;

/** Thousands to divide by: 0 for ns, 1 for us, 2 for ms. */
function stepOf(min: number, max: number, stddev: number): number {
  const beyond = (by: number): boolean =>
    min > LEAST * by && max > (MOST + 1) * by - 1 && stddev > SPREAD * by;
  if (beyond(1000)) return 2;
  return beyond(1) ? 1 : 0;
}

/** One line, or none of a latency without samples. */
export function summaryLine(name: string, latency: FioLatency): string[] {
  const { samples, min, max, mean, stddev } = latency;
  if (samples === 0) return [];
  const step = stepOf(min, max, stddev);
  const by = 1000 ** step;
  const whole = (ns: number): string => abbreviated(Math.floor(ns / by), 1000, 6);
  const average = `avg=${fixed(mean / by, 2, 5)}, stdev=${fixed(stddev / by, 2, 5)}`;
  const head = `${name.padStart(4)} (${UNITS[step]})`;
  return [`    ${head}: min=${whole(min)}, max=${whole(max)}, ${average}`];
}

/** Columns that fio fills: of 80, seven are taken. */
const COLUMNS = 80 - 7;

/** None where there are no percentiles. */
export function percentileLines(name: string, { percentiles }: FioLatency): string[] {
  if (percentiles.length === 0) return [];
  const values = percentiles.map(([, ns]) => ns);
  const most = Math.max(...values);
  const step = stepOf(Math.min(...values), most, Number.POSITIVE_INFINITY);
  const width = Math.max(5, Math.floor(Math.log10(Math.floor(most / 1000 ** step)) + 1));
  // As many digits after the point as any percentile was asked for with.
  const places = Math.max(...percentiles.map(([percent]) => decimals(percent)));
  const perLine = Math.floor(COLUMNS / (places + 10 + width));
  const shown = percentiles.map(([percent, ns]) => {
    let value = ns;
    for (let i = 0; i < step; i++) value = Math.floor((value + 999) / 1000);
    return ` ${fixed(percent, places, places + 3)}th=[${String(value).padStart(width)}]`;
  });
  const lines = [`    ${name} percentiles (${UNITS[step]}):`];
  for (let at = 0; at < shown.length; at += perLine) {
    const more = at + perLine < shown.length;
    lines.push(`     |${shown.slice(at, at + perLine).join(",")}${more ? "," : ""}`);
  }
  return lines;
}

function decimals(value: number): number {
  return String(value).split(".")[1]?.length ?? 0;
}

/**
 * Of bandwidth and of IOPS; none where no window was whole. Never in bits. The figures are KiB and,
 * from a power more on, those divided by it: with powers of 1000 fio names them kB and MiB.
 */
export function sampleLines(direction: FioDirection, { decimal }: Look): string[] {
  const { bandwidthSamples: bandwidth, iopsSamples: iops, groupPercent } = direction;
  if (bandwidth.samples === 0) return [];
  const power = decimal ? 1000 : 1024;
  const [unit, by] = bandwidth.mean > power * power ? ["MiB", power] : [decimal ? "kB" : "KiB", 1];
  const share = ` per=${fixed(groupPercent, 2)}%,`;
  return [
    `   bw (${unit.padStart(5)}/s): ${extremes(bandwidth, by)},${share} ${spread(bandwidth, by)}`,
    `   iops        : ${extremes(iops, 1)}, ${spread(iops, 1)}`,
  ];
}

function extremes({ min, max }: FioSamples, by: number): string {
  const whole = (value: number): string => String(Math.floor(value / by)).padStart(5);
  return `min=${whole(min)}, max=${whole(max)}`;
}

function spread({ mean, stddev, samples }: FioSamples, by: number): string {
  const figures = `avg=${fixed(mean / by, 2, 5)}, stdev=${fixed(stddev / by, 2, 5)}`;
  return `${figures}, samples=${samples}`;
}
