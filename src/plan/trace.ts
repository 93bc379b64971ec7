/**
 * What a job that replays a trace works on: reads the trace once and says which files it names, how
 * far they reach, in which directions and blocks it goes; the rest of the plan then is as for any
 * job. The trace decides what the job's own options otherwise would.
 */
import { statSync } from "node:fs";
import { DIRECTIONS, type PerDirection, READ, SYNC, TRIM, WRITE } from "../base/direction.ts";
import { SystemError } from "../base/errors.ts";
import { openTrace } from "../io/trace/open.ts";
import { PieceWriter } from "../io/trace/pieces.ts";
import type { ReplayPlan } from "../io/trace/plan.ts";
import { RING_BYTES } from "../io/trace/ring.ts";
import {
  DIRECTION_MASK,
  TraceMistake,
  type TraceReader,
  type TraceSource,
} from "../io/trace/trace.ts";
import type { JobSpec } from "../options/options.ts";
import type { Clone } from "./clones.ts";
import type { Environment } from "./environment.ts";
import type { Complaints } from "./input.ts";
import { showPath } from "./show.ts";
import { blockDevice } from "./sysfs.ts";

/** A trace as far as a plan must know it. */
export interface Traced {
  readonly replay: ReplayPlan;
  /** Paths in the order of the trace's files, each once. */
  readonly paths: readonly string[];
  /** Where the work on each of them ends, in bytes. */
  readonly ends: readonly number[];
  readonly bytes: number;
  /** Units by direction. */
  readonly counts: readonly number[];
  /** Largest block by direction; 0 of none. */
  readonly largest: PerDirection<number>;
  /** Bits that are set in some offset or length, the lower 16 of them. */
  readonly lowBits: number;
  /** The most that was queued at a time; 0 where the trace does not say. */
  readonly depth: number;
}

/** Reads each trace once, whoever replays it. */
export class Traces {
  readonly #traces = new Map<string, Traced | string>();

  constructor(private readonly environment: Environment) {}

  /** The clone as its trace makes it; undefined where the trace is of no use, which is reported. */
  apply(clone: Clone, strict: boolean, complaints: Complaints): Clone | undefined {
    const { spec } = clone;
    if (spec.read_iolog.length === 0) return clone;
    for (const option of strict ? DECIDED : []) {
      if (complaints.writtenOf(clone, option) === undefined) continue;
      complaints.add(clone, option, "the trace of read_iolog decides this; leave it out");
    }
    const source = sourceOf(clone);
    const key = JSON.stringify([source, spec.read_iolog_chunked]);
    let trace = this.#traces.get(key);
    if (trace === undefined) {
      trace = this.#read(source, spec);
      this.#traces.set(key, trace);
    }
    const { blockDeviceAt } = this.environment;
    const other = strict && typeof trace !== "string" ? unnamed(clone, trace, blockDeviceAt) : "";
    const wrong = typeof trace === "string" ? trace : other || undefined;
    if (wrong !== undefined) {
      complaints.add(clone, "read_iolog", wrong);
      return undefined;
    }
    const traced = trace as Traced;
    const { replay, ends, bytes, counts, lowBits } = traced;
    const named = [...spec.filename, spec.replay_redirect ?? "", ...spec.destroy];
    const reach = { replay, ends, bytes, counts, lowBits, named };
    const own = specOf(clone, traced, complaints);
    // fio replays a trace once, whatever loops and time_based say.
    const decided = strict ? own : { ...own, loops: 1, time_based: false };
    return { ...clone, spec: decided, trace: reach };
  }

  /** What is in the trace, or what is wrong with it. */
  #read(source: TraceSource, spec: JobSpec): Traced | string {
    const chunked = spec.read_iolog_chunked;
    const stream = source.paths.find(isStream);
    if (chunked && stream !== undefined) {
      const name = stream === "-" ? "stdin" : showPath(stream);
      const twice = `the trace of ${name} comes once, and read_iolog_chunked reads it twice`;
      return `${twice}; write it to a file`;
    }
    try {
      const { reader, close } = openTrace(source);
      try {
        return this.#collect(reader, source, spec);
      } finally {
        close();
      }
    } catch (error) {
      if (error instanceof TraceMistake || error instanceof SystemError) return error.message;
      throw error;
    }
  }

  #collect(reader: TraceReader, source: TraceSource, spec: JobSpec): Traced | string {
    const writer = spec.read_iolog_chunked ? undefined : new PieceWriter();
    const ends: number[] = [];
    const counts = [0, 0, 0, 0];
    const largest = [0, 0, 0, 0];
    let units = 0;
    let bytes = 0;
    let lowBits = 0;
    while (reader.next()) {
      const { action, file, offset, length } = reader;
      const direction = action & DIRECTION_MASK;
      ends[file] = Math.max(ends[file] ?? 0, offset + length);
      counts[direction]!++;
      largest[direction] = Math.max(largest[direction]!, length);
      bytes += length;
      lowBits |= (offset % 65_536) | (length % 65_536);
      units++;
      writer?.add(reader);
    }
    const shown = source.paths.map(showPath).join(", ");
    if (units === 0) return `${shown} has no unit to replay`;
    const [read = 0, write = 0, trim = 0] = largest;
    if (Math.max(read, write) > LARGEST_TRANSFER) return `${shown} has a unit of more than 2 GiB`;
    const named = source.shape.redirected ? [spec.replay_redirect!] : reader.names;
    const paths = reader.numbered && !source.shape.redirected ? this.#nodes(named) : named;
    if (typeof paths === "string") return `${shown}: ${paths}`;
    const duration = reader.time;
    const replay = {
      source,
      buffers: writer?.finish() ?? [],
      ring: writer === undefined ? new SharedArrayBuffer(RING_BYTES) : undefined,
      units,
      duration,
      timed: !source.shape.noStall,
      mergedPath: source.merge === undefined ? undefined : spec.merge_blktrace_file,
    };
    const reach = paths.map((_, file) => ends[file] ?? 0);
    const { depth } = reader;
    return {
      replay,
      paths,
      ends: reach,
      bytes,
      counts,
      largest: { read, write, trim },
      lowBits,
      depth,
    };
  }

  /** Device nodes of numbers, or which number is nobody's here. */
  #nodes(numbers: readonly string[]): readonly string[] | string {
    const { roots } = this.environment;
    const paths: string[] = [];
    for (const number of numbers) {
      const device = blockDevice(number, roots);
      if (device === undefined) {
        return `its device ${number} is none of this machine; use replay_redirect`;
      }
      paths.push(device.path.replace("/dev", roots.dev));
    }
    return paths;
  }
}

/** Whether a trace can be read once only: a pipe, a socket, stdin. */
function isStream(path: string): boolean {
  if (path === "-") return true;
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && (stat.isFIFO() || stat.isSocket());
}

/** Bytes of one read(2) or write(2) at most: MAX_RW_COUNT, its man page. */
const LARGEST_TRANSFER = 0x7ffff000;

/** Options that have no say beside a trace. */
const DECIDED = [
  ...["rw", "bs", "blockalign", "size", "filesize", "io_size", "offset", "offset_increment"],
  ...["nrfiles", "rwmixread", "rwmixwrite", "fsync", "fdatasync", "norandommap"],
];

/** Without a merge the files are given to the clones in turn. */
function sourceOf({ spec, clone }: Clone): TraceSource {
  const { read_iolog: paths, merge_blktrace_file: merged } = spec;
  const skip = spec.replay_skip.reduce(
    (bits, word) => bits | (1 << DIRECTIONS.indexOf(word as never)),
    0,
  );
  const shape = {
    skip,
    scale: spec.replay_scale,
    align: spec.replay_align,
    timeScale: spec.replay_time_scale,
    noStall: spec.replay_no_stall,
    redirected: spec.replay_redirect !== undefined,
  };
  if (merged === undefined) return { paths: [paths[clone % paths.length]!], shape };
  const merge = { scalars: spec.merge_blktrace_scalars, iters: spec.merge_blktrace_iters };
  return { paths, merge, shape };
}

/** A list of files beside a trace is leave to write devices; it does not say where to go. */
function unnamed(
  { spec }: Clone,
  { paths }: Traced,
  blockDeviceAt: Environment["blockDeviceAt"],
): string | undefined {
  const { filename, replay_redirect } = spec;
  if (filename.length === 0 || replay_redirect !== undefined) return undefined;
  const devices = new Set(paths.map(blockDeviceAt));
  const meant = (path: string): boolean => {
    const number = blockDeviceAt(path);
    return paths.includes(path) || (number !== undefined && devices.has(number));
  };
  const other = filename.find((path) => !meant(path));
  if (other === undefined) return undefined;
  const works = `the trace works on ${paths.map(showPath).join(", ")}`;
  const cure = "use replay_redirect to send all of it elsewhere";
  return `${works}, and not on ${showPath(other)}, which filename names; ${cure}`;
}

/** The options as they would be written for what the trace does. */
function specOf(clone: Clone, trace: Traced, complaints: Complaints): JobSpec {
  const { spec } = clone;
  const { counts, largest, paths, depth } = trace;
  const alone = (direction: number): boolean =>
    counts.every((count, other) => other === direction || other === SYNC || count === 0);
  // A sync needs a file open for writing no more than a read does.
  const only = [READ, WRITE, TRIM].find((direction) => alone(direction));
  const rw = only === undefined ? "rw" : (DIRECTIONS[only]! as "read" | "write" | "trim");
  const block = Math.max(largest.read, largest.write, largest.trim, 1);
  const bs = {
    read: largest.read || block,
    write: largest.write || block,
    trim: largest.trim || block,
  };
  const deep = depth > 0 && complaints.writtenOf(clone, "iodepth") === undefined;
  return {
    ...spec,
    rw,
    bs,
    blockalign: bs,
    filename: paths,
    size: undefined,
    filesize: undefined,
    io_size: undefined,
    offset: 0,
    offset_increment: 0,
    fsync: 0,
    fdatasync: 0,
    // fio takes the depth that a binary trace shows where none is written.
    ...(deep ? { iodepth: depth, iodepth_low: depth } : {}),
  };
}
