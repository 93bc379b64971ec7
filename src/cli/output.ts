/**
 * The only writer of descriptors. `process.stdout` is never touched: it makes a pipe
 * non-blocking and loses data at exit. Short writes are carried on, a full pipe is waited for, a
 * reader that went away ends the output quietly, and a full disk is an error.
 */
import { writeSync } from "node:fs";
import { SystemError } from "../base/errors.ts";

const STDOUT = 1;
const STDERR = 2;

/** Writes all of it. False when the reader of the pipe is gone. Throws SystemError otherwise. */
export function writeOut(text: string, fd = STDOUT, name = "standard output"): boolean {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      const { code, errno, message } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") return false;
      if (code !== "EAGAIN" && code !== "EINTR") {
        throw new SystemError("write", name, Math.abs(errno ?? 0), meaning(code, message));
      }
      Bun.sleepSync(2);
    }
  }
  return true;
}

/** A note or an error for the person at the terminal; never fails. */
export function writeErr(text: string): void {
  try {
    writeOut(text, STDERR, "standard error");
  } catch {
    // Nobody is left to tell.
  }
}

function meaning(code: string | undefined, message: string): string {
  const text = /^[A-Z]+: ([^,]+)/.exec(message)?.[1];
  return text === undefined ? (code ?? message) : `${code} (${text})`;
}
