/** States of verified jobs: both layouts, to the byte, and whatever is no state at all. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decodeState, encodeState, stateName, type VerifyState } from "../../src/verify/state.ts";
import { LastWrites } from "../../src/verify/tail.ts";

const seven: VerifyState = {
  ...{ version: 7, depth: 3, writes: 16, index: 1, name: "a/b", files: 0 },
  ...{ inFlight: [12, 15], completed: [] },
};

const states: fc.Arbitrary<VerifyState> = fc
  .record({
    version: fc.constantFrom(3 as const, 7 as const),
    depth: fc.integer({ min: 1, max: 40 }),
    writes: fc.nat(2 ** 40),
    index: fc.nat(4095),
    name: fc.string({ maxLength: 15, unit: "binary" }).filter((name) => !name.includes("\0")),
    numbers: fc.array(fc.nat(2 ** 40), { maxLength: 40 }),
  })
  .map(({ version, depth, numbers, ...rest }) => ({
    ...{ version, depth, ...rest, files: version === 3 ? 2 : 0 },
    inFlight: version === 7 ? numbers.slice(0, depth) : [],
    completed: version === 3 ? numbers.map((offset, file) => ({ file: file % 2, offset })) : [],
  }));

test("what is written is what is read", () => {
  fc.assert(
    fc.property(states, (state) => {
      expect(decodeState(encodeState(state))).toEqual(state);
    }),
    { seed: 6, numRuns: 200 },
  );
});

test("any bit that is turned behind the head is noticed", () => {
  const right = encodeState(seven);
  for (let bit = 8 * 24; bit < right.length * 8; bit += 13) {
    const bytes = right.slice();
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    expect(decodeState(bytes)).toContain("damaged");
  }
});

describe("what is no state is called so", () => {
  test.each([
    ["too short", (bytes: Uint8Array) => bytes.slice(0, 20)],
    ["is cut", (bytes: Uint8Array) => bytes.slice(0, -8)],
    ["known version: 6", (bytes: Uint8Array) => bytes.with(0, 6)],
  ])("%s", (words, change) => {
    expect(decodeState(Uint8Array.from(change(encodeState(seven))))).toContain(words);
  });
});

test("version 7 stands where fio 3.42 has its fields", () => {
  const view = new DataView(encodeState(seven).buffer);
  const u64 = (at: number): bigint => view.getBigUint64(at, true);
  expect([u64(0), u64(8), u64(32), u64(40)]).toEqual([7n, 168n, 16n, 1n]);
  expect(view.getUint32(24, true)).toBe(3);
  expect([u64(168), u64(176), u64(184)]).toEqual([12n, 15n, 2n ** 64n - 1n]);
});

test("a slash of the job's name is a dot of the file's", () => {
  expect(stateName("a/b", 3)).toBe("local-a.b-3-verify.state");
});

test("the last writes of each file are kept, and no more of them than could be in flight", () => {
  const tail = new LastWrites(2, 2);
  for (const offset of [10, 20, 30]) tail.completed(0, offset);
  tail.completed(1, 7);
  for (const number of [1, 2, 3]) tail.lost(number);
  expect(tail.places().map(({ file, offset }) => [file, offset])).toEqual([
    ...[
      [0, 30],
      [0, 20],
    ],
    [1, 7],
  ]);
  expect(tail.numbers()).toEqual([3, 2]);
});
