/**
 * errno of this thread, and what each value means in words. The location is asked once a thread
 * (it differs in every Worker) and must be read right after the call that failed.
 */
import { type Pointer, toArrayBuffer } from "bun:ffi";
import { SystemError } from "../src/base/errors.ts";
import { libc } from "./libc.ts";

/** Element 0 is this thread's errno: in a hot path read it as `errno[0]`. */
export const errno = new Int32Array(toArrayBuffer(libc.__errno_location() as Pointer, 0, 4));

export const EPERM = 1;
export const ENOENT = 2;
export const EINTR = 4;
export const EIO = 5;
export const EAGAIN = 11;
export const ENOMEM = 12;
export const EFAULT = 14;
export const EBUSY = 16;
export const EINVAL = 22;
export const EMFILE = 24;
export const ENOSPC = 28;
export const ENOSYS = 38;
export const ETIME = 62;
export const EILSEQ = 84;
export const EOPNOTSUPP = 95;
export const ECANCELED = 125;
export const EDQUOT = 122;

/** errno of the call just made, as a positive number. */
export function errnoOf(): number {
  return errno[0]!;
}

/** Meanings of the values a storage program meets; errno(3). */
const MEANINGS: Readonly<Record<string, string>> = {
  EPERM: "operation not permitted",
  ENOENT: "no such file or directory",
  EINTR: "interrupted by a signal",
  EIO: "input/output error",
  ENXIO: "no such device or address",
  EBADF: "bad file descriptor",
  EAGAIN: "resource temporarily unavailable",
  ENOMEM: "out of memory",
  EACCES: "permission denied",
  EFAULT: "bad address",
  EBUSY: "device or resource busy",
  EEXIST: "file exists",
  EXDEV: "the files are on different file systems",
  ENODEV: "no such device",
  ENOTDIR: "not a directory",
  EISDIR: "is a directory",
  EINVAL: "invalid argument",
  ENFILE: "too many open files on this machine",
  EMFILE: "too many open files in this process",
  ENOTTY: "not supported by this kind of file",
  ETXTBSY: "the file is being executed",
  EFBIG: "file too large",
  ENOSPC: "no space left on the device",
  ESPIPE: "cannot seek in a pipe",
  EROFS: "read-only file system",
  EPIPE: "broken pipe",
  ENAMETOOLONG: "file name too long",
  ENOSYS: "not known to this kernel",
  ELOOP: "too many symbolic links",
  ETIME: "timer expired",
  EILSEQ: "the data is not what was written",
  EOPNOTSUPP: "operation not supported",
  ETIMEDOUT: "timed out",
  ESTALE: "stale file handle",
  EDQUOT: "disk quota exceeded",
  ECANCELED: "cancelled",
};

/** Names of the values from 1 on, asm-generic/errno.h; "-" is a value without one. */
const NAMES =
  "EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES " +
  "EFAULT ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY " +
  "ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK " +
  "ENOSYS ENOTEMPTY ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH " +
  "ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME " +
  "ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG " +
  "EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ " +
  "ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT " +
  "EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE " +
  "EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN " +
  "ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY " +
  "EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE " +
  "ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL " +
  "-";

/** Name of a positive errno value: `EIO`; `errno 4711` when it has none. */
export function errnoName(value: number): string {
  const name = NAMES.split(" ")[value - 1] ?? "-";
  return name === "-" ? `errno ${value}` : name;
}

/** Name and meaning: `EIO (input/output error)`. */
export function errnoText(value: number): string {
  const name = errnoName(value);
  const meaning = MEANINGS[name];
  return meaning === undefined ? name : `${name} (${meaning})`;
}

/** The error to throw for a failed call; `value` is a positive errno. */
export function failure(call: string, subject: string, value: number, hint = ""): SystemError {
  return new SystemError(call, subject, value, errnoText(value), hint);
}
