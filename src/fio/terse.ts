/**
 * fio's terse output: a line a job, fields between semicolons, for scripts that count columns.
 * Versions 2 to 5; latencies in us. Figures come ready from `stats.ts`.
 */
import { clean } from "../base/quote.ts";
import type { RunResult } from "../measure/result.ts";
import { type FioDirection, type FioLatency, type FioSamples, total } from "./directions.ts";
import { type FioDisk, fioDisks } from "./disks.ts";
import { fixed } from "./number.ts";
import { FIO_VERSION, nameOf } from "./spelling.ts";
import { type FioJob, fioJobs } from "./stats.ts";

export type TerseVersion = 2 | 3 | 4 | 5;

/** Fields of percentiles, whether as many were asked for or not (FIO_IO_U_LIST_MAX_LEN). */
const PERCENTILES = 20;

/** A line a job, or a group that is reported as one. */
export function fioTerse(result: RunResult, version: TerseVersion): string {
  const disks = fioDisks(result.disks).flatMap(diskFields);
  const lines = fioJobs(result).map((job) => {
    const { errors } = job;
    const counted = errors === undefined ? [] : [errors.total_err, errors.first_error];
    const fields = [...jobFields(job, version), ...disks, ...counted];
    const { description } = job.first;
    if (description === null) return fields.join(";");
    // Version 2 has it on a line of its own, which begins with the semicolon.
    return `${fields.join(";")}${version === 2 ? "\n" : ""};${clean(description)}`;
  });
  return lines.map((line) => `${line}\n`).join("");
}

type Field = string | number;

function jobFields(job: FioJob, version: TerseVersion): Field[] {
  const { first, error, latency } = job;
  const head = version === 2 ? [version] : [version, FIO_VERSION];
  const [fastest, ...others] = latency.us;
  const percentiles = [...job.shown.values()].map(percentilesOf);
  const listed = (percentiles.find((row) => row.length > 0) ?? []).map(([percent]) => percent);
  return [
    ...head,
    nameOf(first),
    first.group,
    error,
    // Version 3 was made before trims were counted, and kept its columns.
    ...[...job.shown].flatMap(([name, direction]) =>
      name === "trim" && version === 3 ? [] : directionFields(direction, version, listed),
    ),
    `${fixed(job.userPercent)}%`,
    `${fixed(job.systemPercent)}%`,
    job.switches,
    job.majorFaults,
    job.minorFaults,
    ...job.depth.map((percent) => `${fixed(percent, 1)}%`),
    // There is no column for less than a us: all of it is in the first.
    ...[total([...latency.ns, fastest!]), ...others, ...latency.ms].map(
      (percent) => `${fixed(percent, 2)}%`,
    ),
  ];
}

/** `listed`: the percentiles of a direction that has none because nothing moved. */
function directionFields(
  direction: FioDirection,
  version: TerseVersion,
  listed: readonly number[],
): Field[] {
  const { bytes, bandwidth, iops, runtimeMs, slat, clat, lat } = direction;
  const { bandwidthSamples: bw, iopsSamples } = direction;
  return [
    Math.floor(bytes / 1024),
    Math.floor(bandwidth / 1024),
    Math.floor(iops),
    runtimeMs,
    ...latencyFields(slat),
    ...latencyFields(clat),
    ...percentileFields(direction, listed),
    ...latencyFields(lat),
    bw.min,
    bw.max,
    `${fixed(direction.groupPercent)}%`,
    fixed(bw.mean),
    fixed(bw.stddev),
    ...(version === 5 ? [bw.samples, ...spreadFields(iopsSamples), iopsSamples.samples] : []),
  ];
}

function spreadFields({ min, max, mean, stddev }: FioSamples): Field[] {
  return [min, max, fixed(mean), fixed(stddev)];
}

function latencyFields({ min, max, mean, stddev, samples }: FioLatency): Field[] {
  const us = (ns: number): number => Math.floor(ns / 1000);
  return spreadFields({
    samples,
    min: us(min),
    max: us(max),
    mean: mean / 1000,
    stddev: stddev / 1000,
  });
}

/** Of clat where it has them, else of lat. */
function percentilesOf({ clat, lat }: FioDirection): FioLatency["percentiles"] {
  return clat.percentiles.length > 0 ? clat.percentiles : lat.percentiles;
}

function percentileFields(direction: FioDirection, listed: readonly number[]): Field[] {
  const own = percentilesOf(direction);
  const zeros = listed.map((percent) => [percent, 0] as const);
  const shown = (own.length > 0 || direction.ios > 0 ? own : zeros)
    .slice(0, PERCENTILES)
    .map(([percent, ns]) => `${fixed(percent)}%=${Math.floor(ns / 1000)}`);
  return [...shown, ...Array<string>(PERCENTILES - shown.length).fill("0%=0")];
}

function diskFields({ name, own }: FioDisk): Field[] {
  const { ios, merges, ticks, inQueue, utilization } = own;
  return [clean(name), ...ios, ...merges, ...ticks, inQueue, `${fixed(utilization, 2)}%`];
}
