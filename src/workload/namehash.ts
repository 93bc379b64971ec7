/**
 * A word from a file's name: what the blocks that a distribution favours depend on, so that a file
 * has the same ones in every run. Knows nothing of files.
 */

/**
 * Jenkins's hash of a file's name, as fio computes it: of each twelve bytes but the last it takes
 * three alone.
 */
export function nameHash(name: string): number {
  const bytes = new TextEncoder().encode(name);
  let a = (0x61c8_8647 + bytes.length) | 0;
  let b = a;
  let c = a;
  let at = 0;
  for (; bytes.length - at > 12; at += 12) {
    a = (a + bytes[at]!) | 0;
    b = (b + bytes[at + 4]!) | 0;
    c = (c + bytes[at + 8]!) | 0;
    [a, b, c] = mixed(a, b, c);
  }
  if (at === bytes.length) return c >>> 0;
  const word = (from: number): number =>
    (bytes[from] ?? 0) |
    ((bytes[from + 1] ?? 0) << 8) |
    ((bytes[from + 2] ?? 0) << 16) |
    ((bytes[from + 3] ?? 0) << 24);
  return finished((a + word(at)) | 0, (b + word(at + 4)) | 0, (c + word(at + 8)) | 0);
}

function turned(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** Steps of Jenkins's lookup3: what is subtracted, how far it is turned, what is added. */
function mixed(first: number, second: number, third: number): [number, number, number] {
  let [a, b, c] = [first, second, third];
  for (const [x, y, z] of [
    [4, 6, 8],
    [16, 19, 4],
  ] as const) {
    a = ((a - c) ^ turned(c, x)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ turned(a, y)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ turned(b, z)) | 0;
    b = (b + a) | 0;
  }
  return [a, b, c];
}

function finished(first: number, second: number, third: number): number {
  let [a, b, c] = [first, second, third];
  c = ((c ^ b) - turned(b, 14)) | 0;
  a = ((a ^ c) - turned(c, 11)) | 0;
  b = ((b ^ a) - turned(a, 25)) | 0;
  c = ((c ^ b) - turned(b, 16)) | 0;
  a = ((a ^ c) - turned(c, 4)) | 0;
  b = ((b ^ a) - turned(a, 14)) | 0;
  return ((c ^ b) - turned(b, 24)) >>> 0;
}
