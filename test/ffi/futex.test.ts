/** Futex: what a wait answers, its time limit, and a wake-up from another thread. */
import { expect, test } from "bun:test";
import { monotonicClock, monotonicSecond } from "../../ffi/clock.ts";
import { EAGAIN } from "../../ffi/errno.ts";
import { futexWait, futexWake } from "../../ffi/futex.ts";
import { allocateShared, PAGE, view } from "../../ffi/memory.ts";

const ETIMEDOUT = 110;
const now = monotonicClock(monotonicSecond());
const address = allocateShared(PAGE);
const words = new Int32Array(view(address, PAGE));

test("a word that is already different is not waited for", () => {
  words[0] = 7;
  expect(futexWait(address, 6)).toBe(-EAGAIN);
});

test("a negative word can be waited for", () => {
  words[0] = -3;
  expect(futexWait(address, -3, 1e6)).toBe(-ETIMEDOUT);
});

test("a wait ends after its time and not before", () => {
  words[0] = 1;
  const before = now();
  expect(futexWait(address, 1, 20e6)).toBe(-ETIMEDOUT);
  expect(now() - before).toBeGreaterThanOrEqual(20e6);
  expect(futexWait(address, 1, 0)).toBe(-ETIMEDOUT);
});

test("nobody waits, nobody is woken", () => {
  expect(futexWake(address)).toBe(0);
});

test("a wake-up from another thread ends the wait", async () => {
  words[1] = 0;
  words[2] = 0;
  const worker = new Worker(new URL("./futexworker.ts", import.meta.url).href);
  const failed = Promise.withResolvers<never>();
  worker.onerror = (event) => failed.reject(new Error(event.message));
  const answer = new Promise<number>((resolve) => {
    worker.onmessage = (event: MessageEvent) => resolve(event.data);
  });
  worker.postMessage(address);
  while (Atomics.load(words, 2) === 0) await Promise.race([Bun.sleep(1), failed.promise]);
  let woken = 0;
  for (let look = 0; look < 5000 && woken === 0; look++) {
    woken = futexWake(address + 4);
    if (woken === 0) await Bun.sleep(1);
  }
  expect(woken).toBe(1);
  expect(await Promise.race([answer, failed.promise])).toBe(0);
  worker.terminate();
});
