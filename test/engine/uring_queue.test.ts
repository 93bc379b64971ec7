import { expect, test } from "bun:test";
import { EAGAIN, EBUSY, EINTR, EIO } from "../../ffi/errno.ts";
import { ENTER, SQ_CQ_OVERFLOW, SQ_NEED_WAKEUP, SQ_TASKRUN } from "../../ffi/io_uring_abi.ts";
import { READ, SYNC, SYNCFS } from "../../src/base/direction.ts";
import { InlineCalls } from "../../src/engine/inline.ts";
import { ControlEntries, type EntryContext, PlainEntries } from "../../src/engine/uring_entries.ts";
import { PolledUring, ThreadedUring, Uring } from "../../src/engine/uring_queue.ts";
import { Units } from "../../src/io/units.ts";
import { FakeRing } from "./fakering.ts";

const DEPTH = 6;

function setUp<E extends Uring>(
  kind: new (...parts: ConstructorParameters<typeof Uring>) => E,
  start = 0,
) {
  const fake = new FakeRing(start);
  const units = new Units(DEPTH);
  const clock = { time: 1000 };
  const files = Int32Array.of(-1);
  const entries: EntryContext = { units, entries: fake.entries, files, registered: false };
  const engine = new kind({
    units,
    now: () => clock.time++,
    ring: fake.ring,
    transfers: new PlainEntries(entries, { fixed: false, nowait: false, uncached: false }),
    controls: new ControlEntries(entries, [], {
      any: true,
      fallocate: true,
      discard: true,
      fileRange: true,
    }),
    inline: new InlineCalls(units, files, []),
  });
  const queue = (...rows: number[]): void => {
    for (const row of rows) {
      units.direction[row] = READ;
      units.length[row] = 100 + row;
      units.issuedAt[row] = 0;
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
  const { fake, units, engine, queue, reap } = setUp(Uring);
  engine.commit();
  expect(fake.calls).toEqual([]);
  queue(3, 1, 2);
  engine.commit();
  expect(fake.calls).toEqual(["enter 3 0 1"]);
  expect([units.issuedAt[1], units.issuedAt[2], units.issuedAt[3]]).toEqual([1000, 1000, 1000]);
  expect(reap(3)).toEqual([
    [3, 103],
    [1, 101],
    [2, 102],
  ]);
  expect(fake.calls.length).toBe(1);
  expect(fake.words[fake.cqHead]).toBe(3);
});

test("indices go on through 2^31 and 2^32", () => {
  for (const start of [0x7ffffff0, -16]) {
    const { fake, engine, queue, reap } = setUp(Uring, start);
    for (let i = 0; i < 30; i++) {
      queue(i % DEPTH, (i + 1) % DEPTH);
      engine.commit();
      const rows = [i % DEPTH, (i + 1) % DEPTH];
      expect(reap(2)).toEqual(rows.map((row) => [row, 100 + row]));
    }
    const end = (start + 60) | 0;
    expect([fake.words[fake.sqTail], fake.words[fake.cqHead]]).toEqual([end, end]);
  }
});

test("a batch taken in parts is submitted on, each part with its own instant", () => {
  const { fake, units, engine, queue, reap } = setUp(Uring);
  fake.answers.push(2, -EINTR, 1);
  queue(0, 1, 2, 3, 4);
  engine.commit();
  expect(fake.calls).toEqual(["enter 5 0 1", "enter 3 0 1", "enter 3 0 1", "enter 2 0 1"]);
  expect([...units.issuedAt.subarray(0, 5)]).toEqual([1000, 1000, 1001, 1002, 1002]);
  expect(reap(5).map(([row]) => row)).toEqual([0, 1, 2, 3, 4]);
});

for (const [name, errno] of [
  ["EAGAIN", EAGAIN],
  ["EBUSY", EBUSY],
] as const) {
  test(`what the kernel has no room for (${name}) is offered again, and issued then`, () => {
    const { fake, units, engine, queue, reap } = setUp(Uring);
    fake.answers.push(1, -errno, -errno);
    queue(0, 1, 2);
    engine.commit();
    expect(fake.unread).toEqual([1, 2]);
    expect([units.issuedAt[0], units.issuedAt[1]]).toEqual([1000, 0]);
    expect(reap(1)).toEqual([[0, 100]]);
    expect(fake.unread).toEqual([1, 2]);
    expect(reap(2, 5000).map(([row]) => row)).toEqual([1, 2]);
    expect(fake.unread).toEqual([]);
    expect(units.issuedAt[2]).toBeGreaterThan(1000);
  });
}

test("a wait without room sleeps between its tries instead of spinning", () => {
  const { fake, engine, queue, reap } = setUp(Uring);
  fake.answers.push(-EAGAIN, -EAGAIN, -EAGAIN);
  queue(0);
  engine.commit();
  expect(reap(1, Number.POSITIVE_INFINITY)).toEqual([[0, 100]]);
  expect(fake.naps).toBe(2);
});

test("a batch that the kernel refuses completes with its errno and leaves the ring", () => {
  const { fake, engine, queue, reap } = setUp(Uring);
  fake.answers.push(1, -EIO);
  queue(0, 1, 2);
  engine.commit();
  expect(fake.unread).toEqual([]);
  expect(reap(3)).toEqual([
    [1, -EIO],
    [2, -EIO],
    [0, 100],
  ]);
  queue(4);
  engine.commit();
  expect(reap(1)).toEqual([[4, 104]]);
});

test("a batch that is offered again and then refused completes in the wait", () => {
  const { fake, engine, queue, reap } = setUp(Uring);
  fake.answers.push(-EAGAIN, -EIO);
  queue(0, 1);
  engine.commit();
  expect(reap(2, Number.POSITIVE_INFINITY)).toEqual([
    [0, -EIO],
    [1, -EIO],
  ]);
});

test("rows queued after a hand-over are not handed over by a reap", () => {
  const { fake, engine, queue, reap } = setUp(Uring);
  queue(0);
  engine.commit();
  queue(1);
  expect(reap(1)).toEqual([[0, 100]]);
  expect(reap(0)).toEqual([]);
  expect(fake.calls).toEqual(["enter 1 0 1"]);
});

for (const flag of [SQ_TASKRUN, SQ_CQ_OVERFLOW]) {
  test(`completions outside the ring (flag ${flag}) are fetched even by a poll`, () => {
    const { fake, reap } = setUp(Uring);
    expect(reap(0)).toEqual([]);
    expect(fake.calls).toEqual([]);
    fake.words[fake.sqFlags] = flag;
    expect(reap(0)).toEqual([]);
    expect(fake.calls).toEqual([`enter 0 0 ${ENTER.GETEVENTS}`]);
  });
}

test("a wait that a signal ends goes on for the rest, and one that cannot succeed throws", () => {
  const { fake, engine, queue, reap } = setUp(Uring);
  queue(0);
  engine.commit();
  fake.answers.push(-EINTR, -EINTR);
  expect(reap(2, 1010).length).toBe(1);
  expect(fake.calls.filter((call) => call.startsWith("wait 1 ")).length).toBeGreaterThan(2);
  fake.answers.push(-EIO);
  expect(() => reap(1, 5000)).toThrow("io_uring_enter: EIO");
});

test("a unit done by a plain call comes back with the others", () => {
  const { fake, units, engine, queue, reap } = setUp(Uring);
  queue(0);
  units.direction[1] = SYNC;
  units.kind[1] = SYNCFS;
  units.startedAt[1] = 77;
  engine.queue(1);
  engine.commit();
  expect(fake.calls).toEqual(["enter 1 0 1"]);
  expect(reap(2)).toEqual([
    [1, -9],
    [0, 100],
  ]);
  expect(units.issuedAt[1]).toBe(77);
});

test("a submission thread is woken only when it sleeps", () => {
  const { fake, engine, queue } = setUp(ThreadedUring);
  queue(0, 1);
  engine.commit();
  expect(fake.calls).toEqual([]);
  expect(fake.words[fake.sqTail]).toBe(2);
  fake.words[fake.sqFlags] = SQ_NEED_WAKEUP;
  queue(2);
  engine.commit();
  expect(fake.calls).toEqual([`enter 1 0 ${ENTER.SQ_WAKEUP}`]);
});

test("a polled ring enters the kernel to look, never to wait there", () => {
  const { fake, reap } = setUp(PolledUring);
  expect(reap(0)).toEqual([]);
  expect(fake.calls).toEqual([`enter 0 0 ${ENTER.GETEVENTS}`]);
  expect(reap(1, 1020)).toEqual([]);
  expect(new Set(fake.calls)).toEqual(new Set([`enter 0 0 ${ENTER.GETEVENTS}`]));
  expect(fake.calls.length).toBeGreaterThan(5);
});
