/** The machine routines against what the kernel and JavaScript say. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { fastCrc32c, fastNoise, hasInvariantTicks, tickClock } from "../../ffi/machine.ts";
import { allocate, free, PAGE, view } from "../../ffi/memory.ts";
import { crc32c } from "../../src/verify/crc.ts";

const x64 = process.arch === "x64";
const refuse = (): number => -1;

test.if(x64)("CPUID and /proc/cpuinfo agree on the invariant counter", () => {
  const flags =
    /^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1]?.split(" ") ?? [];
  expect(hasInvariantTicks()).toBe(flags.includes("constant_tsc") && flags.includes("nonstop_tsc"));
});

test.if(x64)("a line through the counter equals the same line computed in JavaScript", () => {
  const ticks = tickClock({ baseTicks: 0, nsPerTick: 1, baseAt: 0 })!;
  const baseTicks = ticks();
  const line = { baseTicks, nsPerTick: 0.37, baseAt: 5e9 };
  const clock = tickClock(line)!;
  const before = ticks();
  const time = clock();
  const after = ticks();
  const expected = (at: number): number => Math.round((at - baseTicks) * 0.37 + 5e9);
  expect(time).toBeGreaterThanOrEqual(expected(before));
  expect(time).toBeLessThanOrEqual(expected(after));
  expect(after - before).toBeLessThan(1e9);
});

test.if(x64)("it gives whole ns and never goes back, through every compiler tier", () => {
  const clock = tickClock({ baseTicks: 0, nsPerTick: 0.4089303, baseAt: 12345 })!;
  let last = clock();
  let backwards = 0;
  let fractions = 0;
  for (let read = 0; read < 2_000_000; read++) {
    const time = clock();
    if (time < last) backwards++;
    if (time % 1 !== 0) fractions++;
    last = time;
  }
  expect({ backwards, fractions }).toEqual({ backwards: 0, fractions: 0 });
});

test("where executable pages are refused there is no clock and no answer", () => {
  expect(tickClock({ baseTicks: 0, nsPerTick: 1, baseAt: 0 }, refuse)).toBeUndefined();
  expect(hasInvariantTicks(refuse)).toBe(false);
});

test.if(x64)("crc32c by the processor equals the one by tables, at every length and place", () => {
  const fast = fastCrc32c();
  if (fast === undefined) return;
  const bytes = PAGE;
  const address = allocate(bytes);
  const memory = new Uint8Array(view(address, bytes));
  for (let i = 0; i < bytes; i++) memory[i] = (i * 151 + (i >> 3)) & 0xff;
  for (let from = 0; from < 9; from++) {
    for (let length = 0; length < 70; length++) {
      expect(fast(address + from, length)).toBe(crc32c(memory, from, from + length));
    }
  }
  expect(fast(address, bytes)).toBe(crc32c(memory, 0, bytes));
  free(address, bytes);
});

test("where pages may not be executed there is no crc32c by the processor", () => {
  expect(fastCrc32c(refuse)).toBeUndefined();
});

test.if(x64)("noise is eight xorshifts and a counter, in the bytes asked for and no others", () => {
  const fill = fastNoise()!;
  const state = Int32Array.from({ length: 9 }, (_, i) => Math.imul(i + 1, 0x9e37_79b9));
  const mine = state.slice();
  const words = new Int32Array(64).fill(7);
  fill(state, words, 12, 160);
  const expected = new Int32Array(64).fill(7);
  for (let at = 0; at < 40; at++) {
    const lane = at % 8;
    if (lane === 0) mine[8] = mine[8]! + 362_437;
    let x = mine[lane]!;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    mine[lane] = x;
    expected[3 + at] = x ^ mine[8]!;
  }
  expect(words).toEqual(expected);
  expect(state).toEqual(mine);
  expect(fastNoise(refuse)).toBeUndefined();
});
