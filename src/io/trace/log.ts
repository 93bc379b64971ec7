/**
 * Writes the units of a job as a trace of fio's version 3, as `write_iolog` asks: a line a unit, in
 * the order they were taken, with µs since the job began. Lines are made as bytes in one buffer,
 * which goes out when it is full; nothing is allocated on the way.
 */
import { O } from "../../../ffi/constants.ts";
import { EINTR, errnoOf, failure } from "../../../ffi/errno.ts";
import { openFile } from "../../../ffi/file.ts";
import { libc } from "../../../ffi/libc.ts";
import { DIRECTIONS, FDATASYNC, SYNC } from "../../base/direction.ts";
import type { SystemError } from "../../base/errors.ts";

const BUFFER_BYTES = 256 * 1024;
/** Numbers of a line: a time, an offset and a length, 16 digits each, with their blanks. */
const NUMBERS_BYTES = 64;
const ZERO = 48;
const BLANK = 32;
const NEWLINE = 10;

const encoder = new TextEncoder();

export class TraceLog {
  readonly #fd: number;
  readonly #buffer = new Uint8Array(new ArrayBuffer(BUFFER_BYTES));
  #at = 0;
  readonly #names: readonly Uint8Array[];
  /** Words of the directions, and of datasync behind them, blanks around. */
  readonly #words = [...DIRECTIONS, "datasync"].map((word) => encoder.encode(` ${word} `));
  readonly #longest: number;
  /** The first failure of a write; everything after it is left out. */
  lost: SystemError | undefined;

  /** Throws SystemError when it cannot be opened. `append`: fio adds to a file that is there. */
  constructor(
    private readonly path: string,
    names: readonly string[],
    append: boolean,
  ) {
    this.#fd = openFile(path, O.WRONLY | O.CREAT | (append ? O_APPEND : O.TRUNC));
    this.#names = names.map((name) => encoder.encode(name));
    this.#longest = Math.max(0, ...this.#names.map(({ length }) => length)) + NUMBERS_BYTES;
    this.#bytes(encoder.encode("fio version 3 iolog\n"));
    for (const action of ["add", "open"]) this.#files(0, action);
  }

  /** `time` is in ns since the job began. */
  unit(
    time: number,
    direction: number,
    kind: number,
    file: number,
    offset: number,
    length: number,
  ): void {
    if (this.#at + this.#longest > BUFFER_BYTES) this.#flush();
    this.#number(time / 1000);
    this.#buffer[this.#at++] = BLANK;
    this.#bytes(this.#names[file]!);
    const sync = direction === SYNC;
    this.#bytes(this.#words[sync && kind === FDATASYNC ? SYNC + 1 : direction]!);
    this.#number(sync ? 0 : offset);
    this.#buffer[this.#at++] = BLANK;
    this.#number(sync ? 0 : length);
    this.#buffer[this.#at++] = NEWLINE;
  }

  close(time: number): void {
    this.#files(time, "close");
    this.#flush();
    libc.close(this.#fd);
  }

  #files(time: number, action: string): void {
    const word = encoder.encode(` ${action}\n`);
    for (const name of this.#names) {
      if (this.#at + this.#longest > BUFFER_BYTES) this.#flush();
      this.#number(time / 1000);
      this.#buffer[this.#at++] = BLANK;
      this.#bytes(name);
      this.#bytes(word);
    }
  }

  #bytes(bytes: Uint8Array): void {
    const buffer = this.#buffer;
    for (let i = 0; i < bytes.length; i++) buffer[this.#at++] = bytes[i]!;
  }

  /** The whole part of a number, in decimal. */
  #number(value: number): void {
    const buffer = this.#buffer;
    let rest = Math.max(0, Math.floor(value));
    let digits = 1;
    for (let power = 10; power <= rest; power *= 10) digits++;
    for (let at = this.#at + digits - 1; at >= this.#at; at--) {
      const shorter = Math.floor(rest / 10);
      buffer[at] = ZERO + (rest - shorter * 10);
      rest = shorter;
    }
    this.#at += digits;
  }

  #flush(): void {
    let done = 0;
    while (done < this.#at && this.lost === undefined) {
      const part = this.#buffer.subarray(done, this.#at);
      const wrote = libc.write(this.#fd, part, part.length);
      if (wrote >= 0) done += wrote;
      else if (errnoOf() !== EINTR) this.lost = failure("write", this.path, errnoOf());
    }
    this.#at = 0;
  }
}

/** open(2), fcntl.h; the same on x86-64 and arm64. */
const O_APPEND = 0o2000;
