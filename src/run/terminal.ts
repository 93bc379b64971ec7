/**
 * Whether a descriptor is a terminal, and how wide. node:tty would tell too, for 2 MB of memory,
 * and process.stdout would make a pipe non-blocking.
 */
import { libc } from "../../ffi/libc.ts";

/** Window size of a terminal, asm-generic/ioctls.h: four 16-bit words, rows and columns first. */
const TIOCGWINSZ = 0x5413;
const COLUMNS = 1;

/** A terminal that does not say how wide it is. */
const USUAL = 80;

/** Columns of the terminal; undefined when the descriptor is none. */
export function terminalColumns(fd: number): number | undefined {
  const size = new Uint16Array(new ArrayBuffer(8));
  if (libc.ioctl(fd, TIOCGWINSZ, size) !== 0) return undefined;
  return size[COLUMNS] || USUAL;
}
