/**
 * The state a writing job leaves, so that whoever reads after it knows up to which write to look:
 * fio's files `local-JOB-INDEX-verify.state`, in its two layouts. Version 7 (fio since 3.41) has
 * the numbers of the writes that were in flight, version 3 (fio 3.33) the places of the last ones
 * that were completed. Little-endian. Bytes to values and back; opens no file.
 *
 *   head: version u64, bytes of the rest u64, crc32c of the rest u64
 *   7: depth u32, pad u32, writes u64, thread index u64, random state 56, name 64,
 *      u64 a number in flight, `depth` of them
 *   3: completed u64, depth u32, files u32, writes u64, thread index u64, random state 56, name 64,
 *      { file u64, offset u64 } a completed write
 */
import { crc32c } from "./crc.ts";

export interface VerifyState {
  readonly version: 3 | 7;
  /** The job's depth: as many writes could be in flight. */
  readonly depth: number;
  /** Writes that were begun. */
  readonly writes: number;
  /** fio's thread_number less one. */
  readonly index: number;
  readonly name: string;
  /** Numbers of writes that never came to their end; version 7. */
  readonly inFlight: readonly number[];
  /** The last writes that did, in no order; version 3. */
  readonly completed: readonly { readonly file: number; readonly offset: number }[];
  /** Files of the job; version 3. */
  readonly files: number;
}

/** What a saved state says of its writer. */
export interface Until {
  readonly writes: number;
  readonly depth: number;
  /** Numbers of writes that never arrived. */
  readonly inFlight: readonly number[];
  /**
   * The last completed writes, where a state has those: near the end only they are read. Undefined
   * where it has numbers instead.
   */
  readonly completed: readonly { readonly file: number; readonly offset: number }[] | undefined;
}

const HEAD = 24;
const NAME = 64;
/** use64, and the words of the larger generator. Nobody reads them back: zeros. */
const RANDOM = 56;
/** Bytes in front of the lists. */
const FIXED = { 3: 32 + RANDOM + NAME, 7: 24 + RANDOM + NAME } as const;
/** A place in version 7 where nothing was in flight: INVALID_NUMBERIO, io_u.h. */
const NOTHING = 0xffff_ffff_ffff_ffffn;

/** What fio calls the file; `/` of the job's name is `.` there. */
export function stateName(name: string, index: number): string {
  return `local-${name.replaceAll("/", ".")}-${index}-verify.state`;
}

export function encodeState(state: VerifyState): Uint8Array {
  const { version, depth, files, writes, index, name, inFlight, completed } = state;
  const fixed = FIXED[version];
  const rest = fixed + (version === 3 ? 16 * completed.length : 8 * depth);
  const bytes = new Uint8Array(HEAD + rest);
  const view = new DataView(bytes.buffer);
  const u64 = (at: number, value: number): void => view.setBigUint64(at, BigInt(value), true);
  let at = HEAD;
  if (version === 3) {
    u64(at, completed.length);
    at += 8;
  }
  view.setUint32(at, depth, true);
  if (version === 3) view.setUint32(at + 4, files, true);
  u64(at + 8, writes);
  u64(at + 16, index);
  // The last byte ends the text.
  new TextEncoder().encodeInto(name, bytes.subarray(at + 24 + RANDOM, HEAD + fixed - 1));
  at = HEAD + fixed;
  if (version === 3) {
    for (const { file, offset } of completed) {
      u64(at, file);
      u64(at + 8, offset);
      at += 16;
    }
  } else {
    for (let row = 0; row < depth; row++, at += 8) {
      const number = inFlight[row];
      view.setBigUint64(at, number === undefined ? NOTHING : BigInt(number), true);
    }
  }
  u64(0, version);
  u64(8, rest);
  u64(16, crc32c(bytes, HEAD, bytes.length));
  return bytes;
}

/** The state in the bytes, or what is wrong with them. */
export function decodeState(bytes: Uint8Array): VerifyState | string {
  if (bytes.length < HEAD) return "is too short for a verify state";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u64 = (at: number): number => Number(view.getBigUint64(at, true));
  const version = u64(0);
  if (version !== 3 && version !== 7) {
    return `is no verify state of a known version: ${version}, and there are 3 and 7`;
  }
  const fixed = FIXED[version];
  const rest = u64(8);
  const cut = bytes.length - HEAD;
  if (rest !== cut || rest < fixed) return `is cut: its head says ${rest} bytes, and has ${cut}`;
  if (u64(16) !== crc32c(bytes, HEAD, bytes.length)) return "is damaged: its checksum is wrong";
  const at = HEAD + (version === 3 ? 8 : 0);
  const depth = view.getUint32(at, true);
  const lists = HEAD + fixed;
  const count = version === 3 ? u64(HEAD) : depth;
  const each = version === 3 ? 16 : 8;
  if (lists + count * each !== bytes.length) return "is damaged: its lists have another length";
  const name = bytes.subarray(at + 24 + RANDOM, lists);
  const end = name.indexOf(0);
  const places = Array.from({ length: count }, (_, row) => lists + row * each);
  return {
    version,
    depth,
    writes: u64(at + 8),
    index: u64(at + 16),
    name: new TextDecoder().decode(end < 0 ? name : name.subarray(0, end)),
    files: version === 3 ? view.getUint32(at + 4, true) : 0,
    inFlight:
      version === 3
        ? []
        : places.filter((place) => view.getBigUint64(place, true) !== NOTHING).map(u64),
    completed:
      version === 3 ? places.map((place) => ({ file: u64(place), offset: u64(place + 8) })) : [],
  };
}
