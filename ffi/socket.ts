/**
 * Unix sockets, as far as a trace is read from one: connect(2) to a path. Everything after that is
 * read(2) on the descriptor.
 */
import { EINTR, EINVAL, errnoOf, failure } from "./errno.ts";
import { libc } from "./libc.ts";

/** asm/unistd.h; sys/socket.h. */
const [SYS_SOCKET, SYS_CONNECT] = process.arch === "arm64" ? [198, 203] : [41, 42];
const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;
/** Longest path of a struct sockaddr_un, its NUL left out; unix(7). */
const LONGEST_PATH = 107;

/** Descriptor of a connection to the socket of that path. Throws SystemError. */
export function connectUnix(path: string): number {
  const name = new TextEncoder().encode(path);
  if (name.length > LONGEST_PATH) {
    throw failure("connect", path, EINVAL, `a socket's path has at most ${LONGEST_PATH} bytes`);
  }
  // struct sockaddr_un: a u16 with the family in the machine's order, then the path and a NUL.
  const address = new Uint8Array(new ArrayBuffer(2 + LONGEST_PATH + 1));
  address[0] = AF_UNIX;
  address.set(name, 2);
  const fd = libc.syscall(SYS_SOCKET, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, 0, 0, 0);
  if (fd < 0) throw failure("socket", path, errnoOf());
  while (libc.syscall(SYS_CONNECT, fd, address, 2 + name.length + 1, 0, 0, 0) < 0) {
    const errno = errnoOf();
    if (errno === EINTR) continue;
    libc.close(fd);
    throw failure("connect", path, errno);
  }
  return fd;
}
