/**
 * The kernel's side of an io_uring: setting one up, its shared memory, registration and entering
 * the kernel. It knows nothing of units: who writes entries and
 * reads completions does it on the arrays given here, so that no call lies between.
 */
import { SYS } from "./constants.ts";
import { ENOSYS, errno, errnoOf } from "./errno.ts";
import {
  ENTER,
  FEATURE_EXT_ARG,
  FEATURE_SINGLE_MMAP,
  OFFSET_ENTRIES,
  OP_SUPPORTED,
  POLLIN,
  REGISTER_BUFFERS,
  REGISTER_FILES,
  REGISTER_PROBE,
  REGISTER_RING_FDS,
  SETUP,
  UNREGISTER_RING_FDS,
} from "./io_uring_abi.ts";
import { libc } from "./libc.ts";
import { allocate, free, mapShared, PAGE, view } from "./memory.ts";

/** Where things lie in the page that system calls borrow, in 32-bit words. */
const PARAMS = 0;
const WAIT = 64;
const TIME = 80;
const POLL = 96;
const UPDATE = 112;

export interface RingSettings {
  readonly entries: number;
  /** Completions are polled for: no interrupts, direct I/O on devices with polling queues only. */
  readonly polled: boolean;
  /** A kernel thread takes the entries; on that CPU, unless -1. */
  readonly submitThread: boolean;
  readonly submitThreadCpu: number;
}

/** What to leave unused although the kernel has it: how a test gets an older kernel. */
export interface Lacking {
  readonly setup?: number;
  readonly features?: number;
}

/**
 * Setup flags that only make it faster, youngest first (Linux 6.1, 6.0, 5.19, 5.5). A kernel that
 * lacks one answers EINVAL and lacks those before it too, so they are dropped in this order.
 */
const NICETIES = [
  SETUP.DEFER_TASKRUN,
  SETUP.SINGLE_ISSUER,
  SETUP.COOP_TASKRUN | SETUP.TASKRUN_FLAG,
  SETUP.CQSIZE,
];

/** The kernel refused to make a ring; `value` is a positive errno. */
export class RingRefused extends Error {
  constructor(
    readonly call: string,
    readonly value: number,
  ) {
    super(`${call}: errno ${value}`);
  }
}

export class Ring {
  /** The rings: words that kernel and process share. */
  readonly words: Int32Array;
  /** Submission entries, ENTRY_WORDS each. */
  readonly entries: Int32Array;
  /** Indices into `words`. */
  readonly sqHead: number;
  readonly sqTail: number;
  readonly sqFlags: number;
  readonly sqArray: number;
  readonly cqHead: number;
  readonly cqTail: number;
  readonly completions: number;
  readonly sqMask: number;
  readonly cqMask: number;
  /** Setup flags the kernel took. */
  readonly setup: number;

  readonly #fd: number;
  readonly #page: number;
  readonly #scratch: Int32Array;
  readonly #ringAddress: number;
  readonly #ringBytes: number;
  readonly #entriesAddress: number;
  readonly #timed: boolean;
  /** Descriptor and flag of every enter: the registered one saves the kernel a look-up. */
  #enterFd: number;
  #enterFlags = 0;

  /** Throws RingRefused; belongs to the thread that makes it. */
  constructor(settings: RingSettings, lacking: Lacking = {}) {
    this.#page = allocate(PAGE);
    this.#scratch = new Int32Array(view(this.#page, PAGE));
    const [fd, setup] = open(this.#page, this.#scratch, settings, ~(lacking.setup ?? 0));
    if (fd < 0) {
      free(this.#page, PAGE);
      throw new RingRefused("io_uring_setup", -fd);
    }
    this.#fd = fd;
    this.#enterFd = fd;
    this.setup = setup;
    const params = this.#scratch.slice(PARAMS, PARAMS + 30);
    const sq = params.subarray(10, 20);
    const cq = params.subarray(20, 30);
    const count = params[0]!;
    this.#timed = (params[5]! & ~(lacking.features ?? 0) & FEATURE_EXT_ARG) !== 0;
    this.#ringBytes = Math.max(sq[6]! + count * 4, cq[5]! + params[1]! * 16);
    this.#ringAddress = mapShared(fd, this.#ringBytes);
    this.#entriesAddress = mapShared(fd, count * 64, OFFSET_ENTRIES);
    this.words = new Int32Array(view(this.#ringAddress, this.#ringBytes & ~3));
    this.entries = new Int32Array(view(this.#entriesAddress, count * 64));
    this.sqHead = sq[0]! >> 2;
    this.sqTail = sq[1]! >> 2;
    this.sqFlags = sq[4]! >> 2;
    this.sqArray = sq[6]! >> 2;
    this.cqHead = cq[0]! >> 2;
    this.cqTail = cq[1]! >> 2;
    this.completions = cq[5]! >> 2;
    this.sqMask = this.words[sq[2]! >> 2]!;
    this.cqMask = this.words[cq[2]! >> 2]!;
    this.#registerItself();
  }

  /** Whether the kernel finds the ring in this thread's own table, which has 16 places. */
  get registered(): boolean {
    return this.#enterFlags !== 0;
  }

  /** Entries taken, or -errno. `count` completions are waited for only with ENTER.GETEVENTS. */
  enter(submit: number, count: number, flags: number): number {
    const taken = libc.syscall(
      SYS.io_uring_enter,
      this.#enterFd,
      submit,
      count,
      this.#enterFlags | flags,
      0,
      0,
    );
    return taken < 0 ? -errno[0]! : taken;
  }

  /**
   * Waits until `count` completions are there (at least one, before Linux 5.11) or `ns` are over.
   * Negative errno when it ended early: ETIME, EINTR.
   */
  wait(count: number, ns: number): number {
    if (ns === Number.POSITIVE_INFINITY) return this.enter(0, count, ENTER.GETEVENTS);
    const scratch = this.#scratch;
    const seconds = Math.floor(ns / 1e9);
    const time = this.#page + TIME * 4;
    scratch[TIME] = seconds;
    scratch[TIME + 2] = ns - seconds * 1e9;
    if (!this.#timed) return this.#waitByPoll(time);
    scratch[WAIT + 4] = time;
    scratch[WAIT + 5] = time / 2 ** 32;
    const flags = this.#enterFlags | ENTER.GETEVENTS | ENTER.EXT_ARG;
    const argument = this.#page + WAIT * 4;
    const taken = libc.syscall(SYS.io_uring_enter, this.#enterFd, 0, count, flags, argument, 24);
    return taken < 0 ? -errno[0]! : taken;
  }

  /** A ring's descriptor is readable while it has completions: the timed wait of old kernels. */
  #waitByPoll(time: number): number {
    this.#scratch[POLL] = this.#fd;
    this.#scratch[POLL + 1] = POLLIN;
    const ready = libc.syscall(SYS.ppoll, this.#page + POLL * 4, 1, time, 0, 8, 0);
    return ready < 0 ? -errno[0]! : this.enter(0, 0, ENTER.GETEVENTS);
  }

  /** Sleeps: when the kernel lacks memory for entries and nothing is in flight to wait for. */
  nap(ns: number): void {
    this.#scratch[TIME] = 0;
    this.#scratch[TIME + 2] = ns;
    libc.syscall(SYS.ppoll, 0, 0, this.#page + TIME * 4, 0, 8, 0);
  }

  /** 0 or -errno. Buffer i is [base + i * bytes, + bytes); the kernel pins them until `close`. */
  registerBuffers(base: number, bytes: number, count: number): number {
    const vectors = new Uint32Array(new ArrayBuffer(count * 16));
    for (let i = 0; i < count; i++) {
      const address = base + i * bytes;
      vectors[i * 4] = address;
      vectors[i * 4 + 1] = address / 2 ** 32;
      vectors[i * 4 + 2] = bytes;
      vectors[i * 4 + 3] = bytes / 2 ** 32;
    }
    return this.#register(REGISTER_BUFFERS, vectors, count);
  }

  /** 0 or -errno. An entry then names file i by ENTRY_FIXED_FILE and i. */
  registerFiles(files: Int32Array): number {
    const copy = new Int32Array(new ArrayBuffer(files.byteLength));
    copy.set(files);
    return this.#register(REGISTER_FILES, copy, files.length);
  }

  /** Whether the kernel has the operation; false for all of them before Linux 5.6. */
  offers(op: number): boolean {
    const probe = new Uint8Array(new ArrayBuffer(16 + 256 * 8));
    if (this.#register(REGISTER_PROBE, probe, 256) < 0) return false;
    return op <= probe[0]! && (probe[16 + op * 8 + 2]! & OP_SUPPORTED) !== 0;
  }

  #register(what: number, argument: NodeJS.TypedArray | number, count: number): number {
    const result = libc.syscall(SYS.io_uring_register, this.#fd, what, argument, count, 0, 0);
    return result < 0 ? -errnoOf() : result;
  }

  /** Needs Linux 5.18 and one of the thread's 16 places; without, the descriptor itself serves. */
  #registerItself(): void {
    this.#scratch.fill(0, UPDATE, UPDATE + 4);
    this.#scratch[UPDATE] = -1;
    this.#scratch[UPDATE + 2] = this.#fd;
    if (this.#register(REGISTER_RING_FDS, this.#page + UPDATE * 4, 1) !== 1) return;
    this.#enterFd = this.#scratch[UPDATE]!;
    this.#enterFlags = ENTER.REGISTERED_RING;
  }

  /** Gives everything back. Nothing may be in flight, and the arrays are gone afterwards. */
  close(): void {
    if (this.registered) {
      this.#scratch.fill(0, UPDATE, UPDATE + 4);
      this.#scratch[UPDATE] = this.#enterFd;
      this.#register(UNREGISTER_RING_FDS, this.#page + UPDATE * 4, 1);
    }
    free(this.#ringAddress, this.#ringBytes);
    free(this.#entriesAddress, this.entries.length * 4);
    free(this.#page, PAGE);
    libc.close(this.#fd);
  }
}

/** Descriptor (or -errno) and the flags that the kernel took. */
function open(
  page: number,
  scratch: Int32Array,
  settings: RingSettings,
  known: number,
): readonly [fd: number, setup: number] {
  let setup = settings.polled ? SETUP.IOPOLL : 0;
  if (settings.submitThread) setup |= SETUP.SQPOLL;
  if (settings.submitThread && settings.submitThreadCpu >= 0) setup |= SETUP.SQ_AFF;
  // A submission thread runs no task work of ours: the kernel refuses those flags beside SQPOLL.
  const apart = SETUP.DEFER_TASKRUN | SETUP.COOP_TASKRUN | SETUP.TASKRUN_FLAG;
  const useful = settings.submitThread ? known & ~apart : known;
  let fd = -ENOSYS;
  for (let dropped = 0; dropped <= NICETIES.length; dropped++) {
    let flags = setup;
    for (const nicety of NICETIES.slice(dropped)) flags |= nicety & useful;
    scratch.fill(0, PARAMS, PARAMS + 30);
    // As many completions as entries, not twice as many: fewer cache lines are walked over.
    if ((flags & SETUP.CQSIZE) !== 0) scratch[PARAMS + 1] = settings.entries;
    scratch[PARAMS + 2] = flags;
    scratch[PARAMS + 3] = Math.max(0, settings.submitThreadCpu);
    fd = libc.syscall(SYS.io_uring_setup, settings.entries, page, 0, 0, 0, 0);
    if (fd >= 0) return [fd, flags];
    fd = -errnoOf();
    if (fd !== -22) break;
  }
  return [fd, 0];
}

/** 0 when this thread may make a ring, else the positive errno. Makes one and throws it away. */
export function probeRing(): number {
  const params = new Int32Array(new ArrayBuffer(120));
  const fd = libc.syscall(SYS.io_uring_setup, 1, params, 0, 0, 0, 0);
  if (fd < 0) return errnoOf();
  libc.close(fd);
  return (params[5]! & FEATURE_SINGLE_MMAP) === 0 ? ENOSYS : 0;
}
