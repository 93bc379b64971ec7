/**
 * Sizes: which part of each file a clone works on, and how many bytes one pass moves. Arithmetic
 * on the options size, filesize, offset, offset_increment, io_size and number_ios as fio has it
 * (filesetup.c, setup_files), except that what fio rounds, wraps or extends in silence is a
 * problem.
 */
import { blocksOf, writtenIn } from "../base/blocks.ts";
import type { Amount, JobSpec } from "../options/options.ts";
import type { Clone } from "./clones.ts";
import { sizesOf } from "./filesizes.ts";
import type { Complaints } from "./input.ts";
import { showBytes, showPath } from "./show.ts";
import { largestBlock, smallestBlock, workOf } from "./work.ts";

export interface Region {
  readonly offset: number;
  readonly length: number;
}

/** One file as far as sizes go. */
export interface Extent {
  readonly path: string;
  /** Bytes it has or will have; undefined when nothing says. */
  readonly size: number | undefined;
  /** Why nothing says: `/data/f does not exist`. */
  readonly unknown: string;
  /** Whether it cannot grow: a device. */
  readonly fixed: boolean;
  /** Whether a region that such a file has no room for ends with the file instead. */
  readonly clamps?: boolean;
  /** Where a job that appends begins; absent for what cannot grow. */
  readonly end?: number;
  /** Bytes its file system has left; absent for what cannot grow. */
  readonly free?: number | undefined;
}

/** The regions in the order of the files; undefined where a problem was reported instead. */
export function regionsOf(
  clone: Clone,
  files: readonly Extent[],
  complaints: Complaints,
): readonly (Region | undefined)[] {
  const { spec, trace } = clone;
  if (trace !== undefined) return reachOf(clone, files, trace.ends, complaints);
  const shares = sharesOf(spec, files.length);
  const sizeOf = sizesOf(clone);
  return files.map((file, index) => {
    if (spec.fill_device && !file.fixed) return filled(clone, file, files.length);
    const whole = sizeOf(file.size);
    const missing = neededSize(spec, whole, file);
    if (missing !== undefined) {
      complaints.add(clone, missing.option, missing.message);
      return undefined;
    }
    const behind = spec.file_append ? (file.end ?? 0) : 0;
    const offset = behind + offsetOf(clone, whole ?? 0);
    const asked = lengthOf(spec, shares[index], offset, whole ?? 0);
    const room = file.fixed && file.clamps === true ? (file.size ?? 0) - offset : asked;
    const region = { offset, length: Math.min(asked, room) };
    const wrong = mistakeOf(clone, region, file, whole);
    if (wrong === undefined) return region;
    complaints.add(clone, wrong.option, wrong.message);
    return undefined;
  });
}

/** What a trace reaches of each file, from its begin on. */
function reachOf(
  clone: Clone,
  files: readonly Extent[],
  ends: readonly number[],
  complaints: Complaints,
): readonly (Region | undefined)[] {
  return files.map(({ path, fixed, size = 0 }, index) => {
    const end = ends[index] ?? 0;
    if (!fixed || end <= size) return { offset: 0, length: end };
    const reach = `the trace reaches ${showBytes(end)} of ${showPath(path)}`;
    const unfit = `${reach}, which has ${showBytes(size)}`;
    complaints.add(clone, "read_iolog", `${unfit}; use replay_scale, or replay_redirect`);
    return undefined;
  });
}

/** Shares of a size in bytes: whole blocks, the first files one more, what is left to the last. */
function sharesOf(spec: JobSpec, count: number): readonly number[] {
  const { size } = spec;
  const divides = spec.filesize === undefined && !spec.fill_device;
  if (typeof size !== "number" || !divides) return [];
  if (count === 1) return [size];
  const block = smallestBlock(spec);
  const blocks = Math.floor(size / block);
  const shares = Array.from(
    { length: count },
    (_, file) => (Math.floor(blocks / count) + (file < blocks % count ? 1 : 0)) * block,
  );
  shares[count - 1]! += size - blocks * block;
  return shares;
}

/**
 * More than there can be: 1 PiB, sixteen times the largest file of ext4. In order it is written
 * until there is no more space; at random places it is what is free, which a map has room for.
 */
export const ENDLESS = 2 ** 50;

function filled(clone: Clone, { free, end = 0 }: Extent, files: number): Region {
  const { spec } = clone;
  const offset = (typeof spec.offset === "number" ? spec.offset : 0) + (spec.file_append ? end : 0);
  const block = largestBlock(spec);
  const share = workOf(spec).random && free !== undefined ? Math.ceil(free / files) : ENDLESS;
  return { offset, length: Math.max(1, Math.floor(share / block)) * block };
}

interface Wrong {
  readonly option: string;
  readonly message: string;
}

/** What is wrong when an option needs the size of a file that nothing says. */
function neededSize(
  spec: JobSpec,
  whole: number | undefined,
  { unknown }: Extent,
): Wrong | undefined {
  if (whole !== undefined) return undefined;
  if (spec.size === undefined) {
    return {
      option: "size",
      message: `needed, because ${unknown}; write one, such as size = "1g"`,
    };
  }
  const percent = (["size", "offset", "offset_increment"] as const).find((option) =>
    isPercent(spec[option]),
  );
  if (percent === undefined) return undefined;
  return { option: percent, message: `percent of what? ${unknown}; write bytes, such as "1g"` };
}

function isPercent(amount: Amount | undefined): amount is { readonly percent: number } {
  return typeof amount === "object";
}

function partOf(whole: number, percent: number): number {
  return Math.floor((whole * percent) / 100);
}

/** A start in percent is rounded up to a block or offset_align, an increment in percent down. */
function offsetOf({ spec, clone }: Clone, whole: number): number {
  const block = spec.offset_align || smallestBlock(spec);
  const { offset, offset_increment: step } = spec;
  const increment = isPercent(step)
    ? Math.floor(partOf(whole, step.percent) / block) * block
    : step;
  if (!isPercent(offset)) return offset + clone * increment;
  return Math.ceil((partOf(whole, offset.percent) + clone * increment) / block) * block;
}

function lengthOf(spec: JobSpec, share: number | undefined, offset: number, whole: number): number {
  if (isPercent(spec.size) && spec.size.percent !== 100 && !spec.fill_device) {
    const block = smallestBlock(spec);
    const length = Math.min(partOf(whole, spec.size.percent), whole - offset);
    return Math.floor(length / block) * block;
  }
  return share ?? whole - offset;
}

function mistakeOf(
  { spec, clone }: Clone,
  { offset, length }: Region,
  { path, fixed, size }: Extent,
  whole: number | undefined,
): Wrong | undefined {
  const file = showPath(path);
  const offsetOption = clone > 0 && spec.offset_increment !== 0 ? "offset_increment" : "offset";
  if (spec.size === 0) {
    return { option: "size", message: "size 0 is no work; leave size out to use the whole file" };
  }
  const grows = typeof spec.size === "number" && spec.filesize === undefined;
  const end = fixed ? size : grows ? undefined : whole;
  if (length <= 0 && spec.file_append && !fixed && offset > 0) {
    const end = `behind the end of ${file} there is nothing yet`;
    return { option: "size", message: `${end}; write a size, such as size = "1g"` };
  }
  if (end !== undefined && offset > 0 && offset >= end) {
    return {
      option: offsetOption,
      message: `${showBytes(offset)} lies beyond the end of ${file}, which has ${showBytes(end)}`,
    };
  }
  if (fixed && size !== undefined && offset + length > size) {
    const from = offset === 0 ? "" : ` from ${showBytes(offset)} on`;
    const option = spec.filesize === undefined ? "size" : "filesize";
    const unfit = `${showBytes(length)}${from} do not fit ${file}, which has ${showBytes(size)}`;
    return { option, message: `${unfit}; use at most ${showBytes(size - offset)}` };
  }
  if (length === 0 && whole === 0) {
    return { option: "size", message: `${file} is empty; write a size, such as size = "1g"` };
  }
  const block = largestBlock(spec);
  if (length < block) {
    const among = spec.nrfiles > 1 || spec.filename.length > 1 ? " (its share of the size)" : "";
    const small = `the ${showBytes(length)} of ${file}${among}`;
    const unfit = `a block of ${showBytes(block)} does not fit ${small}`;
    return { option: blockOption(spec), message: `${unfit}; use a smaller bs or a larger size` };
  }
  const zones = zonedBytes(spec);
  if (zones > length) {
    const unfit = `zones of ${showBytes(zones)} together do not fit the ${showBytes(length)} used`;
    const message = `${unfit} of ${file}; write smaller zones or a larger size`;
    return { option: "random_distribution", message };
  }
  return undefined;
}

/** Bytes that zones of a size reach to, of the direction where it is most; 0 without them. */
function zonedBytes(spec: JobSpec): number {
  const asked = workOf(spec).directions.map((direction) => spec.random_distribution[direction]);
  const reach = asked.map((one) =>
    one.kind === "zoned_abs" ? one.zones.reduce((sum, { space }) => sum + space, 0) : 0,
  );
  return Math.max(0, ...reach);
}

/** The option that says how long the longest block is. */
function blockOption(spec: JobSpec): string {
  const { directions } = workOf(spec);
  const longest = directions.find((way) => blocksOf(spec, way).most === largestBlock(spec));
  return writtenIn(spec, longest ?? "read");
}

/** Bytes and units that one pass moves, read and write together. */
export function passOf(
  clone: Clone,
  regions: readonly Region[],
  complaints: Complaints,
): { readonly bytes: number; readonly units: number } {
  const { spec, trace } = clone;
  if (trace !== undefined) {
    return { bytes: trace.bytes, units: spec.number_ios ?? Number.POSITIVE_INFINITY };
  }
  const all = regions.reduce((sum, { length }) => sum + length, 0);
  const size = typeof spec.size === "number" && !spec.fill_device ? Math.min(spec.size, all) : all;
  const limit = isPercent(spec.io_size)
    ? partOf(size, spec.io_size.percent)
    : (spec.io_size ?? size);
  if (regions.length > 0 && limit < smallestBlock(spec)) {
    const option = spec.io_size === undefined ? "size" : "io_size";
    const block = showBytes(smallestBlock(spec));
    complaints.add(clone, option, `${showBytes(limit)} is less than one block of ${block}`);
  }
  // A block that is trimmed and then written is two units of its one place.
  const each = workOf(spec).rewrites ? 2 : 1;
  return { bytes: limit, units: (spec.number_ios ?? Number.POSITIVE_INFINITY) * each };
}
