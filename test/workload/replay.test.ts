/** A replay's units: the trace's own, pass after pass, limits, ramps, and a reader that lags. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { READ, SYNC, TRIM, WRITE } from "../../src/base/direction.ts";
import { type Entry, PIECE_ROWS, PieceWriter, StoredPieces } from "../../src/io/trace/pieces.ts";
import { FetchedPieces, RING_BYTES, RingWriter } from "../../src/io/trace/ring.ts";
import { Schedule, UNREAD } from "../../src/io/trace/schedule.ts";
import { Units } from "../../src/io/units.ts";
import { ReplayWork } from "../../src/workload/replay.ts";
import { DONE, LATER, NOTHING, TAKEN } from "../../src/workload/workload.ts";

const seed = 4;

function entry(time: number, action = READ, offset = 0): Entry {
  return { time, action, offset, length: 4096, file: 0 };
}

function stored(entries: readonly Entry[]): StoredPieces {
  const writer = new PieceWriter();
  for (const each of entries) writer.add(each);
  return new StoredPieces(writer.finish());
}

function rig(
  source: ConstructorParameters<typeof ReplayWork>[0]["source"],
  more: { endless?: boolean; most?: number } = {},
) {
  const units = new Units(1);
  const schedule = new Schedule(true);
  const { endless = false, most = Number.POSITIVE_INFINITY } = more;
  const work = new ReplayWork({ units, source, schedule, endless, most });
  const take = (limit = 1e6): [number, number, number][] => {
    const list: [number, number, number][] = [];
    while (list.length < limit) {
      const announced = work.direction();
      if (announced === NOTHING || schedule.due === UNREAD) break;
      const { due } = schedule;
      expect(work.next(0)).toBe(TAKEN);
      expect(units.direction[0]).toBe(announced);
      list.push([due, announced, units.offset[0]!]);
    }
    return list;
  };
  return { work, units, schedule, take };
}

const expected = (entries: readonly Entry[]) =>
  entries.map(({ time, action, offset }): [number, number, number] => [time, action & 3, offset]);

describe("a stored trace", () => {
  test("comes whole and in order, over the borders of pieces", () => {
    const all = Array.from({ length: 2 * PIECE_ROWS + 5 }, (_, i) => entry(i, i % 4, i * 512));
    const { work, take } = rig(stored(all));
    expect(take()).toEqual(expected(all));
    expect(work.direction()).toBe(NOTHING);
    expect(work.next(0)).toBe(DONE);
  });

  test("says which sync it is, and the file", () => {
    const { work, units } = rig(stored([{ ...entry(0), action: SYNC | (1 << 2), file: 7 }]));
    work.next(0);
    expect([units.direction[0], units.kind[0], units.file[0]]).toEqual([SYNC, 1, 7]);
  });

  test("is replayed again after a restart, its time begun anew", () => {
    const all = [entry(5, WRITE), entry(9, TRIM)];
    const { work, schedule, take } = rig(stored(all));
    schedule.begun = true;
    expect(take()).toHaveLength(2);
    work.restart();
    expect(schedule.begun).toBe(false);
    expect(take()).toEqual(expected(all));
  });

  test("is replayed again and again where a time ends it", () => {
    const { schedule, take } = rig(stored([entry(1), entry(2)]), { endless: true });
    schedule.begun = true;
    expect(take(5).map(([due]) => due)).toEqual([1, 2, 1, 2, 1]);
    expect(schedule.begun).toBe(false);
  });

  test("is cut short by number_ios, in every pass alike", () => {
    const all = [entry(1), entry(2), entry(3)];
    const { work, take } = rig(stored(all), { most: 2 });
    expect(take()).toEqual(expected(all.slice(0, 2)));
    work.restart();
    expect(take()).toEqual(expected(all.slice(0, 2)));
  });

  test("begins again in a ramp that it was too short for, and goes on after one", () => {
    const all = [entry(1), entry(2)];
    const { work, take } = rig(stored(all));
    expect(take(1)).toHaveLength(1);
    work.forgive();
    expect(take()).toEqual(expected(all.slice(1)));
    work.forgive();
    expect(take()).toEqual(expected(all));
  });
});

describe("a trace that is read while it runs", () => {
  /** Fills pieces of a few rows each; null ends the pass. */
  function feed(writer: RingWriter, rows: readonly Entry[], last: boolean): void {
    const piece = writer.claim()!;
    for (const row of rows) piece.add(row);
    if (last) piece.end();
    writer.publish();
  }

  test("waits for what is not read yet, and goes on when it is", () => {
    const ring = new SharedArrayBuffer(RING_BYTES);
    const writer = new RingWriter(ring);
    const { work, schedule, take } = rig(new FetchedPieces(ring));
    expect(work.direction()).not.toBe(NOTHING);
    expect(schedule.due).toBe(UNREAD);
    expect(work.next(0)).toBe(LATER);
    feed(writer, [entry(1), entry(2)], false);
    expect(take()).toEqual(expected([entry(1), entry(2)]));
    expect(schedule.due).toBe(UNREAD);
    feed(writer, [entry(3)], true);
    expect(take()).toEqual(expected([entry(3)]));
    expect(work.direction()).toBe(NOTHING);
  });

  test("is the same as a stored one, whatever the order of reading and taking", () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 5 })), {
      maxLength: 80,
    });
    const property = fc.property(fc.integer({ min: 1, max: 30 }), steps, (length, order) => {
      const all = Array.from({ length }, (_, i) => entry(i, i % 3, i));
      const ring = new SharedArrayBuffer(RING_BYTES);
      const writer = new RingWriter(ring);
      const { take } = rig(new FetchedPieces(ring), { endless: true });
      let fed = 0;
      let open = 0;
      const taken: [number, number, number][] = [];
      for (const [reads, count] of order) {
        if (reads && open < 3) {
          const rows = all.slice(fed % length, (fed % length) + count);
          fed += rows.length;
          feed(writer, rows, fed % length === 0);
          open++;
        } else {
          taken.push(...take(count));
          if (taken.length === fed) open = 0;
        }
      }
      taken.push(...take(fed - taken.length));
      const whole = Array.from({ length: fed }, (_, i) => all[i % length]!);
      expect(taken).toEqual(expected(whole));
    });
    fc.assert(property, { seed, numRuns: 200 });
  });

  test("passes by what is left of a pass that number_ios cut short", () => {
    const ring = new SharedArrayBuffer(RING_BYTES);
    const writer = new RingWriter(ring);
    const { work, take } = rig(new FetchedPieces(ring), { most: 1 });
    for (const last of [false, true]) feed(writer, [entry(1), entry(2)], last);
    expect(take()).toHaveLength(1);
    work.restart();
    feed(writer, [entry(7)], true);
    expect(take()).toEqual(expected([entry(7)]));
  });

  test("holds no more than a few pieces ahead, and lets the reader go at the end", () => {
    const ring = new SharedArrayBuffer(RING_BYTES);
    const writer = new RingWriter(ring);
    const pieces = new FetchedPieces(ring);
    for (let i = 0; i < 4; i++) feed(writer, [entry(i)], false);
    expect(RING_BYTES).toBeLessThan(2.5 * 2 ** 20);
    pieces.close();
    expect(writer.claim()).toBeUndefined();
  });

  test("says why it cannot be read any further", () => {
    const ring = new SharedArrayBuffer(RING_BYTES);
    new RingWriter(ring).fail("read /t: EIO (input/output error)");
    const { work, schedule } = rig(new FetchedPieces(ring));
    work.direction();
    expect(schedule.failure).toBe("read /t: EIO (input/output error)");
  });
});
