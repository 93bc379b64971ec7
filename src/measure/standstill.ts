/**
 * Where another thread or process stands in the kernel, from /proc/TID/task/TID/syscall: the
 * call, and of calls on a file the file and the place in it. Call numbers are asm/unistd's, which
 * differ by processor.
 */
import { readFileSync, readlinkSync } from "node:fs";

export interface Standstill {
  /** Name of the call; empty when that is not known. */
  readonly call: string;
  /** The file it is about; empty when there is none. */
  readonly subject: string;
  /** Place in the file in bytes, of the calls that name one. */
  readonly offset?: number;
  readonly length?: number;
  /** "pread /data/f at offset 0, 4096 bytes". */
  readonly text: string;
}

/** Which arguments of a call are its descriptor, length and offset; -1 for none. */
type Shape = readonly [name: string, file: number, length: number, offset: number];

const X64: Readonly<Record<number, Shape>> = {
  0: ["read", 0, 2, -1],
  1: ["write", 0, 2, -1],
  17: ["pread", 0, 2, 3],
  18: ["pwrite", 0, 2, 3],
  74: ["fsync", 0, -1, -1],
  75: ["fdatasync", 0, -1, -1],
  257: ["openat", -1, -1, -1],
  277: ["sync_file_range", 0, 2, 1],
  285: ["fallocate", 0, 3, 2],
  295: ["preadv", 0, -1, 3],
  296: ["pwritev", 0, -1, 3],
  306: ["syncfs", 0, -1, -1],
  327: ["preadv2", 0, -1, 3],
  328: ["pwritev2", 0, -1, 3],
  3: ["close", 0, -1, -1],
  202: ["futex", -1, -1, -1],
  208: ["io_getevents", -1, -1, -1],
  209: ["io_submit", -1, -1, -1],
  426: ["io_uring_enter", -1, -1, -1],
};

const ARM64: Readonly<Record<number, Shape>> = {
  63: X64[0]!,
  64: X64[1]!,
  67: X64[17]!,
  68: X64[18]!,
  82: X64[74]!,
  83: X64[75]!,
  56: X64[257]!,
  84: X64[277]!,
  47: X64[285]!,
  69: X64[295]!,
  70: X64[296]!,
  267: X64[306]!,
  286: X64[327]!,
  287: X64[328]!,
  57: X64[3]!,
  98: X64[202]!,
  4: X64[208]!,
  2: X64[209]!,
  426: X64[426]!,
};

/** Never throws: a thread that is gone, or a kernel that tells nothing, is "the kernel". */
export function standstill(thread: number): Standstill {
  const unknown = { call: "", subject: "", text: "the kernel" };
  const line = textOf(() => readFileSync(`/proc/${thread}/task/${thread}/syscall`, "utf8"));
  return /^\d/.test(line) ? (describe(line, process.arch, thread) ?? unknown) : unknown;
}

/** Of a line of that file: the number, six arguments in hex, stack and instruction pointers. */
export function describe(
  line: string,
  arch: string = process.arch,
  task: number | "self" = "self",
): Standstill | undefined {
  const [number = "", ...words] = line.trim().split(" ");
  const shape = (arch === "arm64" ? ARM64 : X64)[Number(number)];
  if (shape === undefined) return undefined;
  const [call, file, lengthAt, offsetAt] = shape;
  const word = (at: number): number | undefined => (at < 0 ? undefined : Number(words[at]));
  const fd = word(file);
  const subject = fd === undefined ? "" : textOf(() => readlinkSync(`/proc/${task}/fd/${fd}`));
  const offset = word(offsetAt);
  const length = word(lengthAt);
  const where = [
    ...(offset === undefined ? [] : [` at offset ${offset}`]),
    ...(length === undefined ? [] : [`, ${length} bytes`]),
  ];
  return {
    call,
    subject,
    ...(offset === undefined ? {} : { offset }),
    ...(length === undefined ? {} : { length }),
    text: [call, ...(subject === "" ? [] : [subject])].join(" ") + where.join(""),
  };
}

function textOf(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
