/**
 * Random option lines against the installed fio, unit by unit. What differs on purpose is not
 * drawn, and has its tests in `differences.test.ts`. `FATHOM_PARITY_LINES` asks for more than 100,
 * `FATHOM_PARITY_SEED` for others.
 */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Case, K, ours, runFio, versionOf } from "./fiotrace.ts";

const LINES = Number(Bun.env["FATHOM_PARITY_LINES"] ?? 100);
const SEED = Number(Bun.env["FATHOM_PARITY_SEED"] ?? 4);
/** Jobs of one run of fio, which starts them all at once. */
const AT_ONCE = 100;

const percents = fc.integer({ min: 0, max: 100 });
const powers = fc.constantFrom(0.5, 1, 2, 4, 8, 16).map((kilo) => kilo * K);

/** All the same way: where reads and writes have maps of different grains, we part from fio. */
const everywhere = <T>(value: T) => ({ read: value, write: value, trim: value });

const sizes: fc.Arbitrary<Partial<Case>> = fc.oneof(
  powers.map((bytes) => ({ bs: everywhere(bytes) })),
  fc
    .tuple(powers, fc.integer({ min: 1, max: 5 }))
    .map(([least, by]) => ({ bsrange: everywhere({ least, most: least * 2 ** by }) })),
  fc
    .tuple(powers, fc.uniqueArray(fc.integer({ min: 1, max: 16 }), { minLength: 2, maxLength: 5 }))
    .map(([least, factors]) => {
      const all = [1, ...factors.filter((factor) => factor > 1)];
      const each = Math.floor(100 / all.length);
      const shares = all.map((factor, i) => ({
        bytes: least * factor,
        percent: i === all.length - 1 ? 100 - each * (all.length - 1) : each,
      }));
      return { bssplit: everywhere(shares) };
    }),
);

const orders: fc.Arbitrary<Partial<Case>> = fc.oneof(
  fc.constantFrom("read", "write", "rw", "trim", "trimwrite").map((rw) => ({ rw: rw as "read" })),
  fc
    .tuple(fc.constantFrom("read", "write", "rw"), powers)
    .map(([rw, skip]) => ({ rw: `${rw}:${skip}` as "read" })),
  fc
    .record({
      rw: fc.constantFrom("randread", "randwrite", "randtrim", "randrw"),
      percentage: fc.option(percents, { nil: undefined }),
      norandommap: fc.boolean(),
      generator: fc.constantFrom(undefined, undefined, "tausworthe64", "lfsr"),
      every: fc.option(fc.integer({ min: 2, max: 9 }), { nil: undefined, freq: 3 }),
      identical: fc.boolean(),
    })
    .map(({ rw, percentage, norandommap, generator, every, identical }) => ({
      rw: (every === undefined ? rw : `${rw}:${every}`) as "randread",
      ...(percentage === undefined ? {} : { percentage_random: everywhere(percentage) }),
      ...(norandommap ? { norandommap } : {}),
      ...(generator === undefined ? {} : { random_generator: generator as "lfsr" }),
      ...(every !== undefined && identical ? { rw_sequencer: "identical" as const } : {}),
    })),
  fc.constant({ rw: "randtrimwrite" as const }),
);

const lines: fc.Arbitrary<Case> = fc
  .record({
    sizes,
    orders,
    blocks: fc.integer({ min: 40, max: 300 }),
    nrfiles: fc.constantFrom(1, 1, 1, 2, 3),
    loops: fc.constantFrom(1, 1, 2, 3),
    randseed: fc.option(fc.integer({ min: 1, max: 2 ** 40 }), { nil: undefined }),
    rwmixread: percents,
    number_ios: fc.option(fc.integer({ min: 5, max: 200 }), { nil: undefined, freq: 2 }),
    offset: fc.constantFrom(0, 0, 16 * K, 160 * K),
    share: fc.constantFrom(1, 1, 1, 0.5, 2),
  })
  .map((drawn) => {
    const { sizes: size, orders: order, blocks, nrfiles, loops, randseed } = drawn;
    const { rwmixread, number_ios, offset, share } = drawn;
    const rewrites = order.rw?.includes("trimwrite") === true;
    // 3.33 lets a mix go on where its rounds are over, and adds the offset twice to rewrites.
    const mixed = order.rw?.includes("rw") === true;
    const skips = /^[a-z]+:/.test(order.rw ?? "") && !order.rw!.startsWith("rand");
    return {
      ...order,
      ...size,
      // A multiple of every block there can be: what a cut end does is not the same.
      size: blocks * 16 * K * nrfiles,
      ...(nrfiles === 1 ? {} : { nrfiles }),
      ...(loops === 1 ? {} : { loops }),
      ...(randseed === undefined ? {} : { randseed }),
      ...(mixed ? { rwmixread } : {}),
      ...(number_ios === undefined || rewrites ? {} : { number_ios }),
      ...(offset === 0 || skips || rewrites ? {} : { offset }),
      ...(share === 1 || loops > 1 || rewrites || mixed
        ? {}
        : { io_size: share * blocks * 16 * K * nrfiles }),
    };
  });

test.skipIf(versionOf() === undefined)(
  "units of random option lines come in the order of fio",
  async () => {
    const jobs = fc.sample(lines, { numRuns: LINES, seed: SEED });
    for (let from = 0; from < jobs.length; from += AT_ONCE) {
      const part = jobs.slice(from, from + AT_ONCE);
      const traces = runFio(part);
      for (const [index, job] of part.entries()) {
        const units = await ours(job, index, traces);
        const theirs = traces.units[index]!;
        const at = units.findIndex((unit, i) => unit !== theirs[i]);
        const first = at < 0 ? units.length : at;
        expect({ job, first, unit: units[first], of: units.length }).toEqual({
          job,
          first,
          unit: theirs[first],
          of: theirs.length,
        });
      }
    }
  },
  120_000,
);
