/**
 * What the kernel says of itself in small files and one call, for code on a job's thread: node:fs
 * and node:os would cost each of them half a megabyte and three milliseconds.
 */
import { O, SYS } from "./constants.ts";
import { cString, libc } from "./libc.ts";

/** Longest file read here; /proc/sys and /sys values are far shorter. */
const LONGEST = 4096;

/** Six fields of 65 bytes, linux/utsname.h; the third is the release. */
const FIELD = 65;
const RELEASE = 2;

/** The trimmed text of a small file; undefined when it is not there or cannot be read. */
export function smallFile(path: string): string | undefined {
  const fd = libc.open(cString(path), O.RDONLY | O.CLOEXEC, 0);
  if (fd < 0) return undefined;
  const bytes = new Uint8Array(new ArrayBuffer(LONGEST));
  const length = libc.read(fd, bytes, LONGEST);
  libc.close(fd);
  return length < 0 ? undefined : new TextDecoder().decode(bytes.subarray(0, length)).trim();
}

/** As `uname -r`: "6.1.0-18-amd64". uname(2). */
export function kernelRelease(): string {
  const bytes = new Uint8Array(new ArrayBuffer(FIELD * 6));
  libc.syscall(SYS.uname, bytes, 0, 0, 0, 0, 0);
  const field = bytes.subarray(FIELD * RELEASE, FIELD * (RELEASE + 1));
  return new TextDecoder().decode(field.subarray(0, field.indexOf(0)));
}
