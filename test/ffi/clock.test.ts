/** Every clock against CLOCK_MONOTONIC, the calibration's accuracy, and what replaces what. */
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Calibration,
  type Clock,
  calibrate,
  counterTrouble,
  createClock,
  monotonicClock,
  monotonicSecond,
} from "../../ffi/clock.ts";
import { sleepFor } from "../../ffi/sleep.ts";

const epoch = monotonicSecond();
const calibration = calibrate(epoch);
const monotonic = monotonicClock(epoch);
const LINE: Calibration = { baseTicks: 0, nsPerTick: 1, baseAt: 0 };
/** A counter that works here; else the tests of it skip. */
const counter = counterTrouble() === undefined;

/** ns that `clock` is ahead of CLOCK_MONOTONIC, from the tightest of some reads. */
function ahead(clock: Clock): number {
  let narrowest = Number.POSITIVE_INFINITY;
  let difference = 0;
  for (let read = 0; read < 200; read++) {
    const before = monotonic();
    const time = clock();
    const after = monotonic();
    if (after - before < narrowest) {
      narrowest = after - before;
      difference = time - (before + after) / 2;
    }
  }
  return difference;
}

test.each(["cpu", "clock_gettime", "gettimeofday", "auto"] as const)(
  "%s never goes back and starts within 2 µs of the common time line",
  (choice) => {
    const { now } = createClock(choice, epoch, calibration);
    expect(Math.abs(ahead(now))).toBeLessThan(2000);
    let last = now();
    let backwards = 0;
    for (let read = 0; read < 300_000; read++) {
      const time = now();
      if (time < last) backwards++;
      last = time;
    }
    expect(backwards).toBe(0);
  },
);

test.if(counter)("the counter keeps within 20 ppm of CLOCK_MONOTONIC over a second", () => {
  const { now, name, note } = createClock("cpu", epoch, calibration);
  expect({ name, note }).toEqual({ name: "cpu", note: undefined });
  const first = ahead(now);
  sleepFor(1e9);
  expect(Math.abs(ahead(now) - first)).toBeLessThan(20_000);
});

test.if(counter)("auto takes the counter when it was calibrated", () => {
  expect(createClock("auto", epoch, calibration).name).toBe("cpu");
});

test("without a calibration auto is clock_gettime, and says nothing of it", () => {
  const { name, note } = createClock("auto", epoch, undefined);
  expect({ name, note }).toEqual({ name: "clock_gettime", note: undefined });
});

test("a cpu clock that is not to be had is replaced, with a note that says why", () => {
  const { now, name, note } = createClock("cpu", epoch, undefined);
  expect(name).toBe("clock_gettime");
  expect(note).toStartWith("clocksource cpu is not to be had: ");
  expect(note).toEndWith("; used clock_gettime");
  expect(Math.abs(ahead(now))).toBeLessThan(2000);
});

test("refused executable pages leave clock_gettime in the counter's place", () => {
  const { name, note } = createClock("cpu", epoch, LINE, () => -1);
  expect(name).toBe("clock_gettime");
  expect(note).toContain(process.arch === "x64" ? "executable pages are refused" : "x86-64");
});

test.if(counter)("a kernel that keeps time by something else vouches for no counter", () => {
  const folder = mkdtempSync(join(tmpdir(), "fathom-clock-"));
  try {
    const file = join(folder, "current_clocksource");
    writeFileSync(file, "kvm-clock\n");
    expect(counterTrouble(file)).toContain("keeps time by kvm-clock");
    expect(counterTrouble(join(folder, "absent"))).toContain("cannot be read");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("gettimeofday gives whole µs", () => {
  const { now } = createClock("gettimeofday", epoch, undefined);
  for (let read = 0; read < 100; read++) expect(now() % 1000).toBe(0);
});

test("an epoch is the present second, so instants are small", () => {
  const time = monotonicClock(monotonicSecond())();
  expect(time).toBeGreaterThanOrEqual(0);
  expect(time).toBeLessThan(2e9);
});

test("a thread with the same calibration stands on the same time line", async () => {
  const worker = new Worker(new URL("./clockworker.ts", import.meta.url).href);
  try {
    const message = Promise.withResolvers<{ name: string; time: number }>();
    worker.onmessage = (event: MessageEvent) => message.resolve(event.data);
    worker.onerror = (event) => message.reject(new Error(event.message));
    const { now, name } = createClock("auto", epoch, calibration);
    const before = now();
    worker.postMessage({ epoch, calibration });
    const there = await message.promise;
    const after = now();
    expect(there.name).toBe(name);
    expect(there.time).toBeGreaterThan(before);
    expect(there.time).toBeLessThan(after);
  } finally {
    worker.terminate();
  }
});
