/**
 * The comparison as text: measurements in, a Markdown document out. Every row carries the whole
 * argument line of both sides, so that anybody can run it again.
 */
import { BINARY } from "../command.ts";
import { type Files, GROWTH, type Row } from "./rows.ts";
import { commandOf, type Measurement, SIDES, type Side } from "./sides.ts";

export type Pair = Readonly<Record<Side, Measurement>>;

export interface Measured {
  readonly row: Row;
  readonly pairs: readonly Pair[];
}

/** Middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

type Figure = (of: Measurement) => number;
const OF: Readonly<Record<Row["measure"], Figure>> = {
  iops: ({ iops }) => iops,
  wall: ({ wallSeconds }) => wallSeconds,
  memory: ({ peakBytes }) => peakBytes,
};

function both({ pairs }: Measured, figure: Figure, show: (value: number) => string): string[] {
  return SIDES.map((side) => show(median(pairs.map((pair) => figure(pair[side])))));
}

function ratios({ row, pairs }: Measured): readonly number[] {
  return pairs.map(({ fathom, fio }) => OF[row.measure](fathom) / OF[row.measure](fio));
}

const mark = (reached: boolean): string => (reached ? "yes" : "**no**");
const digits = (count: number) => (value: number) => value.toFixed(count);
const thousands = (value: number): string => `${(value / 1e3).toFixed(value < 1e6 ? 1 : 0)} k`;
const megabytes = (value: number): string => `${(value / 1e6).toFixed(1)} MB`;

/** A line of the table of rates and times. */
function speedLine(measured: Measured): string {
  const { row } = measured;
  const all = ratios(measured);
  const ratio = median(all);
  const isWall = row.measure === "wall";
  const reached = isWall ? ratio <= row.target : ratio >= row.target;
  const spread = `${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)}`;
  const rates = isWall
    ? both(
        measured,
        ({ wallSeconds }) => wallSeconds * 1e3,
        (ms) => `${ms.toFixed(0)} ms`,
      )
    : both(measured, ({ iops }) => iops, thousands);
  const perUnit = isWall
    ? ["", "", "", ""]
    : [
        ...both(measured, ({ iops }) => 1e9 / iops, digits(1)),
        ...both(measured, ({ cpuPerUnit }) => cpuPerUnit, digits(1)),
      ];
  const target = `${isWall ? "≤" : "≥"} ${row.target}`;
  return cells(
    row.name,
    `**${ratio.toFixed(2)}**`,
    spread,
    target,
    mark(reached),
    ...rates,
    ...perUnit,
  );
}

function memoryLine(measured: Measured): string {
  const { row, pairs } = measured;
  const [fathom, fio] = both(measured, OF.memory, megabytes);
  const peak = median(pairs.map((pair) => pair.fathom.peakBytes));
  const isBound = Number.isFinite(row.target);
  const target = isBound ? `≤ ${megabytes(row.target)}` : "";
  return cells(row.name, fathom!, fio!, target, isBound ? mark(peak <= row.target) : "");
}

/** The row's line of the table it belongs to. */
export function line(measured: Measured): string {
  return measured.row.measure === "memory" ? memoryLine(measured) : speedLine(measured);
}

/** What 10 M units leave behind, when both its rows were measured. */
function growthLine(all: readonly Measured[]): string[] {
  const peaks = (name: string): number =>
    median(all.find(({ row }) => row.name === name)?.pairs.map((p) => p.fathom.peakBytes) ?? []);
  const growth = peaks(GROWTH.large) - peaks(GROWTH.small);
  if (Number.isNaN(growth)) return [];
  const target = `≤ ${megabytes(GROWTH.limit)}`;
  const reached = mark(growth <= GROWTH.limit);
  return [cells("growth over 10 M units", megabytes(growth), "", target, reached)];
}

const SPEED_HEAD = head(
  ["work", "fathom / fio", "pairs", "target", "reached", "fathom IOPS", "fio IOPS"].concat(
    ["wall", "CPU"].flatMap((time) => SIDES.map((side) => `${side} ${time} ns/unit`)),
  ),
);
const MEMORY_HEAD = head(["peak resident set", "fathom", "fio", "target", "reached"]);

function head(names: readonly string[]): readonly string[] {
  return [cells(...names), `|${"---|".repeat(names.length)}`];
}

function cells(...texts: readonly string[]): string {
  return `| ${texts.join(" | ")} |`;
}

function commands(all: readonly Measured[], files: Files): string[] {
  const plain = (words: readonly string[]): string =>
    words
      .join(" ")
      .replace(BINARY, "dist/fathom")
      .replace(files.cached, "CACHED")
      .replace(files.tmpfs, "TMPFS");
  return all.flatMap(({ row }) => [
    `${row.name}:`,
    "",
    ...SIDES.map((side) => `    ${plain(commandOf(side, row))}`),
    "",
  ]);
}

/** The rows done so far as a document. */
export function report(all: readonly Measured[], files: Files, about: string): string {
  const speed = all.filter(({ row }) => row.measure !== "memory");
  const memory = all.filter(({ row }) => row.measure === "memory");
  return [
    "# fathom beside fio, last measured",
    "",
    about,
    `Median of ${all[0]?.pairs.length ?? 0} pairs in alternating order; CPU of the whole process.`,
    "fio 3.33 is about 20 % slower than 3.42 on null.",
    "",
    ...SPEED_HEAD,
    ...speed.map(speedLine),
    "",
    ...(memory.length > 0
      ? [...MEMORY_HEAD, ...memory.map(memoryLine), ...growthLine(all), ""]
      : []),
    "CACHED is a file of 256 MiB of random bytes on a disk's file system, all of it in memory;",
    "TMPFS is one on tmpfs.",
    "",
    ...commands(all, files),
  ].join("\n");
}
