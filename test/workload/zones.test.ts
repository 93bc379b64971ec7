/** Strided zones, against the installed fio where it goes on to the end of its work. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { Units } from "../../src/io/units.ts";
import { workloadOf } from "../../src/workload/load.ts";
import { BLOCK, Streams, streamsOf } from "../../src/workload/streams.ts";
import { type JobOf, take, workOf } from "./support.ts";

const K = 1024;
const MIB = K * K;
const bs = (bytes: number) => ({ read: bytes, write: bytes, trim: bytes });

/** Units of all loops as `r 4096 4096`: direction, offset, length. */
async function unitsOf(job: JobOf, index = 0, streams?: Streams): Promise<string[]> {
  const plan = workOf(job, index);
  const columns = new Units(1);
  const workload = await workloadOf(plan, columns, streams);
  const list = [];
  for (let pass = 0; pass < plan.spec.loops; pass++) {
    if (pass > 0) workload.restart();
    list.push(...take(workload, columns));
  }
  return list.map(({ direction, offset, length }) => `${direction[0]} ${offset} ${length}`);
}

const ZONED = { zonemode: "strided", fileBytes: MIB } as const;
const CASES: Readonly<Record<string, JobOf & { readonly zonesize: number }>> = {
  "random zones": {
    ...ZONED,
    rw: "randread",
    size: 128 * K,
    zonesize: 16 * K,
    zonerange: 32 * K,
    zoneskip: 96 * K,
  },
  "zones in order": { ...ZONED, rw: "read", size: 64 * K, zonesize: 8 * K, zonerange: 32 * K },
  "a zone gone over again": {
    ...ZONED,
    rw: "write",
    size: 128 * K,
    zonesize: 16 * K,
    zonerange: 8 * K,
    zoneskip: 8 * K,
  },
  "a random zone gone over again": {
    ...ZONED,
    rw: "randread",
    size: 128 * K,
    zonesize: 64 * K,
    zonerange: 32 * K,
    zoneskip: 96 * K,
  },
  "random zones without map": {
    ...ZONED,
    rw: "randwrite",
    size: 128 * K,
    zonesize: 16 * K,
    zonerange: 32 * K,
    zoneskip: 96 * K,
    norandommap: true,
  },
  "a mix in order": {
    ...ZONED,
    rw: "rw",
    size: 128 * K,
    zonesize: 16 * K,
    zonerange: 32 * K,
    zoneskip: 96 * K,
  },
  "a random mix": {
    ...ZONED,
    rw: "randrw",
    size: 128 * K,
    zonesize: 16 * K,
    zonerange: 32 * K,
    zoneskip: 96 * K,
  },
  "round and round": {
    ...ZONED,
    rw: "read",
    size: MIB,
    bs: bs(64 * K),
    zonesize: 64 * K,
    zonerange: 192 * K,
  },
  "from an offset": {
    ...ZONED,
    rw: "read",
    size: 32 * K,
    offset: 100 * K,
    zonesize: 4 * K,
    zonerange: 4 * K,
    zoneskip: 500 * K,
  },
  "two loops": {
    ...ZONED,
    rw: "read",
    size: 16 * K,
    zonesize: 8 * K,
    zonerange: 8 * K,
    zoneskip: 24 * K,
    loops: 2,
  },
  "two random loops": {
    ...ZONED,
    rw: "randread",
    size: 128 * K,
    zonesize: 16 * K,
    zonerange: 64 * K,
    loops: 2,
  },
  "more than the size": {
    ...ZONED,
    rw: "read",
    size: 64 * K,
    io_size: 96 * K,
    zonesize: 8 * K,
    zonerange: 8 * K,
    zoneskip: 24 * K,
  },
  "blocks that reach over the zone": {
    ...ZONED,
    rw: "read",
    size: 96 * K,
    bs: bs(6 * K),
    zonesize: 16 * K,
    zonerange: 16 * K,
    zoneskip: 48 * K,
  },
};

const FIO = Bun.env["FATHOM_TEST_FIO"] ?? "fio";
const without = Bun.which(FIO) === null ? ` (skipped: needs ${FIO})` : "";

describe.skipIf(without !== "")(`zones come in the order of fio${without}`, () => {
  let directory = "";
  const traces: string[][] = [];
  let constant = false;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "fathom-zones-"));
    writeFileSync(join(directory, "f"), "");
    truncateSync(join(directory, "f"), MIB);
    const jobs = Object.values(CASES).flatMap(({ fileBytes: _, ...options }, index) => {
      const texts = Object.entries(options).map(([name, value]) => {
        const text = typeof value === "object" ? Object.values(value as object).join(",") : value;
        return text === true ? `--${name}` : `--${name}=${text}`;
      });
      return [
        `--name=j${index}`,
        "--filename=f",
        "--stonewall",
        ...texts,
        `--write_iolog=${index}`,
      ];
    });
    const { stderr, exitCode } = Bun.spawnSync([FIO, "--output=out", ...jobs], { cwd: directory });
    if (exitCode !== 0) throw new Error(stderr.toString());
    for (const index of Object.keys(CASES).keys()) {
      const lines = readFileSync(join(directory, String(index)), "utf8").split("\n");
      const units = lines.flatMap((line) => {
        const [, way, offset, length] = /(read|write) (\d+) (\d+)$/.exec(line) ?? [];
        return way === undefined ? [] : [`${way[0]} ${offset} ${length}`];
      });
      traces.push(units);
    }
    // fio 3.33 seeds block numbers with a constant, later ones with randseed.
    constant = traces[0]![0] !== (await unitsOf(Object.values(CASES)[0]!))[0];
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test.each(Object.keys(CASES).map((name, index) => [name, index] as const))(
    "%s",
    async (name, i) => {
      const streams = streamsOf({ randseed: undefined, randrepeat: true }, i + 1);
      const seeds = streams.seeds.slice();
      if (constant) seeds[BLOCK] = 0xb189_9bedn * BigInt(i + 1);
      const units = await unitsOf(CASES[name]!, i, new Streams(seeds, streams.repeats));
      expect(units.length).toBeGreaterThan(4);
      expect(units).toEqual(traces[i]!);
    },
  );
});

test("a zone that the file's end cuts is passed over, where fio would end", async () => {
  const job: JobOf = { ...ZONED, rw: "randread", size: 64 * K, offset: 900 * K, zonesize: 12 * K };
  const units = await unitsOf({ ...job, zonerange: 40 * K, zoneskip: 20 * K });
  expect(units).toHaveLength(16);
  for (const [at, unit] of units.entries()) {
    const from = (Math.floor(at / 3) % 2 === 0 ? 900 : 960) * K;
    const offset = Number(unit.split(" ")[1]);
    expect(offset).toBeGreaterThanOrEqual(from);
    expect(offset).toBeLessThan(from + 40 * K);
  }
});

test("each file has its own zones, and a skip in percent is of the file", async () => {
  const columns = new Units(1);
  const plan = workOf({
    ...ZONED,
    rw: "read",
    size: 64 * K,
    nrfiles: 2,
    zonesize: 8 * K,
    zonerange: 8 * K,
    zoneskip: { percent: 10 },
  });
  const list = take(await workloadOf(plan, columns), columns);
  const step = 8 * K + Math.floor((MIB * 0.1) / 4096) * 4096;
  for (const file of [0, 1]) {
    expect(list.filter((unit) => unit.file === file).map(({ offset }) => offset)).toEqual(
      [0, 1, 2, 3].flatMap((zone) => [zone * step, zone * step + 4 * K]),
    );
  }
});

test("every unit lies in a zone and in the file, and each zone gets its bytes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        rw: fc.constantFrom("read", "randread", "randwrite", "randrw"),
        blocks: fc.integer({ min: 1, max: 12 }),
        range: fc.integer({ min: 1, max: 24 }),
        skip: fc.integer({ min: 0, max: 24 }),
        map: fc.boolean(),
        file: fc.integer({ min: 24, max: 90 }),
      }),
      async ({ rw, blocks, range, skip, map, file }) => {
        const job: JobOf = {
          rw: rw as "read",
          zonemode: "strided",
          zonesize: blocks * 4 * K,
          zonerange: range * 4 * K,
          zoneskip: skip * 4 * K,
          size: file * 4 * K,
          io_size: 400 * K,
          norandommap: !map,
        };
        const units = await unitsOf(job);
        expect(units).toHaveLength(100);
        const step = range + skip;
        let zone = 0;
        for (const [at, unit] of units.entries()) {
          const block = Number(unit.split(" ")[1]) / (4 * K);
          expect(block).toBeLessThan(file);
          expect(block % step).toBeLessThan(range);
          if (at % blocks === 0 && rw !== "read") zone = Math.floor(block / step);
          if (rw !== "read") expect(Math.floor(block / step)).toBe(zone);
        }
      },
    ),
    { seed: 4, numRuns: 60 },
  );
});
