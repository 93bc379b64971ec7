/**
 * The only writer of stdout and of `--output`. `process.stdout` is never touched: it makes a pipe
 * non-blocking and loses data at exit. Short writes are carried on, a full pipe is waited for, a
 * reader that went away ends the output quietly, and a full disk is an error.
 */
import {
  closeSync,
  fsyncSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
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

/**
 * The document into a file: a regular or new one appears whole, by a rename; a device, pipe or
 * /dev/stdout is opened and written, since a rename would destroy the node. Throws SystemError.
 */
export function writeDocument(path: string, text: string): void {
  const existing = statSync(path, { throwIfNoEntry: false });
  const inPlace = existing !== undefined && !existing.isFile();
  const target = inPlace ? path : join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  let fd: number | undefined;
  try {
    fd = openSync(target, "w");
    writeOut(text, fd, path);
    if (!inPlace) {
      fsyncSync(fd);
      renameSync(target, path);
    }
  } catch (error) {
    if (!inPlace && fd !== undefined) unlinkSync(target);
    if (error instanceof SystemError) throw error;
    const { code, errno, message } = error as NodeJS.ErrnoException;
    throw new SystemError("open", path, Math.abs(errno ?? 0), meaning(code, message));
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function meaning(code: string | undefined, message: string): string {
  const text = /^[A-Z]+: ([^,]+)/.exec(message)?.[1];
  return text === undefined ? (code ?? message) : `${code} (${text})`;
}
