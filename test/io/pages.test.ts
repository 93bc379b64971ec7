import { describe, expect, test } from "bun:test";
import { parsePattern } from "../../src/base/pattern.ts";
import { Noise } from "../../src/io/noise.ts";
import { choosePages, PageMaker, type PageSpec, pageNoise } from "../../src/io/pages.ts";
import { PLAIN_PAGES } from "./support.ts";

/** Pages one behind the other, as a sequential job writes them. */
function written(changes: Partial<PageSpec>, block: number, count: number, index = 0, peers = [0]) {
  const spec = { ...PLAIN_PAGES, ...changes };
  const noise = pageNoise({ index, randseed: spec.randseed });
  const shared = spec.dedupe_global
    ? peers.map((peer) => ({ index: peer, randseed: undefined }))
    : [];
  const choice = choosePages(spec, noise, count, shared);
  const maker = new PageMaker(spec, block);
  const page = new Uint8Array(block);
  const words = new Int32Array(page.buffer);
  const bytes = new Uint8Array(block * count);
  for (let at = 0; at < bytes.length; at += block) {
    maker.make(page, words, block, at, choice.next());
    bytes.set(page, at);
  }
  return bytes;
}

/** How often each block is there. */
function counts(bytes: Uint8Array, block: number): ReadonlyMap<bigint, number> {
  const found = new Map<bigint, number>();
  for (let at = 0; at < bytes.length; at += block) {
    const hash = Bun.hash.xxHash3(bytes.subarray(at, at + block));
    found.set(hash, (found.get(hash) ?? 0) + 1);
  }
  return found;
}

describe("buffer_compress_percentage", () => {
  const fillers = { zeros: undefined, "a pattern": parsePattern('"fathom"0xdeadbeef') };
  for (const [name, buffer_pattern] of Object.entries(fillers)) {
    test.each([0, 10, 25, 50, 75, 90, 100])(`%i %% is saved by zstd, with ${name}`, (percent) => {
      for (const chunk of [512, 4096, 0, 1000, 100_000]) {
        const spec = {
          buffer_compress_percentage: percent,
          buffer_compress_chunk: chunk,
          buffer_pattern,
        };
        const bytes = written(spec, 65_536, 16);
        const saved = 100 * (1 - Bun.zstdCompressSync(bytes).length / bytes.length);
        expect(Math.abs(saved - percent)).toBeLessThan(3);
      }
    });
  }

  test("holds of every chunk, the last and shorter one too, to the byte", () => {
    for (const chunk of [512, 1000, 4096]) {
      const spec = { ...PLAIN_PAGES, buffer_compress_percentage: 30, buffer_compress_chunk: chunk };
      const length = 6000;
      const page = new Uint8Array(8192).fill(0xee);
      const noise = new Noise(1, 1);
      new PageMaker(spec, 8192).make(page, new Int32Array(page.buffer), length, 0, noise);
      for (let at = 0; at < length; at += chunk) {
        const bytes = page.subarray(at, Math.min(at + chunk, length));
        const random = Math.floor(bytes.length * 0.7);
        expect(bytes.subarray(random).every((byte) => byte === 0)).toBe(true);
        expect(bytes.subarray(random - 8, random).some((byte) => byte !== 0)).toBe(true);
      }
    }
  });

  test("%o in the pattern is the block's offset", () => {
    const spec = { buffer_compress_percentage: 50, buffer_pattern: parsePattern("%o") };
    const view = new DataView(written(spec, 4096, 3).buffer);
    expect(view.getBigUint64(256, true)).toBe(0n);
    expect(view.getBigUint64(8192 + 512 + 256 + 8, true)).toBe(8192n);
  });
});

describe("dedupe_percentage", () => {
  const BLOCK = 512;
  const COUNT = 20_000;

  test.each([10, 25, 34, 50, 75, 90])("%i %% of the blocks are there already", (percent) => {
    for (const dedupe_mode of ["repeat", "working_set"] as const) {
      const bytes = written({ dedupe_percentage: percent, dedupe_mode }, BLOCK, COUNT);
      const repeated = 100 * (1 - counts(bytes, BLOCK).size / COUNT);
      expect(Math.abs(repeated - percent)).toBeLessThan(2);
    }
  });

  test("0 repeats nothing and 100 everything", () => {
    expect(counts(written({}, BLOCK, 1000), BLOCK).size).toBe(1000);
    expect(counts(written({ dedupe_percentage: 100 }, BLOCK, 1000), BLOCK).size).toBe(1);
  });

  test("repeat repeats the last new block, at once", () => {
    const bytes = written({ dedupe_percentage: 60 }, BLOCK, 500);
    const hashes = [...counts(bytes, BLOCK).keys()];
    let last = 0n;
    let changes = 0;
    for (let at = 0; at < bytes.length; at += BLOCK) {
      const hash = Bun.hash.xxHash3(bytes.subarray(at, at + BLOCK));
      if (hash !== last) changes++;
      last = hash;
    }
    expect(changes).toBe(hashes.length);
  });

  test("a working set has exactly its share of blocks, the first new ones", () => {
    for (const share of [1, 2, 5]) {
      const spec = { dedupe_mode: "working_set", dedupe_working_set_percentage: share } as const;
      const bytes = written({ ...spec, dedupe_percentage: 75 }, BLOCK, COUNT);
      const often = [...counts(bytes, BLOCK)].filter(([, count]) => count > 1);
      expect(often.length).toBe((COUNT * share) / 100);
      const fresh = new Set([...counts(written({}, BLOCK, often.length), BLOCK).keys()]);
      expect(often.every(([hash]) => fresh.has(hash))).toBe(true);
    }
  });

  test("compresses too where that is asked for", () => {
    const spec = { dedupe_percentage: 50, buffer_compress_percentage: 50 };
    const bytes = written(spec, 4096, 2000);
    const unique = counts(bytes, 4096);
    expect(Math.abs(unique.size / 2000 - 0.5)).toBeLessThan(0.03);
    const saved = 1 - Bun.zstdCompressSync(bytes, { level: 1 }).length / bytes.length;
    expect(Math.abs(saved - 0.75)).toBeLessThan(0.03);
  });

  test("is the same in every run, and another in other jobs and with other seeds", () => {
    const spec = { dedupe_percentage: 30 };
    const hash = (changes: Partial<PageSpec>, index = 0) =>
      Bun.hash.xxHash3(written({ ...spec, ...changes }, BLOCK, 200, index));
    expect(hash({})).toBe(hash({}));
    expect(new Set([hash({}), hash({}, 1), hash({ randseed: 5 })]).size).toBe(3);
  });
});

describe("dedupe_global", () => {
  // The numbers of fio's own example: apart 34 % are repeated, together 50 %.
  test("two jobs repeat blocks of one set, half of it from each", () => {
    const spec = {
      dedupe_global: true,
      dedupe_mode: "working_set",
      dedupe_percentage: 50,
      dedupe_working_set_percentage: 50,
    } as const;
    const jobs = [3, 7].map((index) => counts(written(spec, 512, 10_000, index, [3, 7]), 512));
    for (const job of jobs) expect(Math.abs(1 - job.size / 10_000 - 0.34)).toBeLessThan(0.02);
    const both = new Set(jobs.flatMap((job) => [...job.keys()]));
    expect(Math.abs(1 - both.size / 20_000 - 0.5)).toBeLessThan(0.02);
  });
});
