import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { READ, WRITE } from "../../src/base/direction.ts";
import { repeat } from "../../src/base/filling.ts";
import { parsePattern } from "../../src/base/pattern.ts";
import { BYTES, jobWith, looksRandom, pieces } from "./support.ts";

describe("zero_buffers and buffer_pattern", () => {
  const pattern = parsePattern("0xabcdef");
  const repeated = Uint8Array.from({ length: BYTES }, (_, at) => pattern.bytes[at % 3]!);

  test("writes carry zeros, or the pattern from the buffer's start on", () => {
    expect(jobWith({ zero_buffers: true }).go(WRITE)).toEqual(new Uint8Array(BYTES));
    expect(jobWith({ buffer_pattern: pattern }).go(WRITE)).toEqual(repeated);
  });

  test("the pattern wins over zeros, and both over random bytes", () => {
    const all = { zero_buffers: true, refill_buffers: true, scramble_buffers: true };
    expect(jobWith(all).go(WRITE)).toEqual(new Uint8Array(BYTES));
    expect(jobWith({ ...all, buffer_pattern: pattern }).go(WRITE)).toEqual(repeated);
  });

  test("a buffer that a read was in carries them again", () => {
    const { go, row } = jobWith({ rw: "randrw", buffer_pattern: pattern });
    go(READ, 2);
    row(2).fill(7);
    expect(go(WRITE, 2)).toEqual(repeated);
    const zeros = jobWith({ rw: "rw", zero_buffers: true });
    zeros.go(READ, 1, 4096);
    zeros.row(1).fill(7);
    expect(zeros.go(WRITE, 1)).toEqual(new Uint8Array(BYTES));
  });

  test("%o is the offset of each write, also in a buffer that a read was in", () => {
    const { go, row } = jobWith({ rw: "randrw", buffer_pattern: parsePattern('"ab"%o') });
    const expected = (offset: number) => {
      const bytes = new Uint8Array(BYTES);
      for (let at = 0; at < BYTES; at++) {
        const place = (at % 10) - 2;
        bytes[at] = place < 0 ? 0x61 + place + 2 : Math.floor(offset / 256 ** place) % 256;
      }
      return bytes;
    };
    for (const offset of [4096, 3 * 2 ** 40 + 512, 0]) {
      expect(go(WRITE, 1, BYTES, offset)).toEqual(expected(offset));
    }
    go(READ, 1);
    row(1).fill(7);
    expect(go(WRITE, 1, BYTES, 512)).toEqual(expected(512));
    expect(jobWith({ rw: "read", buffer_pattern: parsePattern("%o") }).go(READ)).toEqual(
      new Uint8Array(BYTES),
    );
  });

  test("a pattern of any length fills a buffer of any length", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.integer({ min: 0, max: 2000 }),
        (bytes, length) => {
          const buffer = new Uint8Array(length);
          repeat(buffer, bytes);
          expect(buffer.every((byte, at) => byte === bytes[at % bytes.length])).toBe(true);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe("compression and deduplication", () => {
  test("of what only compresses each buffer is made once, unless refilled or read into", () => {
    const { go, row } = jobWith({ rw: "randrw", buffer_compress_percentage: 50 });
    const first = go(WRITE, 1);
    expect(first.subarray(256, 512)).toEqual(new Uint8Array(256));
    expect(go(WRITE, 1)).toEqual(first);
    go(READ, 1);
    row(1).fill(7);
    const again = go(WRITE, 1);
    expect(again.subarray(256, 512)).toEqual(new Uint8Array(256));
    expect(again).not.toEqual(first);
    const refilled = jobWith({ buffer_compress_percentage: 50, refill_buffers: true });
    expect(refilled.go(WRITE, 1)).not.toEqual(refilled.go(WRITE, 1));
    expect(pieces(jobWith({ buffer_compress_percentage: 50 }).go(WRITE)).length).toBe(16);
  });

  test("the whole block is the chunk where that is 0, also of blocks shorter than a page", () => {
    const bs = { read: 1000, write: 1000, trim: 1000 };
    const half = { bs, buffer_compress_percentage: 50, buffer_compress_chunk: 0 };
    for (const refill_buffers of [false, true]) {
      const block = jobWith({ ...half, refill_buffers })
        .go(WRITE, 0, 1000)
        .subarray(0, 1000);
      expect(block.subarray(500)).toEqual(new Uint8Array(500));
      expect(block.subarray(480, 500).some((byte) => byte !== 0)).toBe(true);
    }
  });

  test("a pattern is what compresses away, and 100 % is nothing else", () => {
    const buffer_pattern = parsePattern('"abc"');
    const half = jobWith({ buffer_pattern, buffer_compress_percentage: 50 }).go(WRITE);
    expect(new TextDecoder().decode(half.subarray(256, 264))).toBe("abcabcab");
    expect(new TextDecoder().decode(half.subarray(768, 776))).toBe("abcabcab");
    expect(half.subarray(0, 256)).not.toEqual(half.subarray(512, 768));
    expect(jobWith({ buffer_compress_percentage: 100 }).go(WRITE)).toEqual(new Uint8Array(BYTES));
  });

  test("readers' buffers are left alone, and dedupe_percentage comes before zero_buffers", () => {
    const paged = { dedupe_percentage: 50, buffer_compress_percentage: 10 };
    expect(jobWith({ ...paged, rw: "read" }).go(READ)).toEqual(new Uint8Array(BYTES));
    expect(looksRandom(jobWith({ dedupe_percentage: 50, zero_buffers: true }).go(WRITE))).toBe(
      true,
    );
  });
});
