import { afterEach, expect, test } from "bun:test";
import { allocateShared, PAGE, view } from "../../ffi/memory.ts";
import { FileLock } from "../../src/io/filelock.ts";
import type { LockOrder } from "./lockworker.ts";

const workers: Worker[] = [];
afterEach(() => {
  for (const worker of workers.splice(0)) worker.terminate();
});

/** Settles when the worker says something. */
function order(what: LockOrder): Promise<string> {
  const worker = new Worker(new URL("./lockworker.ts", import.meta.url).href);
  workers.push(worker);
  worker.postMessage(what);
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
}

test("one holder at a time: threads that count without atomics lose nothing", async () => {
  const lock = allocateShared(PAGE);
  const counter = lock + 256;
  const times = 3000;
  const all = [1, 2, 3].map(() => order({ lock, counter, times, shared: false }));
  expect(await Promise.all(all)).toEqual(["done", "done", "done"]);
  expect(new Int32Array(view(counter, 4))[0]).toBe(3 * times);
});

test("readers hold it together, a writer waits for them, and they for a writer", async () => {
  const address = allocateShared(PAGE);
  const lock = new FileLock(address);
  const other = (shared: boolean) => order({ lock: address, counter: 0, times: 0, shared });
  lock.acquire(true);
  expect(await other(true)).toBe("held");
  const writer = other(false);
  expect(await Promise.race([writer, Bun.sleep(150).then(() => "waits")])).toBe("waits");
  // Whoever comes after the writer waits behind it.
  const late = other(true);
  expect(await Promise.race([late, Bun.sleep(100).then(() => "waits")])).toBe("waits");
  lock.release(true);
  expect(await Promise.all([writer, late])).toEqual(["held", "held"]);
  lock.acquire(false);
  const reader = other(true);
  expect(await Promise.race([reader, Bun.sleep(100).then(() => "waits")])).toBe("waits");
  lock.release(false);
  expect(await reader).toBe("held");
});
