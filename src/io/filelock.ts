/**
 * A lock on a file among the threads of a run, three words of shared memory: one holder, or any
 * number that only read. Fair: whoever asked first gets it first, so that readers that follow each
 * other closely do not keep a writer out. Waits in the kernel (futex), never by spinning.
 */
import { futexWait, futexWake } from "../../ffi/futex.ts";
import { view } from "../../ffi/memory.ts";

/** Words: tickets given out, the ticket whose turn it is, holders (-1: one that is alone). */
const NEXT = 0;
const TURN = 1;
const HOLDERS = 2;
const WORDS = 3;
const ALONE = -1;

/** A wake that is missed costs this long at most: 100 ms in ns. */
const LONGEST_WAIT = 100e6;

export class FileLock {
  readonly #words: Int32Array;

  constructor(private readonly address: number) {
    this.#words = new Int32Array(view(address, WORDS * 4));
  }

  /** Returns when it is held, with others that `shared` it too or alone. */
  acquire(shared: boolean): void {
    const words = this.#words;
    const ticket = Atomics.add(words, NEXT, 1);
    this.#wait(TURN, (turn) => turn === ticket);
    if (shared) {
      this.#wait(HOLDERS, (holders) => holders >= 0);
      Atomics.add(words, HOLDERS, 1);
    } else {
      this.#wait(HOLDERS, (holders) => holders === 0);
      Atomics.store(words, HOLDERS, ALONE);
    }
    Atomics.add(words, TURN, 1);
    futexWake(this.address + TURN * 4);
  }

  release(shared: boolean): void {
    if (shared) Atomics.sub(this.#words, HOLDERS, 1);
    else Atomics.store(this.#words, HOLDERS, 0);
    futexWake(this.address + HOLDERS * 4);
  }

  #wait(word: number, isSo: (value: number) => boolean): void {
    for (;;) {
      const value = Atomics.load(this.#words, word);
      if (isSo(value)) return;
      futexWait(this.address + word * 4, value, LONGEST_WAIT);
    }
  }
}
