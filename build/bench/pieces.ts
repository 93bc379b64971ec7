/**
 * `npm run bench`: what each piece of the hot path costs, in ns. Every piece is timed in a process
 * of its own, as a job has a thread of its own: the compiler then sees one engine, one clock, one
 * sink, as it does in a run. A word behind the command picks the pieces whose names hold it.
 */
import { mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { do_not_optimize, measure } from "mitata";
import { calibrate, createClock, monotonicClock, monotonicSecond } from "../../ffi/clock.ts";
import { allocate, PAGE, view } from "../../ffi/memory.ts";
import { READ, WRITE } from "../../src/base/direction.ts";
import type { OptionTable } from "../../src/base/option.ts";
import type { Engine, EngineContext } from "../../src/engine/engine.ts";
import { findEngine } from "../../src/engine/registry.ts";
import { allocateBuffers, createFiller, isShaped } from "../../src/io/buffers.ts";
import { createShaped } from "../../src/io/shaped.ts";
import { Units } from "../../src/io/units.ts";
import { bucketOf } from "../../src/measure/histogram.ts";
import { Recorder } from "../../src/measure/recorder.ts";
import { STATS_BYTES } from "../../src/measure/statsblock.ts";
import { type JobSpec, OPTIONS } from "../../src/options/options.ts";
import { Coverage } from "../../src/workload/coverage.ts";
import { Taus88 } from "../../src/workload/random.ts";

/** The file of the engines: larger than any processor's cache. */
const FILE_BYTES = 64 * 2 ** 20;
const BLOCKS = FILE_BYTES / PAGE;

/** What is timed, and how many of the thing it is named for one call does. */
interface Piece {
  readonly once: () => unknown;
  readonly units?: number;
}

const epoch = monotonicSecond();

function clock(choice: "cpu" | "clock_gettime" | "gettimeofday"): Piece {
  const { now, name, note } = createClock(choice, epoch, calibrate(epoch));
  if (name !== choice) throw new Error(note);
  return { once: () => do_not_optimize(now()) };
}

function histogram(): Piece {
  let ns = 1;
  return {
    once: () => {
      ns = (ns * 1.37) % 1e9;
      do_not_optimize(bucketOf(ns));
    },
  };
}

function record(synchronous: boolean): Piece {
  const units = new Units(1);
  const block = new Float64Array(view(allocate(STATS_BYTES), STATS_BYTES));
  const kinds = { slat: "histogram", clat: "histogram", lat: "histogram" } as const;
  const recorder = new Recorder(
    block,
    units,
    synchronous ? { ...kinds, slat: "off", lat: "off" } : kinds,
  );
  units.length[0] = PAGE;
  let time = 0;
  return {
    once: () => {
      units.startedAt[0] = time;
      units.issuedAt[0] = time + 200;
      time += 1000;
      recorder.completed(0, time);
    },
  };
}

function draw(): Piece {
  const random = new Taus88(1n);
  return { once: () => do_not_optimize(random.below(BLOCKS)) };
}

/** A pass over 2^18 blocks and its reset, divided by the blocks: the map at every fullness. */
function pick(): Piece {
  const blocks = 2 ** 18;
  const map = new Coverage(blocks);
  const random = new Taus88(1n);
  return {
    units: blocks,
    once: () => {
      for (let block = 0; block < blocks; block++) map.take(random.below(blocks));
      map.reset();
    },
  };
}

/** Contents of one block of 64 KiB, before each write of it. */
function contents(option: string, refill_buffers = false): Piece {
  const bytes = 64 * 1024;
  const block = { read: bytes, write: bytes, trim: bytes };
  const fallbacks = Object.entries(OPTIONS).map(([name, { fallback }]) => [name, fallback]);
  const [name = "", number] = option.split("=");
  const value = number === undefined ? true : Number(number);
  const shared = { ...Object.fromEntries(fallbacks), rw: "write", bs: block, refill_buffers };
  const spec: JobSpec = { ...shared, [name]: value };
  const shape = { bufferBytes: bytes, depth: 1, index: 0, targets: [], dedupePeers: [] };
  const plan = { ...shape, spec };
  const units = new Units(1);
  const create = isShaped(spec) ? createShaped : createFiller;
  const filler = create(plan, units, allocateBuffers(plan));
  units.direction[0] = WRITE;
  units.length[0] = bytes;
  return { once: () => filler.fill(0) };
}

function rows(): Piece {
  const units = new Units(32);
  return { once: () => units.give(units.take()) };
}

/**
 * A file without a name whose pages are all in memory. Not a memfd, and not on tmpfs: io_uring
 * hands each read of those to a kernel thread, which takes 6 to 14 µs.
 */
function cachedFile(): number {
  const path = join(mkdtempSync("/var/tmp/fathom-bench-"), "file");
  writeFileSync(path, new Uint8Array(FILE_BYTES));
  const fd = openSync(path, "r+");
  rmSync(dirname(path), { recursive: true });
  return fd;
}

/**
 * Random 4 KiB reads of a cached file in batches: queue, commit, reap; no loop and no statistics.
 */
async function engine(name: string, depth: number, batch: number): Promise<Piece> {
  const units = new Units(depth);
  const definition = (await findEngine(name))!;
  const bufferBase = allocate(depth * PAGE);
  for (let unit = 0; unit < depth; unit++) units.address[unit] = bufferBase + unit * PAGE;
  const moving = createEngine(name, units, bufferBase);
  const random = new Taus88(1n);
  const now = monotonicClock(epoch);
  const until = Number.POSITIVE_INFINITY;
  const fill = (count: number): void => {
    for (let queued = 0; queued < count; queued++) {
      const unit = units.take();
      units.direction[unit] = READ;
      units.length[unit] = PAGE;
      units.offset[unit] = random.below(BLOCKS) * PAGE;
      units.startedAt[unit] = 0;
      moving.queue(unit);
    }
    moving.commit();
  };
  fill(depth - batch);
  do_not_optimize(now());
  return {
    units: batch,
    once: () => {
      fill(batch);
      const reaped = moving.getevents(batch, batch, until);
      for (let done = 0; done < reaped; done++) {
        const unit = units.completed[done]!;
        if (units.result[unit] !== PAGE) throw new Error(`${name}: result ${units.result[unit]}`);
        units.give(unit);
      }
    },
  };

  function createEngine(name: string, units: Units, bufferBase: number): Engine {
    const fd = cachedFile();
    const target = {
      path: name,
      kind: "regular",
      exists: true,
      size: FILE_BYTES,
      offset: 0,
      length: FILE_BYTES,
      layout: 0,
    } as const;
    const context: EngineContext<OptionTable> = {
      units,
      files: Int32Array.of(fd),
      targets: [target],
      now: monotonicClock(epoch),
      spec: { iodepth: depth, direct: false } as JobSpec,
      options: Object.fromEntries(
        Object.entries(definition.options).map(([key, { fallback }]) => [key, fallback]),
      ),
      bufferBase,
      bufferBytes: PAGE,
    };
    return definition.create(context);
  }
}

const PIECES: Readonly<Record<string, () => Piece | Promise<Piece>>> = {
  "clock: cpu": () => clock("cpu"),
  "clock: clock_gettime": () => clock("clock_gettime"),
  "clock: gettimeofday": () => clock("gettimeofday"),
  "histogram: bucket of a latency": histogram,
  "recorder: a unit, clat only (synchronous)": () => record(true),
  "recorder: a unit, slat clat lat": () => record(false),
  "random: a draw": draw,
  "random: a draw and the map, per block of a pass": pick,
  "units: take and give": rows,
  "contents, 64 KiB: scramble_buffers": () => contents("scramble_buffers"),
  "contents, 64 KiB: refill_buffers": () => contents("refill_buffers"),
  "contents, 64 KiB: refill, half compressible": () =>
    contents("buffer_compress_percentage=50", true),
  "contents, 64 KiB: dedupe_percentage 50": () => contents("dedupe_percentage=50"),
  "engine null, depth 1": () => engine("null", 1, 1),
  "engine null, depth 16, batch 16": () => engine("null", 16, 16),
  "engine psync, cached 4k": () => engine("psync", 1, 1),
  "engine io_uring, cached 4k, depth 1": () => engine("io_uring", 1, 1),
  "engine io_uring, cached 4k, depth 32, batch 8": () => engine("io_uring", 32, 8),
  "engine libaio, cached 4k, depth 32, batch 8": () => engine("libaio", 32, 8),
};

/** In the child: times one piece and prints its row. */
async function time(name: string): Promise<void> {
  const { once, units = 1 } = await PIECES[name]!();
  const { min, p50, p99 } = await measure(once);
  const cell = (ns: number): string => (ns / units).toFixed(1).padStart(10);
  process.stdout.write(`${name.padEnd(52)}${cell(min)}${cell(p50)}${cell(p99)}\n`);
}

const [mode, name = ""] = process.argv.slice(2);
if (mode === "--piece") {
  await time(name);
} else {
  const heads = ["min", "median", "p99"].map((head) => head.padStart(10)).join("");
  process.stdout.write(`${"ns each".padEnd(52)}${heads}\n`);
  for (const piece of Object.keys(PIECES).filter((piece) => piece.includes(mode ?? ""))) {
    const command = [process.execPath, import.meta.path, "--piece", piece];
    const { exitCode } = Bun.spawnSync(command, { stdout: "inherit", stderr: "inherit" });
    if (exitCode !== 0) process.exitCode = 1;
  }
}
