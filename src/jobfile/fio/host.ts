/** What a job file of fio may ask of the machine: its words, files to include, special files. */
import { readFileSync, statSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import type { Source } from "../document.ts";
import type { Machine } from "./values.ts";

export interface Host extends Machine {
  /** The text of a file that is included, or the sentence that says why there is none. */
  readonly include: (path: string, from: string) => Source | string;
  /** Whether there is a file of that name that is no regular one: a device, a directory. */
  readonly isSpecial: (path: string) => boolean;
}

/** A job file larger than this is none; 16 MiB. */
const LARGEST = 16 * 2 ** 20;

export function thisHost(memory: number = totalmem()): Host {
  return {
    environment: process.env,
    pageSize: pageSize(),
    cpus: availableParallelism(),
    memory,
    include,
    isSpecial: (path) => {
      const stat = statOf(path);
      return stat !== undefined && !stat.isFile();
    },
  };
}

/** A path in a job file is from that file's folder on. */
function include(path: string, from: string): Source | string {
  const name = isAbsolute(path) ? path : join(dirname(from), path);
  const stat = statOf(name);
  if (stat === undefined) return "cannot be included: there is no such file";
  if (!stat.isFile()) return "cannot be included: it is no regular file";
  if (stat.size > LARGEST) return "cannot be included: it is too large for a job file";
  try {
    return { name, text: readFileSync(name, "utf8") };
  } catch (error) {
    return `cannot be included: ${(error as NodeJS.ErrnoException).code ?? String(error)}`;
  }
}

function statOf(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A name with a NUL, or through a file that is no folder: there is nothing there.
    return undefined;
  }
}

/** AT_PAGESZ of the auxiliary vector, getauxval(3). */
const PAGE_SIZE_TYPE = 6n;
/** Of every machine whose vector cannot be read. */
const USUAL_PAGE = 4096;

function pageSize(): number {
  try {
    const pairs = new BigUint64Array(new Uint8Array(readFileSync("/proc/self/auxv")).buffer);
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      if (pairs[i] === PAGE_SIZE_TYPE) return Number(pairs[i + 1]);
    }
  } catch {
    // No /proc, as in a bare container.
  }
  return USUAL_PAGE;
}
