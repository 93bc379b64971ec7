/** A ring whose kernel answers what a test tells it to, in memory of the test's own. */
import type { Ring } from "../../ffi/io_uring.ts";
import { ENTRY_WORDS } from "../../ffi/io_uring_abi.ts";

const COUNT = 8;

export class FakeRing {
  readonly words = new Int32Array(64 + COUNT * 4);
  readonly entries = new Int32Array((COUNT + 1) * ENTRY_WORDS);
  readonly sqHead = 0;
  readonly sqTail = 1;
  readonly sqFlags = 2;
  readonly cqHead = 3;
  readonly cqTail = 4;
  readonly sqArray = 16;
  readonly completions = 64;
  readonly sqMask = COUNT - 1;
  readonly cqMask = COUNT - 1;
  readonly setup = 0;
  /** What the next submissions answer: how many entries are taken at most, or -errno. */
  readonly answers: number[] = [];
  /** Every call: what was submitted, how many were waited for. */
  readonly calls: string[] = [];
  naps = 0;

  /** `start`: where the ring's four indices stand. */
  constructor(start: number) {
    for (const at of [this.sqHead, this.sqTail, this.cqHead, this.cqTail]) this.words[at] = start;
  }

  /** As the ring that the engine thinks it has. */
  get ring(): Ring {
    return this as unknown as Ring;
  }

  enter(submit: number, count: number, flags: number): number {
    this.calls.push(`enter ${submit} ${count} ${flags}`);
    if (submit === 0) return 0;
    const answer = this.answers.shift() ?? submit;
    if (answer <= 0) return answer;
    const taken = Math.min(answer, submit);
    for (let i = 0; i < taken; i++) this.#complete();
    return taken;
  }

  wait(count: number, ns: number): number {
    this.calls.push(`wait ${count} ${ns > 0 ? "some" : "no"} time`);
    return this.answers.shift() ?? 0;
  }
  nap(): void {
    this.naps++;
  }
  close(): void {
    this.calls.push("close");
  }

  /** Rows the kernel has not read yet, in the order of the ring. */
  get unread(): number[] {
    const { words } = this;
    const rows: number[] = [];
    for (let at = words[this.sqHead]!; at !== words[this.sqTail]!; at++) {
      rows.push(words[this.sqArray + (at & this.sqMask)]!);
    }
    return rows;
  }

  /** The entry at the head is done, with its length as the result. */
  #complete(): void {
    const { words, entries } = this;
    const row = words[this.sqArray + (words[this.sqHead]! & this.sqMask)]!;
    words[this.sqHead] = words[this.sqHead]! + 1;
    this.post(entries[row * ENTRY_WORDS + 8]!, entries[row * ENTRY_WORDS + 6]!);
  }

  post(userData: number, result: number): void {
    const { words } = this;
    const at = this.completions + (words[this.cqTail]! & this.cqMask) * 4;
    words[at] = userData;
    words[at + 2] = result;
    words[this.cqTail] = words[this.cqTail]! + 1;
  }
}
