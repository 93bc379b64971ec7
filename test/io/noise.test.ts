import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Noise } from "../../src/io/noise.ts";

describe("noise", () => {
  test("has as many ones as zeros in every bit, and no word twice in a row", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (high, low) => {
        const words = new Int32Array(4096);
        new Noise(high, low).fill(words, words.byteLength);
        for (let bit = 0; bit < 32; bit++) {
          const ones = words.reduce((sum, word) => sum + ((word >>> bit) & 1), 0);
          expect(Math.abs(ones - 2048)).toBeLessThan(250);
        }
        for (let at = 1; at < words.length; at++) expect(words[at]).not.toBe(words[at - 1]);
      }),
      { seed: 2, numRuns: 20 },
    );
  });

  test("64 MiB have no piece of 512 bytes twice, neither in one stream nor page by page", () => {
    const words = new Int32Array(2 ** 20);
    const bytes = new Uint8Array(words.buffer);
    const noise = new Noise(1, 137).hasten();
    const seen = new Set<bigint>();
    const look = () => {
      for (let at = 0; at < bytes.length; at += 512) {
        seen.add(Bun.hash.xxHash3(bytes.subarray(at, at + 512)) as bigint);
      }
    };
    for (let round = 0; round < 8; round++) {
      noise.fill(words, words.byteLength);
      look();
    }
    for (let page = 0; page < 8192; page++) {
      if (page % 1024 === 0 && page > 0) look();
      noise.page(page + 1);
      noise.fill(words, 4096, (page % 1024) * 1024);
    }
    look();
    expect(seen.size).toBe((64 * 2 ** 20) / 512);
  });

  test("zstd makes it no smaller, in one stream, page by page or word by word of a lane", () => {
    const words = new Int32Array(2 ** 18);
    const noise = new Noise(3, 5);
    noise.fill(words, words.byteLength);
    const lane = words.filter((_, at) => at % 8 === 0);
    const high = new Uint8Array(words.buffer).filter((_, at) => at % 4 === 3);
    for (const part of [new Uint8Array(words.buffer), new Uint8Array(lane.buffer), high]) {
      expect(Bun.zstdCompressSync(part, { level: 12 }).length).toBeGreaterThan(part.length);
    }
    for (let page = 0; page < 256; page++) {
      noise.page(page);
      noise.fill(words, 4096, page * 1024);
    }
    const pages = new Uint8Array(words.buffer);
    expect(Bun.zstdCompressSync(pages, { level: 12 }).length).toBeGreaterThan(pages.length);
  });

  test("the machine's routine and JavaScript's fill the same bytes, anywhere in an array", () => {
    const lengths = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 200 })),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(fc.integer(), fc.integer(), lengths, (high, low, fills) => {
        const plain = new Noise(high, low);
        const fast = new Noise(high, low).hasten();
        const expected = new Int32Array(900);
        const words = new Int32Array(900);
        for (const [bytes, from] of fills) {
          plain.fill(expected, bytes, from);
          fast.fill(words, bytes, from);
          if (!Bun.deepEquals(words, expected)) return false;
        }
        return true;
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  test("nothing is written behind the end of an array", () => {
    const memory = new Int32Array(64).fill(7);
    const words = new Int32Array(memory.buffer, 0, 13);
    const noise = new Noise(1, 1).hasten();
    noise.fill(words, 52);
    noise.fill(words, 400, 8);
    expect(memory.subarray(13).every((word) => word === 7)).toBe(true);
    expect(words.some((word) => word === 7)).toBe(false);
  });

  test("a page is the same bytes whenever it comes, and other ones of any other number", () => {
    const at = (noise: Noise, page: number) => {
      const words = new Int32Array(64);
      noise.page(page);
      noise.fill(words, 256);
      return new Uint8Array(words.buffer).toHex();
    };
    const noise = new Noise(1, 2);
    const numbers = [0, 1, 2, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 40, 2 ** 52];
    const first = numbers.map((page) => at(noise, page));
    expect(numbers.toReversed().map((page) => at(noise, page))).toEqual(first.toReversed());
    expect(new Set([...first, ...numbers.map((page) => at(new Noise(2, 1), page))]).size).toBe(16);
  });
});
