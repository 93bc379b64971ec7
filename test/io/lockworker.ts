/** A Worker under a lock of shared memory: counts without atomics, or takes the lock and tells. */
import { view } from "../../ffi/memory.ts";
import { FileLock } from "../../src/io/filelock.ts";

declare const self: {
  onmessage: ((event: { data: LockOrder }) => void) | null;
  postMessage(message: string): void;
};

export interface LockOrder {
  readonly lock: number;
  /** Address of a word that is counted up, and how often; 0: take the lock and say so. */
  readonly counter: number;
  readonly times: number;
  readonly shared: boolean;
}

self.onmessage = ({ data: { lock: address, counter, times, shared } }) => {
  const lock = new FileLock(address);
  if (times === 0) {
    lock.acquire(shared);
    self.postMessage("held");
    lock.release(shared);
    return;
  }
  const word = new Int32Array(view(counter, 4));
  for (let i = 0; i < times; i++) {
    lock.acquire(false);
    const seen = word[0]!;
    // Long enough that another thread would come in between.
    for (let spin = 0; spin < 200; spin++) Math.sqrt(spin);
    word[0] = seen + 1;
    lock.release(false);
  }
  self.postMessage("done");
};
