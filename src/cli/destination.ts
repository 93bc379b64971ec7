/**
 * Where a document goes: decided and tried before the run, because a wrong name found after it
 * would cost the figures. Knows nothing of what the document says.
 */
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { SystemError, UserError } from "../base/errors.ts";
import { showPath } from "../plan/show.ts";
import { writeErr, writeOut } from "./output.ts";

/** How a document reaches its file; undefined is standard output. */
export interface Destination {
  /** As written. */
  readonly path: string;
  /** The file itself, links resolved. */
  readonly target: string;
  /**
   * Opened and written, where a rename would destroy a node (a device, a pipe, /dev/stdout), or no
   * second file can be made; else the document appears whole, by a rename.
   */
  readonly inPlace: boolean;
  /** Permissions of the file that is replaced. */
  readonly mode: number | undefined;
}

/** Opened by its name it would be truncated, replaced by a rename, or (a socket) not open. */
const STDOUT: ReadonlySet<string> = new Set(["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]);

/** Throws UserError for a place that no document can be written to. */
export function destinationOf(path: string | undefined): Destination | undefined {
  if (path === undefined || STDOUT.has(path)) return undefined;
  try {
    if (path === "") throw new Error("the name is empty; name a file, or - for standard output");
    return look(path);
  } catch (error) {
    const name = path === "" ? "" : `${showPath(path)} cannot be written: `;
    const message = `${name}${reasonOf(error)}`;
    throw new UserError([{ place: { source: "--output" }, message }]);
  }
}

function look(path: string): Destination {
  const there: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) {
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
    // Through a link that leads nowhere yet the file is made where it points to.
    const inPlace = isLink(path);
    return { path, target: path, inPlace, mode: undefined };
  }
  if (there.isDirectory()) throw new Error("it is a directory; name a file in it");
  accessSync(path, constants.W_OK);
  if (!there.isFile()) return { path, target: path, inPlace: true, mode: undefined };
  const target = realpathSync(path);
  return { path, target, inPlace: !roomBeside(target), mode: there.mode & 0o7777 };
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function roomBeside(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Throws SystemError, and leaves what was there as it was unless it is written in place. */
export function writeDocument({ path, target, inPlace, mode }: Destination, text: string): void {
  const made = inPlace ? target : join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  let fd: number | undefined;
  try {
    fd = openSync(made, "w");
    writeOut(text, fd, path);
    if (!inPlace) {
      if (mode !== undefined) fchmodSync(fd, mode);
      fsyncSync(fd);
      renameSync(made, target);
    }
  } catch (error) {
    if (!inPlace && fd !== undefined) unlinkSync(made);
    if (error instanceof SystemError) throw error;
    const { errno } = error as NodeJS.ErrnoException;
    throw new SystemError("write", path, Math.abs(errno ?? 0), reasonOf(error));
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** `EACCES (permission denied)`, or the sentence of an error that has no errno. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const text = /^[A-Z]+: ([^,]+)/.exec(message)?.[1];
  return text === undefined ? message : `${code} (${text})`;
}

/**
 * Writes the document where it was asked for. False when that failed: the run may have taken hours,
 * so its figures go to standard output instead and are not thrown away with the file.
 */
export function deliver(
  text: string,
  destination: Destination | undefined,
  program: string,
): boolean {
  if (destination === undefined) {
    writeOut(text);
    return true;
  }
  try {
    writeDocument(destination, text);
    return true;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    writeErr(`${program}: ${error.message}; the document goes to standard output instead\n`);
    writeOut(text);
    return false;
  }
}
