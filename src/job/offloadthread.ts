/**
 * A thread that does the units of one row for a job (io_submit_mode = offload): its own engine at
 * depth 1, one unit at a time, until the job has ended. It opens nothing; the descriptors are the
 * job's, and come with each unit.
 */
import type { Clock } from "../../ffi/clock.ts";
import { O } from "../../ffi/constants.ts";
import { cString, libc } from "../../ffi/libc.ts";
import { allocate, free, PAGE } from "../../ffi/memory.ts";
import { nameThread } from "../../ffi/thread.ts";
import { READ, WRITE } from "../base/direction.ts";
import { workOf } from "../base/rw.ts";
import type { Engine, EngineDefinition } from "../engine/engine.ts";
import { findEngine } from "../engine/registry.ts";
import { Units } from "../io/units.ts";
import { threadUsage } from "../measure/cpu.ts";
import { clockOf } from "./clockof.ts";
import type { JobPlan } from "./jobplan.ts";
import type { OffloadLaunch } from "./launch.ts";
import {
  ADDRESS,
  DESCRIPTOR,
  DIRECTION,
  FILE,
  FINISHED_AT,
  IDLE,
  ISSUED_AT,
  KIND,
  LENGTH,
  MOVED,
  OFFSET,
  OffloadBlock,
  offloadBytes,
  PRIORITY,
  RANGE_FLAGS,
  RESULT,
  UNIT,
  USAGE,
} from "./offloadblock.ts";
import { givePriority } from "./priority.ts";

/**
 * Units of a warm-up: the compiler's first tier is done with the path by then. All threads together
 * do no more than a few, as the compiler serves them all: 256 with 500 each took 5 s to begin.
 */
const WARM_UNITS = 500;
const ALL_WARM_UNITS = 10_000;
/** A wait for the engine, which is gone into again: 100 ms in ns. */
const LOOK = 100e6;

/** Returns when the job has ended; what goes wrong before the first unit is told to the job. */
export async function serveUnits(launch: OffloadLaunch): Promise<void> {
  const { plan, row } = launch;
  const block = new OffloadBlock(launch.address, plan.depth, plan.targets.length);
  let server: UnitServer | undefined;
  try {
    nameThread(plan.spec.comm ?? plan.spec.name);
    givePriority(plan);
    const definition = await findEngine(plan.engine);
    if (definition === undefined) throw new Error(`no engine ${plan.engine}`);
    const { now } = await clockOf(launch);
    if (plan.spec.warmup) warm(plan, definition, now);
    // As the job's own thread: on its CPUs, with its niceness.
    if (plan.prologue !== undefined) (await import("./prologue.ts")).settle(plan.prologue);
    if (!block.awaitOpen()) return;
    server = new UnitServer(block, row, plan, definition, now);
    block.isUp();
    server.serve();
  } catch (error) {
    block.fail(error);
  } finally {
    server?.close();
    block.leave();
  }
}

class UnitServer {
  readonly #units = new Units(1);
  readonly #files: Int32Array;
  readonly #engine: Engine;
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  /** Where the row begins. */
  readonly #word: number;
  readonly #double: number;
  /** Of the thread when what it uses began to count; and which beginning that was. */
  #before = threadUsage();
  #measure = 0;

  constructor(
    private readonly block: OffloadBlock,
    private readonly row: number,
    { spec, targets, engineOptions }: Pick<JobPlan, "spec" | "targets" | "engineOptions">,
    definition: EngineDefinition,
    private readonly now: Clock,
  ) {
    const units = this.#units;
    this.#files = block.files;
    this.#words = block.words;
    this.#doubles = block.doubles;
    this.#word = block.wordsOf(row);
    this.#double = block.doublesOf(row);
    const bufferBase = block.bufferBase + row * block.bufferBytes;
    units.address[0] = bufferBase;
    this.#engine = definition.create({
      units,
      files: this.#files,
      targets,
      now,
      spec: { ...spec, iodepth: 1 },
      options: engineOptions as Readonly<Record<string, never>>,
      bufferBase,
      bufferBytes: block.bufferBytes,
    });
  }

  serve(): void {
    const { block, row } = this;
    for (let turn = block.awaitTurn(row); turn !== IDLE; turn = block.awaitTurn(row)) {
      if (turn === UNIT) this.once();
      else this.#tellUsage();
      block.done(row);
    }
  }

  /** Does the unit that lies in the row. */
  once(): void {
    const units = this.#units;
    const engine = this.#engine;
    const words = this.#words;
    const doubles = this.#doubles;
    const word = this.#word;
    const double = this.#double;
    if (this.#measure !== this.block.measure) this.#countAnew();
    const file = words[word + FILE]!;
    this.#files[file] = words[word + DESCRIPTOR]!;
    units.file[0] = file;
    units.direction[0] = words[word + DIRECTION]!;
    units.kind[0] = words[word + KIND]!;
    units.rangeFlags = words[word + RANGE_FLAGS]!;
    units.priority[0] = words[word + PRIORITY]!;
    units.offset[0] = doubles[double + OFFSET]!;
    units.length[0] = doubles[double + LENGTH]!;
    units.moved[0] = doubles[double + MOVED]!;
    units.address[0] = doubles[double + ADDRESS]!;
    units.startedAt[0] = this.now();
    engine.queue(0);
    engine.commit();
    let finishedAt = 0;
    do {
      const done = engine.getevents(1, 1, this.now() + LOOK);
      if (done === 1) finishedAt = this.now();
    } while (finishedAt === 0);
    words[word + RESULT] = units.result[0]!;
    doubles[double + ISSUED_AT] = units.issuedAt[0]!;
    doubles[double + FINISHED_AT] = finishedAt;
  }

  close(): void {
    this.#engine.close();
  }

  #countAnew(): void {
    this.#measure = this.block.measure;
    this.#before = threadUsage();
  }

  /** A thread that had no unit since used nothing. */
  #tellUsage(): void {
    if (this.#measure !== this.block.measure) this.#countAnew();
    const { userNs, systemNs, ...rest } = threadUsage();
    const before = this.#before;
    const at = this.#double + USAGE;
    const doubles = this.#doubles;
    doubles[at] = userNs - before.userNs;
    doubles[at + 1] = systemNs - before.systemNs;
    doubles[at + 2] = rest.voluntarySwitches - before.voluntarySwitches;
    doubles[at + 3] = rest.involuntarySwitches - before.involuntarySwitches;
    doubles[at + 4] = rest.majorFaults - before.majorFaults;
    doubles[at + 5] = rest.minorFaults - before.minorFaults;
  }
}

/** Some units on /dev/zero, in a block of its own; as the job's warm-up, it touches no target. */
function warm(plan: JobPlan, definition: EngineDefinition, now: Clock): void {
  const { reads, writes } = workOf(plan.spec);
  if (!reads && !writes) return;
  const descriptor = libc.open(cString("/dev/zero"), O.RDWR | O.CLOEXEC, 0);
  if (descriptor < 0) return;
  const blockBytes = offloadBytes(1, plan.targets.length);
  const address = allocate(blockBytes);
  const buffer = allocate(PAGE);
  let server: UnitServer | undefined;
  try {
    const block = new OffloadBlock(address, 1, plan.targets.length);
    block.open(buffer, PAGE, new Int32Array(plan.targets.length).fill(descriptor));
    const options = plan.engineOptions as Readonly<Record<string, never>>;
    const calm = {
      ...plan,
      spec: { ...plan.spec, atomic: false },
      engineOptions: definition.calm?.(options) ?? options,
    };
    server = new UnitServer(block, 0, calm, definition, now);
    const [word, double] = [block.wordsOf(0), block.doublesOf(0)];
    block.words[word + DESCRIPTOR] = descriptor;
    block.words[word + DIRECTION] = reads ? READ : WRITE;
    block.doubles[double + LENGTH] = Math.min(PAGE, plan.bufferBytes);
    block.doubles[double + ADDRESS] = buffer;
    const units = Math.min(WARM_UNITS, Math.ceil(ALL_WARM_UNITS / plan.depth));
    for (let unit = 0; unit < units; unit++) {
      server.once();
      block.done(0);
    }
  } finally {
    server?.close();
    free(buffer, PAGE);
    free(address, blockBytes);
    libc.close(descriptor);
  }
}
