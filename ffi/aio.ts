/**
 * The kernel's asynchronous I/O (linux/aio_abi.h) by its own system calls: no libaio.so is needed.
 * It knows contexts, control blocks and events as 32-bit words, and nothing of units.
 */
import { SYS } from "./constants.ts";
import { errno, errnoOf } from "./errno.ts";
import { libc } from "./libc.ts";
import { allocate, free, view } from "./memory.ts";

/** Commands of a control block: IOCB_CMD_*. */
export const COMMAND = {
  PREAD: 0,
  PWRITE: 1,
  FSYNC: 2,
  FDSYNC: 3,
  PREADV: 7,
  PWRITEV: 8,
} as const;

/** 32-bit words of a control block and of an event, and where their fields are. */
export const BLOCK_WORDS = 16;
export const BLOCK = {
  DATA: 0,
  RW_FLAGS: 3,
  COMMAND: 4,
  FILE: 5,
  ADDRESS: 6,
  LENGTH: 8,
  OFFSET: 10,
  FLAGS: 14,
} as const;
export const EVENT_WORDS = 8;
export const EVENT_RESULT = 4;

/** Words of the completion ring's head: struct aio_ring of fs/aio.c, part of the ABI by now. */
const RING_LENGTH = 1;
const RING_HEAD = 2;
const RING_TAIL = 3;
const RING_MAGIC = 4;
const RING_INCOMPATIBLE = 6;
const RING_HEADER_BYTES = 7;
const RING_BYTES = 32;
const MAGIC = 0xa10a10a1 | 0;

/** Plain loads keep their order on x86; elsewhere the ring's words need atomic ones. */
const ORDERED = process.arch !== "x64";

/** Context id, or -errno. EAGAIN: fs.aio-max-nr is used up. */
function setUp(count: number): number {
  const id = new Uint32Array(new ArrayBuffer(8));
  if (libc.syscall(SYS.io_setup, count, id, 0, 0, 0, 0) < 0) return -errnoOf();
  return id[1]! * 2 ** 32 + id[0]!;
}

/** 0 when a context for `count` units can be had, else the positive errno. */
export function probeAio(count: number): number {
  const id = setUp(count);
  if (id < 0) return -id;
  libc.syscall(SYS.io_destroy, id, 0, 0, 0, 0, 0);
  return 0;
}

/** The kernel refused a context; `value` is a positive errno. */
export class AioRefused extends Error {
  constructor(readonly value: number) {
    super(`io_setup: errno ${value}`);
  }
}

export class AioContext {
  /** Control blocks, BLOCK_WORDS each. */
  readonly blocks: Int32Array;
  /** Events of the last `reap`, EVENT_WORDS each. */
  readonly events: Int32Array;

  readonly #id: number;
  readonly #address: number;
  readonly #bytes: number;
  readonly #eventsAddress: number;
  readonly #listAddress: number;
  readonly #timeAddress: number;
  /** Addresses of the blocks to submit, two words each. */
  readonly #list: Int32Array;
  readonly #time: Int32Array;
  /** The completion ring in this process's memory; undefined when it is not what is known. */
  readonly #ring: Int32Array | undefined;
  readonly #ringEvents: number;

  /** Throws AioRefused. */
  constructor(readonly count: number) {
    const id = setUp(count);
    if (id < 0) throw new AioRefused(-id);
    this.#id = id;
    const blockBytes = count * BLOCK_WORDS * 4;
    const eventBytes = count * EVENT_WORDS * 4;
    this.#bytes = blockBytes + eventBytes + count * 8 + 16;
    this.#address = allocate(this.#bytes);
    this.#eventsAddress = this.#address + blockBytes;
    this.#listAddress = this.#eventsAddress + eventBytes;
    this.#timeAddress = this.#listAddress + count * 8;
    const memory = view(this.#address, this.#bytes);
    this.blocks = new Int32Array(memory, 0, count * BLOCK_WORDS);
    this.events = new Int32Array(memory, blockBytes, count * EVENT_WORDS);
    this.#list = new Int32Array(memory, blockBytes + eventBytes, count * 2);
    this.#time = new Int32Array(memory, blockBytes + eventBytes + count * 8, 4);
    this.#ring = ringOf(id);
    this.#ringEvents = this.#ring === undefined ? 0 : this.#ring[RING_HEADER_BYTES]! >> 2;
  }

  /** Whether events can be read without a call. */
  get mapped(): boolean {
    return this.#ring !== undefined;
  }

  /** Makes block `block` the one at `place` of the next submission. */
  list(place: number, block: number): void {
    const address = this.#address + block * (BLOCK_WORDS * 4);
    this.#list[place * 2] = address;
    this.#list[place * 2 + 1] = address / 2 ** 32;
  }

  /** Blocks taken of the `count` from `place` on, or -errno when not even the first one was. */
  submit(place: number, count: number): number {
    const from = this.#listAddress + place * 8;
    const taken = libc.syscall(SYS.io_submit, this.#id, count, from, 0, 0, 0);
    return taken < 0 ? -errno[0]! : taken;
  }

  /** Events now in `events`, or -errno; waits for `min` of them at most `ns`. */
  reap(min: number, max: number, ns: number): number {
    let time = 0;
    if (ns !== Number.POSITIVE_INFINITY) {
      const seconds = Math.floor(ns / 1e9);
      this.#time[0] = seconds;
      this.#time[2] = ns - seconds * 1e9;
      time = this.#timeAddress;
    }
    const into = this.#eventsAddress;
    const found = libc.syscall(SYS.io_getevents, this.#id, min, max, into, time, 0);
    return found < 0 ? -errno[0]! : found;
  }

  /** As `reap` without waiting, by reading the kernel's ring: no call at all. Needs `mapped`. */
  peek(max: number): number {
    const ring = this.#ring!;
    const { events } = this;
    const tail = ORDERED ? Atomics.load(ring, RING_TAIL) : ring[RING_TAIL]!;
    const length = ring[RING_LENGTH]!;
    let head = ring[RING_HEAD]!;
    let found = 0;
    while (head !== tail && found < max) {
      const from = this.#ringEvents + head * EVENT_WORDS;
      const to = found * EVENT_WORDS;
      events[to] = ring[from]!;
      events[to + EVENT_RESULT] = ring[from + EVENT_RESULT]!;
      head = head + 1 === length ? 0 : head + 1;
      found++;
    }
    if (found > 0) {
      if (ORDERED) Atomics.store(ring, RING_HEAD, head);
      else ring[RING_HEAD] = head;
    }
    return found;
  }

  /** Sleeps: when the kernel lacks memory for blocks and nothing is in flight to wait for. */
  nap(ns: number): void {
    this.#time[0] = 0;
    this.#time[2] = ns;
    libc.syscall(SYS.ppoll, 0, 0, this.#timeAddress, 0, 8, 0);
  }

  /** Asks for the end of a block; most files cannot, so the answer does not matter. */
  cancel(block: number): void {
    const address = this.#address + block * (BLOCK_WORDS * 4);
    libc.syscall(SYS.io_cancel, this.#id, address, this.#eventsAddress, 0, 0, 0);
  }

  /** Waits for what is in flight and gives everything back; the arrays are gone afterwards. */
  close(): void {
    libc.syscall(SYS.io_destroy, this.#id, 0, 0, 0, 0, 0);
    free(this.#address, this.#bytes);
  }
}

/** A context's id is the address of its ring, mapped into this process by io_setup. */
function ringOf(id: number): Int32Array | undefined {
  const head = new Int32Array(view(id, RING_BYTES));
  if (head[RING_MAGIC] !== MAGIC || head[RING_INCOMPATIBLE] !== 0) return undefined;
  const bytes = head[RING_HEADER_BYTES]! + head[RING_LENGTH]! * EVENT_WORDS * 4;
  return new Int32Array(view(id, bytes));
}
