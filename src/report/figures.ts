/**
 * The figures of a job or a group as tables: rates, latencies, percentiles, windows, and a line
 * each for CPU, depth and batches. One unit a row, chosen by the row's mean.
 */
import type {
  CpuResult,
  DirectionResult,
  DistributionResult,
  JobResult,
  LatencyResult,
  Measured,
  PriorityResult,
  SamplesResult,
} from "../measure/result.ts";
import {
  bytes,
  count,
  counted,
  duration,
  MB,
  MIB,
  number,
  percent,
  table,
  time,
  timeScale,
  WIDTH,
  wrap,
} from "./format.ts";

const DATA = ["read", "write", "trim"] as const;

/** The directions, or all of them as one, or both, as the job has it. */
function shown(measured: Measured): (readonly [string, DirectionResult])[] {
  const { mixed, unified_rw_reporting: word } = measured;
  const apart = word === "mixed" ? [] : DATA.map((name) => [name, measured[name]] as const);
  return mixed === null ? apart : [...apart, ["mixed", mixed]];
}

export function figures(measured: Measured & Partial<JobResult>): string[] {
  const parts = [rates(measured), latencies(measured), percentiles(measured), windows(measured)];
  return [...parts, machine(measured)]
    .filter((lines) => lines.length > 0)
    .flatMap((lines, position) => (position === 0 ? lines : ["", ...lines]));
}

const indent = (line: string): string => `  ${line}`;

/** First cells of all tables: `write  clat  µs`, so that they line up one below the other. */
const LABEL_WIDTH = 15;

function label(name: string, kind = "", unit = ""): string {
  return `${name.padEnd(7)}${kind.padEnd(5)} ${unit}`.padEnd(LABEL_WIDTH);
}

/** IOPS and bandwidth of each direction that has units. */
export function rates(measured: Measured): string[] {
  const rows = [[label(""), "IOPS", "MiB/s", "MB/s", "I/Os", "data", "run time"]];
  for (const [name, direction] of shown(measured)) {
    if (direction.ios === 0) continue;
    const { iops, ios, runtime_ns, bandwidth_bytes_per_s: rate } = direction;
    const data = bytes(direction.bytes);
    const speeds = [number(iops), number(rate / MIB), number(rate / MB)];
    rows.push([label(name), ...speeds, count(ios), data, duration(runtime_ns)]);
  }
  const { sync } = measured;
  if (sync.ios > 0) {
    const { ios, iops, runtime_ns } = sync;
    rows.push([label("sync"), number(iops), "", "", count(ios), "", duration(runtime_ns)]);
  }
  return rows.length === 1 ? [indent("no I/O was done")] : table(rows, 1).map(indent);
}

interface Row {
  readonly direction: string;
  readonly kind: string;
  readonly latency: LatencyResult;
}

function latencyRows(measured: Measured): Row[] {
  const { sync } = measured;
  const rows = shown(measured).flatMap(([direction, result]) => [
    { direction, kind: "slat", latency: result.slat_ns },
    { direction, kind: "clat", latency: result.clat_ns },
    { direction, kind: "lat", latency: result.lat_ns },
    { direction, kind: "lag", latency: result.paced?.lag_ns ?? null },
    { direction, kind: "resp", latency: result.paced?.response_ns ?? null },
    ...(result.priorities ?? []).map((one) => ({
      direction,
      kind: priority(one),
      latency: one.ns,
    })),
  ]);
  rows.push({ direction: "sync", kind: "lat", latency: sync.lat_ns });
  return rows.filter((row): row is Row => row.latency !== null);
}

/** Names of the I/O priority classes in the space of a row's label. */
const CLASSES = ["none", "rt", "be", "idle"] as const;

/** `rt 0`, `be 4`, `rt 0/2` with a hint; of the same latency as the row above it. */
function priority({ class: kind, level, hint }: PriorityResult): string {
  if (kind !== 1 && kind !== 2) return CLASSES[kind] ?? "";
  return `${CLASSES[kind]} ${level}${hint === 0 ? "" : `/${hint}`}`;
}

/** The direction's name on its first row only. */
function rowLabel(rows: readonly Row[], position: number): string {
  const { direction, kind, latency } = rows[position]!;
  const repeated = position > 0 && rows[position - 1]!.direction === direction;
  return label(repeated ? "" : direction, kind, timeScale(latency.mean).unit);
}

function latencies(measured: Measured): string[] {
  const rows = latencyRows(measured);
  if (rows.length === 0) return [];
  const lines = rows.map(({ latency }, position) => {
    const scale = timeScale(latency.mean);
    const { min, mean, stddev, max } = latency;
    const values = [min, mean, stddev, max].map((value) => time(value, scale));
    return [rowLabel(rows, position), ...values];
  });
  return table([[label("latency"), "min", "mean", "stddev", "max"], ...lines], 1).map(indent);
}

/** Percentiles in a line: 9 of at most 7 characters fit beside the labels in 100 columns. */
const PER_LINE = 9;

function percentiles(measured: Measured): string[] {
  const rows = latencyRows(measured).filter(({ latency }) => latency.percentiles !== null);
  const asked = new Set(rows.flatMap(({ latency }) => Object.keys(latency.percentiles ?? {})));
  const sorted = [...asked].sort((a, b) => Number(a) - Number(b));
  const lines: (readonly string[])[] = [];
  for (let from = 0; from < sorted.length; from += PER_LINE) {
    const keys = sorted.slice(from, from + PER_LINE);
    lines.push([from === 0 ? "percentile" : "", ...keys.map((key) => `${key} %`)]);
    for (const [position, { latency }] of rows.entries()) {
      const scale = timeScale(latency.mean);
      const values = keys.map((key) => {
        const value = latency.percentiles?.[key];
        return value === undefined ? "" : time(value, scale);
      });
      lines.push([rowLabel(rows, position), ...values]);
    }
  }
  return table(lines, 1).map(indent);
}

function windows(measured: Measured): string[] {
  const rows: (readonly string[])[] = [];
  const add = (name: string, unit: string, samples: SamplesResult, size: number): void => {
    const { min, mean, stddev, max } = samples;
    const values = [min, mean, stddev, max].map((value) => number(value / size));
    rows.push([label(name, unit), ...values, count(samples.count)]);
    lengths.add(samples.window_ns);
  };
  const lengths = new Set<number>();
  for (const [name, direction] of shown(measured)) {
    const { ios, iops_samples, bandwidth_samples_bytes_per_s } = direction;
    if (ios === 0 || iops_samples === null || iops_samples.count === 0) continue;
    add(name, "IOPS", iops_samples, 1);
    if (bandwidth_samples_bytes_per_s === null) continue;
    add("", "MiB/s", bandwidth_samples_bytes_per_s, MIB);
  }
  if (rows.length === 0) return [];
  const [length = 0] = lengths;
  const title = lengths.size === 1 ? `${length / 1e9} s windows` : "windows";
  const head = [title, "min", "mean", "stddev", "max", "windows"];
  return table([head, ...rows], 1).map(indent);
}

function machine(measured: Measured & Partial<JobResult>): string[] {
  const asynchronous = measured.work?.synchronous !== true;
  const lines = [
    ["rate", pace(measured)],
    ["cpu", cpu(measured.cpu)],
    ["depth", asynchronous ? shares(measured.depth) : ""],
    ["submit", asynchronous ? shares(measured.submit) : ""],
    ["complete", asynchronous ? shares(measured.complete) : ""],
    ["syncs", syncCalls(measured)],
    ["I/Os", mishaps(measured)],
    ["fathom", measured.overhead_ns ? `${duration(measured.overhead_ns)} of its own a unit` : ""],
  ] as const;
  return lines.flatMap(([name, text]) =>
    wrap(text, WIDTH - LABEL_WIDTH - 4).map((line, position) =>
      indent(`${label(position === 0 ? name : "")}  ${line}`),
    ),
  );
}

/** What was asked for and what was owed at the end, of directions whose units have due times. */
function pace(measured: Measured): string {
  const parts = shown(measured).flatMap(([name, { paced }]) => {
    if (paced === null) return [];
    const { asked_iops: iops, asked_bandwidth_bytes_per_s: speed } = paced;
    const asked = [
      ...(iops === null ? [] : [`asked for ${number(iops)} IOPS`]),
      ...(speed === null ? [] : [`asked for ${bytes(speed)}/s`]),
    ];
    const units = `${counted(paced.backlog_ios, "unit")} (${bytes(paced.backlog_bytes)})`;
    const owed = `${paced.backlog_ios === 0 ? "nothing" : units} owed at the end`;
    return `${name} ${[...asked, owed].join(", ")}`;
  });
  return parts.join("; ");
}

function cpu(result: CpuResult): string {
  const switches = count(result.voluntary_switches + result.involuntary_switches);
  const faults = count(result.major_faults + result.minor_faults);
  return (
    `user ${percent(result.user_percent)}, system ${percent(result.system_percent)}; ` +
    `switches ${switches} (${count(result.involuntary_switches)} forced); ` +
    `faults ${faults} (${count(result.major_faults)} major)`
  );
}

/** `4: 99.8 %, 2: 0.10 %`: classes that were seen, in their order. */
function shares({ percent: share }: DistributionResult): string {
  return Object.entries(share)
    .filter(([, value]) => value > 0)
    .map(([name, value]) => `${name}: ${percent(value)}`)
    .join(", ");
}

function syncCalls({ sync }: Measured): string {
  const calls = [
    ["fsync", sync.fsync_ios],
    ["fdatasync", sync.fdatasync_ios],
    ["syncfs", sync.syncfs_ios],
    ["sync_file_range", sync.sync_file_range_ios],
  ] as const;
  return calls
    .filter(([, ios]) => ios > 0)
    .map(([name, ios]) => `${name} ${count(ios)}`)
    .join(", ");
}

/** Short transfers and failures; empty when all went well. */
function mishaps(measured: Measured): string {
  const parts = DATA.flatMap((name) => {
    const { short_ios, failed_ios } = measured[name];
    return [
      ...(short_ios > 0 ? [`${counted(short_ios, name)} came back short and were carried on`] : []),
      ...(failed_ios > 0 ? [`${counted(failed_ios, name)} failed`] : []),
    ];
  });
  const { failed_ios } = measured.sync;
  if (failed_ios > 0) parts.push(`${counted(failed_ios, "sync")} failed`);
  return parts.join(", ");
}
