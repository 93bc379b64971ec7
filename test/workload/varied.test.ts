/** What holds for every job whose units are not all alike, whatever its options. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Lfsr } from "../../src/workload/lfsr.ts";
import { type JobOf, runAny, type Taken, workOf } from "./support.ts";

const K = 1024;
const everywhere = <T>(value: T) => ({ read: value, write: value, trim: value });

/**
 * Ways to say how long units are, with the grain that all lengths are a multiple of, and what a
 * file is a multiple of, so that no direction has a cut end.
 */
interface Lengths {
  readonly grain: number;
  readonly whole?: number;
  readonly options: Partial<JobOf>;
}

const lengths: fc.Arbitrary<Lengths> = fc.oneof(
  fc
    .constantFrom(512, 3000, 4096)
    .map((bytes) => ({ grain: bytes, options: { bs: everywhere(bytes) } })),
  fc
    .tuple(fc.constantFrom(512, 3000, 4096), fc.integer({ min: 2, max: 16 }))
    .map(([least, times]) => ({
      grain: least,
      options: { bsrange: everywhere({ least, most: least * times }) },
    })),
  // The largest is no multiple of the smallest: a map of the common divisor holds both.
  fc.constant({
    grain: 1024,
    options: { bsrange: everywhere({ least: 3 * K, most: 4 * K }) },
  }),
  fc.constant({
    grain: 2048,
    whole: 12 * K,
    options: {
      bsrange: {
        read: { least: 4 * K, most: 16 * K },
        write: { least: 6 * K, most: 24 * K },
        trim: { least: 2 * K, most: 2 * K },
      },
    },
  }),
  fc.constant({
    grain: 4 * K,
    options: {
      bssplit: everywhere([
        { bytes: 16 * K, percent: 20 },
        { bytes: 7 * K, percent: 20 },
        { bytes: 4 * K, percent: 60 },
      ]),
    },
  }),
);

const jobs = fc
  .record({
    lengths,
    rw: fc.constantFrom("randread", "randwrite", "randrw", "randtrimwrite"),
    grains: fc.integer({ min: 30, max: 400 }),
    nrfiles: fc.constantFrom(1, 1, 2, 3),
    loops: fc.constantFrom(1, 2),
    offset: fc.constantFrom(0, 12_345),
    random_generator: fc.constantFrom(undefined, "tausworthe64" as const),
    randseed: fc.option(fc.integer({ min: 1, max: 2 ** 40 }), { nil: undefined }),
    synchronous: fc.boolean(),
  })
  .map(({ lengths: { grain, whole = grain, options }, rw, grains, nrfiles, ...job }) => ({
    grain,
    each: grains * whole,
    job: { ...job, ...options, rw: rw as "randread", nrfiles, size: grains * whole * nrfiles },
  }));

/** How often each grain of each file was visited. */
function visits(list: readonly Taken[], grain: number, each: number, offset: number): number[] {
  const counts = new Map<string, number>();
  for (const unit of list) {
    expect(unit.length % grain).toBe(0);
    for (let at = 0; at < unit.length; at += grain) {
      const place = (unit.offset - offset + at) / grain;
      expect(place >= 0 && place < each / grain && Number.isInteger(place)).toBe(true);
      const key = `${unit.file} ${place}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return [...counts.values()];
}

describe("with the random map", () => {
  test("every byte is visited exactly once a pass, whatever the lengths", async () => {
    await fc.assert(
      fc.asyncProperty(jobs, async ({ grain, each, job }) => {
        const list = await runAny(workOf(job));
        const moved = list.filter(({ direction }) => direction !== "trim");
        const counts = visits(moved, grain, each, job.offset);
        expect(counts.length).toBe((each / grain) * job.nrfiles);
        expect(counts.every((count) => count === job.loops)).toBe(true);
      }),
      { seed: 4, numRuns: 250 },
    );
  });

  test("a unit of any length begins at a free block, and every block is visited", async () => {
    const bsrange = everywhere({ least: 4 * K, most: 16 * K });
    const job: JobOf = { rw: "randwrite", size: 400 * K, bsrange, bs_unaligned: true };
    const list = await runAny(workOf(job));
    const seen = new Set<number>();
    for (const { offset, length } of list) {
      const first = offset / (4 * K);
      for (let i = 0; i < Math.ceil(length / (4 * K)); i++) {
        expect(seen.has(first + i)).toBe(false);
        seen.add(first + i);
      }
    }
    expect(seen.size).toBe(100);
    expect(list.some(({ length }) => length % (4 * K) !== 0)).toBe(true);
  });
});

test("every block is trimmed, and then written in its whole length", async () => {
  await fc.assert(
    fc.asyncProperty(jobs, fc.constantFrom("trimwrite", "randtrimwrite"), async ({ job }, rw) => {
      const list = await runAny(workOf({ ...job, rw: rw as "trimwrite" }));
      for (const file of new Set(list.map((unit) => unit.file))) {
        const own = list.filter((unit) => unit.file === file);
        expect(own.length % 2).toBe(0);
        for (let i = 0; i < own.length; i += 2) {
          expect([own[i]!.direction, own[i + 1]!.direction]).toEqual(["trim", "write"]);
          expect([own[i]!.offset, own[i]!.length]).toEqual([
            own[i + 1]!.offset,
            own[i + 1]!.length,
          ]);
        }
      }
    }),
    { seed: 5, numRuns: 60 },
  );
});

test("trimwrite moves io_size of writes, and number_ios is of blocks", async () => {
  const size = 10_000;
  const cut = await runAny(workOf({ rw: "trimwrite", size: 64 * K, io_size: size }));
  expect(cut.map(({ direction }) => direction).join()).toBe("trim,write,trim,write,trim,write");
  const few = await runAny(workOf({ rw: "randtrimwrite", size: 64 * K, number_ios: 5 }));
  expect(few.length).toBe(10);
});

test("lfsr visits every block exactly once a pass, without a map", async () => {
  const shape = fc.record({
    blocks: fc.integer({ min: 1, max: 3000 }),
    loops: fc.constantFrom(1, 2),
    rw: fc.constantFrom("randread", "randrw", "randtrimwrite"),
    nrfiles: fc.constantFrom(1, 2),
    randseed: fc.integer({ min: 1, max: 2 ** 40 }),
  });
  await fc.assert(
    fc.asyncProperty(shape, async ({ blocks, rw, ...rest }) => {
      const size = blocks * 512 * rest.nrfiles;
      const job = { ...rest, rw: rw as "randread", size, bs: everywhere(512) };
      const list = await runAny(workOf({ ...job, random_generator: "lfsr" }));
      const moved = list.filter(({ direction }) => direction !== "trim");
      const counts = visits(moved, 512, blocks * 512, 0);
      expect(counts.length).toBe(blocks * rest.nrfiles);
      expect(counts.every((count) => count === rest.loops)).toBe(true);
    }),
    { seed: 6, numRuns: 80 },
  );
});

test("a register has its whole period at every width that can be gone through", () => {
  for (let bits = 3; bits <= 18; bits++) {
    const blocks = 2 ** bits - 1;
    // A seed of all ones, which is no state of the register, among them.
    const register = new Lfsr(blocks, (1n << BigInt(bits)) - 1n, false);
    const seen = new Uint8Array(blocks);
    for (let i = 0; i < blocks; i++) seen[register.draw(blocks)]!++;
    expect(seen.every((count) => count === 1)).toBe(true);
    expect(register.draw(blocks)).toBe(-1);
  }
});

test("sizes come as often as their shares say", async () => {
  const shares = [
    { bytes: 8 * K, percent: 10 },
    { bytes: 16 * K, percent: 30 },
    { bytes: 4 * K, percent: 60 },
  ];
  const job: JobOf = { rw: "randread", size: 2 ** 30, norandommap: true, number_ios: 20_000 };
  const list = await runAny(workOf({ ...job, bssplit: everywhere(shares) }));
  for (const { bytes, percent } of shares) {
    const share = list.filter(({ length }) => length === bytes).length / list.length;
    expect(Math.abs(share - percent / 100)).toBeLessThan(0.015);
  }
});

test("a share of random units is that share", async () => {
  const job: JobOf = { rw: "randread", size: 2 ** 30, norandommap: true, number_ios: 20_000 };
  const list = await runAny(workOf({ ...job, percentage_random: everywhere(30) }));
  const inOrder = list.filter(({ offset }, i) => {
    const before = list[i - 1];
    return before !== undefined && offset === before.offset + before.length;
  });
  expect(Math.abs(inOrder.length / list.length - 0.7)).toBeLessThan(0.015);
});
