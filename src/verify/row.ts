/** A unit's buffer as verification sees it: the same memory in each of the shapes it is used in. */

export interface Row {
  readonly bytes: Uint8Array;
  /** Words of 32 bits; whole pages of them. */
  readonly words: Int32Array;
  readonly view: DataView;
  /** Where it lies, for whoever computes outside of JavaScript. */
  readonly address: number;
}

/** The memory at an address; a test without one says 0. */
export function rowOf(memory: ArrayBuffer, address: number): Row {
  return {
    bytes: new Uint8Array(memory),
    words: new Int32Array(memory, 0, Math.floor(memory.byteLength / 4)),
    view: new DataView(memory),
    address,
  };
}
