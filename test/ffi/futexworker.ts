/** The other thread of futex.test.ts: says that it is there, then waits for a word to change. */
import { futexWait } from "../../ffi/futex.ts";
import { PAGE, view } from "../../ffi/memory.ts";

declare const self: {
  onmessage: ((event: { data: number }) => void) | null;
  postMessage(answer: number): void;
};

self.onmessage = ({ data }) => {
  const words = new Int32Array(view(data, PAGE));
  Atomics.store(words, 2, 1);
  self.postMessage(futexWait(data + 4, 0, 5e9));
};
