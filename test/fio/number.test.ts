import { describe, expect, test } from "bun:test";
import { abbreviated, bytesBothWays, calendar, fixed, rateBothWays } from "../../src/fio/number.ts";

describe("quantities are abbreviated as fio abbreviates them", () => {
  const LOOK = { digits: 4, decimal: false, bits: false };
  // Left: amounts; right: what fio 3.33 printed for them, after "io=" or "BW=".
  test.each([
    [1048576, "1024KiB (1049kB)"],
    [14297 * 1024, "14.0MiB (14.6MB)"],
    [13977 * 1024, "13.6MiB (14.3MB)"],
    [223 * 65536, "13.9MiB (14.6MB)"],
    [1023 * 1024, "1023KiB (1048kB)"],
    [999 * 1024, "999KiB (1023kB)"],
    [10188 * 1024, "9.95MiB (10.4MB)"],
    [10239 * 1024, "10.00MiB (10.5MB)"],
    [102346 * 1024, "99.9MiB (105MB)"],
    [102399 * 1024, "100.0MiB (105MB)"],
    [1048064 * 1024, "1024MiB (1073MB)"],
    [94208, "92.0KiB (94.2kB)"],
    [4096, "4096B (4096B)"],
    [0, "0B (0B)"],
  ])("%d", (bytes, text) => {
    expect(bytesBothWays(bytes, LOOK)).toBe(text);
  });

  // What fio 3.33 printed behind "BW=" with that unit_base and kb_base, 50 MiB in a second.
  test.each([
    [{ decimal: false, bits: false }, "50.0MiB/s (52.4MB/s)"],
    [{ decimal: true, bits: false }, "52.4MB/s (50.0MiB/s)"],
    [{ decimal: false, bits: true }, "400Mibit/s (419Mbit/s)"],
    [{ decimal: true, bits: true }, "419Mbit/s (400Mibit/s)"],
  ])("a rate in %j", (look, text) => {
    expect(rateBothWays(50 * 1024 * 1024, { ...LOOK, ...look })).toBe(text);
  });

  test.each([
    [23_000, "23.0k"],
    [27_000, "27.0k"],
    [256_000, "256k"],
    [18_285.7, "18.3k"],
    [1000, "1000"],
    [999_950_000_000, "1000G"],
    [2e21, "2000000P"],
  ])("%d units", (count, text) => {
    expect(abbreviated(count, 1000)).toBe(text);
  });

  test("six digits leave a latency whole", () => {
    expect(abbreviated(143_790, 1000, 6)).toBe("143790");
    expect(abbreviated(1_234_567, 1000, 6)).toBe("1234.6k");
  });
});

test("%f has six digits, and a width is filled from the left", () => {
  expect([fixed(2 / 3), fixed(0), fixed(4.567, 2, 5)]).toEqual(["0.666667", "0.000000", " 4.57"]);
});

test("a value between two goes to the even one", () => {
  // What printf of glibc says; each is exact in binary.
  const pairs: readonly [number, number, string][] = [
    [0.125, 2, "0.12"],
    [0.375, 2, "0.38"],
    [922.625, 2, "922.62"],
    [2.5, 0, "2"],
    [3.5, 0, "4"],
    [0.0078125, 6, "0.007812"],
    [0.135, 2, "0.14"],
    [0.25, 2, "0.25"],
    [5, 1, "5.0"],
  ];
  for (const [value, places, text] of pairs) expect(fixed(value, places)).toBe(text);
});

test("the time is ctime's, a day of one digit padded", () => {
  const at = new Date(2026, 10, 4, 9, 5, 7);
  expect(calendar(at.getTime())).toBe("Wed Nov  4 09:05:07 2026");
});
