import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { threadUsage } from "../../src/measure/cpu.ts";

const spin = (ms: number): void => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

test("time on the CPU counts, time asleep does not", () => {
  const before = threadUsage();
  Bun.sleepSync(60);
  const asleep = threadUsage();
  spin(60);
  const after = threadUsage();
  const time = (from: typeof before, to: typeof before): number =>
    to.userNs + to.systemNs - from.userNs - from.systemNs;
  expect(time(before, asleep)).toBeLessThan(30e6);
  expect(time(asleep, after)).toBeGreaterThan(10e6);
  expect(asleep.voluntarySwitches).toBeGreaterThan(before.voluntarySwitches);
});

test("switches and faults are those that /proc tells of this thread", () => {
  const stat = readFileSync("/proc/thread-self/stat", "utf8").split(") ")[1]!.split(" ");
  const status = readFileSync("/proc/thread-self/status", "utf8");
  const usage = threadUsage();
  // proc(5): minflt and majflt are fields 10 and 12, the state after the name is field 3.
  const near = (found: number, told: number): void => {
    expect(found).toBeGreaterThanOrEqual(told);
    expect(found).toBeLessThanOrEqual(told + 200);
  };
  near(usage.minorFaults, Number(stat[7]));
  near(usage.majorFaults, Number(stat[9]));
  near(usage.voluntarySwitches, Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)![1]));
  near(usage.involuntarySwitches, Number(/^nonvoluntary_ctxt_switches:\s+(\d+)/m.exec(status)![1]));
  expect(Number(stat[7])).toBeGreaterThan(200);
});

test("another thread's work is not counted", async () => {
  const source =
    "let x = 0; const end = Date.now() + 150; while (Date.now() < end) x++; postMessage(x);";
  const url = URL.createObjectURL(new Blob([source], { type: "application/javascript" }));
  const before = threadUsage();
  const worker = new Worker(url);
  await new Promise((resolve) => worker.addEventListener("message", resolve));
  const after = threadUsage();
  worker.terminate();
  expect(after.userNs - before.userNs).toBeLessThan(100e6);
});
