/**
 * Opening one target as a job's options say: flags, space set aside for a writer, what the kernel
 * is told of what is to come. Knows one target at a time; which are open is `files.ts`.
 */
import { FADVISE, O } from "../../ffi/constants.ts";
import { EINVAL, ENOENT, failure } from "../../ffi/errno.ts";
import { lengthOf, openFile, setWriteHint } from "../../ffi/file.ts";
import { libc } from "../../ffi/libc.ts";
import { workOf } from "../base/rw.ts";
import type { JobSpec } from "../options/options.ts";
import { reserve } from "./reserve.ts";
import type { Target } from "./target.ts";

/** What a job says about opening its files. */
export type OpeningSpec = Pick<
  JobSpec,
  | "rw"
  | "direct"
  | "sync"
  | "fallocate"
  | "fadvise_hint"
  | "write_hint"
  | "create_on_open"
  | "fill_device"
  | "allow_file_create"
>;

const EMFILE = 24;
const ETXTBSY = 26;

/** A descriptor of the target; throws SystemError with the path. */
export function openTarget(target: Target, spec: OpeningSpec): number {
  const { path, kind } = target;
  const writing = writes(spec);
  let flags: number = writing ? O.RDWR : O.RDONLY;
  if (writing && kind === "regular" && spec.allow_file_create) flags |= O.CREAT;
  if (spec.direct && kind !== "pipe") flags |= O.DIRECT;
  if (spec.sync === "sync") flags |= O.SYNC;
  if (spec.sync === "dsync") flags |= O.DSYNC;
  const fd = openFile(path, flags, (errno) => hint(errno, spec));
  try {
    prepare(fd, target, spec);
  } catch (error) {
    libc.close(fd);
    throw error;
  }
  return fd;
}

export function writes(spec: Pick<JobSpec, "rw">): boolean {
  return workOf(spec).changes;
}

/** Sets a writer's space aside and tells the kernel what is to come. */
function prepare(fd: number, { path, kind, offset, length }: Target, spec: OpeningSpec): void {
  const reserves = kind === "regular" && writes(spec) && !spec.create_on_open && !spec.fill_device;
  if (reserves && lengthOf(fd, path) < offset + length) {
    reserve(fd, path, spec.fallocate, offset + length);
  }
  if (kind !== "regular" && kind !== "block") return;
  const advice = adviceOf(spec);
  if (advice !== undefined) libc.posix_fadvise(fd, offset, length, advice);
  if (spec.write_hint !== undefined) {
    const errno = setWriteHint(fd, spec.write_hint, spec.direct);
    const instead = "leave write_hint out";
    if (errno !== 0)
      throw failure(`fcntl F_SET_RW_HINT (${spec.write_hint})`, path, errno, instead);
  }
}

function adviceOf({ fadvise_hint, rw }: OpeningSpec): number | undefined {
  switch (fadvise_hint) {
    case "none":
      return undefined;
    case "random":
      return FADVISE.RANDOM;
    case "sequential":
      return FADVISE.SEQUENTIAL;
    case "noreuse":
      return FADVISE.NOREUSE;
    default:
      return workOf({ rw }).random ? FADVISE.RANDOM : FADVISE.SEQUENTIAL;
  }
}

function hint(errno: number, { direct, allow_file_create }: OpeningSpec): string {
  if (errno === EINVAL && direct) {
    return "this file system or device does no direct I/O: use direct = false";
  }
  if (errno === ENOENT && !allow_file_create) {
    return "allow_file_create = false keeps the job from making it";
  }
  if (errno === EMFILE) return "raise it with ulimit -n, or use fewer files or jobs";
  if (errno === ETXTBSY) return "it is in use as swap or as a running program";
  return "";
}
