/**
 * What fio stores as sha256: eight bytes of a digest that is not quite SHA-256 (the message's
 * length is counted in, low byte first), in front of what remained of the message's last block.
 * Found by decoding its files (3.33). For files that both must read; native jobs store the digest
 * of FIPS 180-4, which the runtime has.
 */

/** Bytes of a block of the message; fio's slot is one block. */
export const BLOCK = 64;

/** FIPS 180-4, 4.2.2 and 5.3.3: fractions of the roots of the first primes. */
const ROUNDS = roots(64, (prime) => Math.cbrt(prime));
const START = roots(8, (prime) => Math.sqrt(prime));

function roots(count: number, root: (prime: number) => number): Int32Array {
  const found: number[] = [];
  for (let number = 2; found.length < count; number++) {
    let prime = true;
    for (let by = 2; by * by <= number; by++) prime &&= number % by !== 0;
    if (prime) found.push((root(number) % 1) * 2 ** 32);
  }
  return Int32Array.from(found, (fraction) => fraction | 0);
}

/** One message after the other; nothing is allocated for one. */
export class FioSha256 {
  readonly #state = new Int32Array(8);
  readonly #words = new Int32Array(64);
  readonly #last = new Uint8Array(BLOCK);

  /** Puts what fio stores for bytes[from, to) into the 64 bytes at `at`. */
  sum(bytes: Uint8Array, from: number, to: number, out: Uint8Array, at: number): void {
    const last = this.#last;
    this.#state.set(START);
    let next = from;
    for (; next + BLOCK <= to; next += BLOCK) this.#block(bytes, next);
    const rest = to - next;
    last.fill(0);
    for (let i = 0; i < rest; i++) last[i] = bytes[next + i]!;
    last[rest] = 0x80;
    // Without room for the length the padding fills this block and the next one holds it.
    if (rest >= BLOCK - 8) {
      this.#block(last, 0);
      last.fill(0);
    }
    this.#length(to - from);
    this.#block(last, 0);
    for (let i = 0; i < 8; i++) last[i] = this.#state[i]!;
    out.set(last, at);
  }

  /** The message's length in bits as the last eight bytes, low byte first. */
  #length(bytes: number): void {
    let bits = bytes * 8;
    for (let i = BLOCK - 8; i < BLOCK; i++) {
      this.#last[i] = bits % 256;
      bits = Math.floor(bits / 256);
    }
  }

  /** FIPS 180-4, 6.2.2. */
  #block(bytes: Uint8Array, at: number): void {
    const w = this.#words;
    const state = this.#state;
    for (let i = 0; i < 16; i++) {
      const byte = at + 4 * i;
      w[i] =
        (bytes[byte]! << 24) |
        (bytes[byte + 1]! << 16) |
        (bytes[byte + 2]! << 8) |
        bytes[byte + 3]!;
    }
    for (let i = 16; i < 64; i++) {
      const early = w[i - 15]!;
      const late = w[i - 2]!;
      const first = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
      const second = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
      w[i] = w[i - 16]! + first + w[i - 7]! + second;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let i = 0; i < 64; i++) {
      const choice = (e & f) ^ (~e & g);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      const turn = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
      const one = (h + turn + choice + ROUNDS[i]! + w[i]!) | 0;
      const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + majority) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    const next = [a, b, c, d, e, f, g, h];
    for (let i = 0; i < 8; i++) state[i] = state[i]! + next[i]!;
  }
}

function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}
