/**
 * Bytes of a trace as they come: from a file, a pipe or a socket, through one buffer that is filled
 * again and again. Gives lines and records of a fixed length; knows nothing of what is in them.
 */
import { O } from "../../../ffi/constants.ts";
import { EINTR, errnoOf, failure } from "../../../ffi/errno.ts";
import { openFile } from "../../../ffi/file.ts";
import { libc } from "../../../ffi/libc.ts";
import { connectUnix } from "../../../ffi/socket.ts";
import { SystemError } from "../../base/errors.ts";

/** Of one read; also the longest line there may be. */
const BUFFER_BYTES = 256 * 1024;
/** open(2) of a socket; errno(3). */
const ENXIO = 6;
const NEWLINE = 10;

/** Fills the front of the array; how many bytes, 0 at the end. */
export type Pull = (into: Uint8Array) => number;

export class ByteStream {
  readonly buffer = new Uint8Array(new ArrayBuffer(BUFFER_BYTES));
  /** What was read and not yet taken is in [at, end). */
  at = 0;
  end = 0;
  #over = false;

  constructor(
    private readonly pull: Pull,
    readonly close: () => void = () => {},
  ) {}

  /** Whether so many bytes lie at `at`; false when the data ends before. */
  need(bytes: number): boolean {
    while (this.end - this.at < bytes) {
      if (!this.#fill()) return false;
    }
    return true;
  }

  /**
   * Where the line that begins at `at` ends, its newline left out; the last line may lack one. -1
   * at the end of the data, -2 for a line that is longer than the buffer.
   */
  line(): number {
    let from = this.at;
    for (;;) {
      const found = this.buffer.subarray(0, this.end).indexOf(NEWLINE, from);
      if (found >= 0) return found;
      const seen = this.end - this.at;
      if (seen === BUFFER_BYTES) return -2;
      if (!this.#fill()) return seen === 0 ? -1 : this.end;
      from = this.at + seen;
    }
  }

  /** Leaves so many bytes out; false when the data ends before. */
  skip(bytes: number): boolean {
    let left = bytes;
    while (left > this.end - this.at) {
      left -= this.end - this.at;
      this.at = this.end;
      if (!this.#fill()) return false;
    }
    this.at += left;
    return true;
  }

  #fill(): boolean {
    if (this.#over) return false;
    if (this.at > 0) {
      this.buffer.copyWithin(0, this.at, this.end);
      this.end -= this.at;
      this.at = 0;
    }
    const count = this.pull(this.buffer.subarray(this.end));
    this.#over = count === 0;
    this.end += count;
    return count > 0;
  }
}

/** A stream of bytes that are there. */
export function streamOf(bytes: Uint8Array, step = bytes.length): ByteStream {
  let at = 0;
  return new ByteStream((into) => {
    const part = bytes.subarray(at, at + Math.min(step, into.length));
    into.set(part);
    at += part.length;
    return part.length;
  });
}

/** The stream of a file, a pipe, a listening unix socket, or of stdin for `-`. */
export function openStream(path: string): ByteStream {
  const fd = path === "-" ? 0 : open(path);
  return new ByteStream(
    (into) => {
      for (;;) {
        const count = libc.read(fd, into, into.length);
        if (count >= 0) return count;
        const errno = errnoOf();
        if (errno !== EINTR) throw failure("read", path, errno);
      }
    },
    () => {
      if (fd > 0) libc.close(fd);
    },
  );
}

function open(path: string): number {
  try {
    return openFile(path, O.RDONLY);
  } catch (error) {
    if (error instanceof SystemError && error.errno === ENXIO) return connectUnix(path);
    throw error;
  }
}
