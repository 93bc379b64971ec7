import { expect, test } from "bun:test";
import { type AioContext, BLOCK, BLOCK_WORDS, EVENT_WORDS } from "../../ffi/aio.ts";
import { EAGAIN, EINTR, EINVAL, EIO } from "../../ffi/errno.ts";
import { FDATASYNC, FSYNC, READ, SYNC, TRIM } from "../../src/base/direction.ts";
import { PlainBlocks } from "../../src/engine/aio_blocks.ts";
import { Aio, PeekingAio } from "../../src/engine/aio_queue.ts";
import { InlineCalls } from "../../src/engine/inline.ts";
import { Units } from "../../src/io/units.ts";

const DEPTH = 6;

/** A context whose kernel answers what a test tells it to. */
class FakeContext {
  readonly blocks = new Int32Array(DEPTH * BLOCK_WORDS);
  readonly events = new Int32Array(DEPTH * EVENT_WORDS);
  /** What the next submissions answer: how many blocks are taken at most, or -errno. */
  readonly answers: number[] = [];
  readonly calls: string[] = [];
  readonly listed = new Int32Array(DEPTH).fill(-1);
  readonly done: number[] = [];
  naps = 0;

  list(place: number, block: number): void {
    expect(place).toBeLessThan(DEPTH);
    this.listed[place] = block;
  }
  submit(place: number, count: number): number {
    this.calls.push(`submit ${[...this.listed.subarray(place, place + count)]}`);
    const answer = this.answers.shift() ?? count;
    if (answer <= 0) return answer;
    const taken = Math.min(answer, count);
    this.done.push(...this.listed.subarray(place, place + taken));
    return taken;
  }
  reap(min: number, max: number, ns: number): number {
    this.calls.push(`reap ${min} ${ns > 0 ? "some" : "no"} time`);
    return this.peek(max);
  }
  peek(max: number): number {
    const rows = this.done.splice(0, max);
    for (const [i, row] of rows.entries()) {
      this.events[i * EVENT_WORDS] = this.blocks[row * BLOCK_WORDS + BLOCK.DATA]!;
      this.events[i * EVENT_WORDS + 4] = this.blocks[row * BLOCK_WORDS + BLOCK.LENGTH]!;
    }
    return rows.length;
  }
  nap(): void {
    this.naps++;
  }
  close(): void {}
}

function setUp(kind: typeof Aio = Aio) {
  const fake = new FakeContext();
  const units = new Units(DEPTH);
  const clock = { time: 1000 };
  const files = Int32Array.of(-1);
  const engine = new kind({
    units,
    now: () => clock.time++,
    context: fake as unknown as AioContext,
    blocks: new PlainBlocks(units, fake.blocks, files, true),
    inline: new InlineCalls(units, files, []),
  });
  const queue = (direction: number, ...rows: number[]): void => {
    for (const row of rows) {
      units.direction[row] = direction;
      units.length[row] = direction === READ ? 100 + row : 0;
      units.issuedAt[row] = 0;
      units.startedAt[row] = 77;
      engine.queue(row);
    }
  };
  const reap = (min: number, until = 0): number[][] => {
    const found = engine.getevents(min, DEPTH, until);
    return [...units.completed.subarray(0, found)].map((row) => [row, units.result[row]!]);
  };
  return { fake, units, engine, queue, reap };
}

test("a batch is one call, stamped with one instant after it", () => {
  const { fake, units, engine, queue, reap } = setUp();
  engine.commit();
  queue(READ, 3, 1);
  engine.commit();
  expect(fake.calls).toEqual(["submit 3,1"]);
  expect([units.issuedAt[1], units.issuedAt[3]]).toEqual([1000, 1000]);
  expect(reap(2)).toEqual([
    [3, 103],
    [1, 101],
  ]);
});

test("a batch taken in parts is submitted on", () => {
  const { fake, units, engine, queue, reap } = setUp();
  fake.answers.push(2, -EINTR, 1);
  queue(READ, 0, 1, 2, 3);
  engine.commit();
  expect(fake.calls).toEqual(["submit 0,1,2,3", "submit 2,3", "submit 2,3", "submit 3"]);
  expect([...units.issuedAt.subarray(0, 4)]).toEqual([1000, 1000, 1001, 1002]);
  expect(reap(4).length).toBe(4);
});

test("what the kernel has no room for is offered again with what came after it", () => {
  const { fake, units, engine, queue, reap } = setUp();
  fake.answers.push(1, -EAGAIN, -EAGAIN);
  queue(READ, 0, 1, 2);
  engine.commit();
  expect([units.issuedAt[0], units.issuedAt[1]]).toEqual([1000, 0]);
  queue(READ, 3, 4, 5);
  expect(reap(1)).toEqual([[0, 100]]);
  queue(READ, 0);
  expect(reap(1, Number.POSITIVE_INFINITY).map(([row]) => row)).toEqual([1, 2, 3, 4, 5, 0]);
  expect(fake.calls.at(-2)).toBe("submit 1,2,3,4,5,0");
});

test("a wait without room sleeps between its tries instead of spinning", () => {
  const { fake, engine, queue, reap } = setUp();
  fake.answers.push(-EAGAIN, -EAGAIN, -EAGAIN);
  queue(READ, 0);
  engine.commit();
  expect(reap(1, Number.POSITIVE_INFINITY)).toEqual([[0, 100]]);
  expect(fake.naps).toBe(2);
});

test("a unit that the kernel refuses completes with its errno, the others go on", () => {
  const { fake, engine, queue, reap } = setUp();
  fake.answers.push(1, -EIO);
  queue(READ, 0, 1, 2);
  engine.commit();
  expect(fake.calls.at(-1)).toBe("submit 2");
  expect(reap(3)).toEqual([
    [1, -EIO],
    [0, 100],
    [2, 102],
  ]);
});

test("a sync that the kernel does not know is a plain call, and so are those after it", () => {
  const { fake, units, engine, queue, reap } = setUp();
  units.kind[0] = FSYNC;
  units.kind[1] = FDATASYNC;
  fake.answers.push(-EINVAL);
  queue(SYNC, 0);
  engine.commit();
  queue(SYNC, 1);
  engine.commit();
  expect(fake.calls).toEqual(["submit 0"]);
  // The descriptor is none, which the plain call says.
  expect(reap(2)).toEqual([
    [0, -9],
    [1, -9],
  ]);
});

test("a block of a sync carries nothing of the read before it", () => {
  const { fake, units, queue } = setUp();
  units.offset[0] = 2 ** 33;
  queue(READ, 0);
  queue(SYNC, 0);
  const block = fake.blocks.subarray(0, BLOCK_WORDS);
  expect([...block]).toEqual([0, 0, 0, 0, 2, -1, ...Array<number>(10).fill(0)]);
});

test("a trim is over when it is queued, and has no slat", () => {
  const { fake, units, engine, queue, reap } = setUp();
  queue(TRIM, 2);
  engine.commit();
  expect(reap(1)).toEqual([[2, -9]]);
  expect(units.issuedAt[2]).toBe(77);
  expect(fake.calls.filter((call) => call.startsWith("submit"))).toEqual([]);
});

test("userspace_reap calls the kernel only when it has less than is waited for", () => {
  const { fake, engine, queue, reap } = setUp(PeekingAio);
  queue(READ, 0, 1);
  engine.commit();
  expect(reap(0, 5000).length).toBe(2);
  expect(reap(0, 5000)).toEqual([]);
  expect(fake.calls).toEqual(["submit 0,1"]);
  expect(reap(1, 1005)).toEqual([]);
  expect(fake.calls[1]).toBe("reap 1 some time");
});
