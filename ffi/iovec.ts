/**
 * An array of struct iovec in memory that stays where it is: an asynchronous call reads its vector
 * after it has returned. Knows nothing of what lies at the addresses.
 */
import { allocate, free, view } from "./memory.ts";

const VECTOR_BYTES = 16;

export class Vectors {
  readonly #address: number;
  readonly #words: Int32Array;

  constructor(private readonly count: number) {
    this.#address = allocate(count * VECTOR_BYTES);
    this.#words = new Int32Array(view(this.#address, count * VECTOR_BYTES));
  }

  /** Address of vector `row`, now filled in: what the kernel wants to be told. */
  set(row: number, address: number, length: number): number {
    const words = this.#words;
    const at = row * 4;
    words[at] = address;
    words[at + 1] = address / 2 ** 32;
    words[at + 2] = length;
    words[at + 3] = length / 2 ** 32;
    return this.#address + row * VECTOR_BYTES;
  }

  /** The kernel may read none of them afterwards. */
  close(): void {
    free(this.#address, this.count * VECTOR_BYTES);
  }
}
