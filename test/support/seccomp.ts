/** A system call made to fail for this thread and all it starts, as profiles of containers do. */
import { errnoOf } from "../../ffi/errno.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate, view } from "../../ffi/memory.ts";

/** linux/prctl.h, linux/seccomp.h, linux/bpf_common.h. */
const PR_SET_NO_NEW_PRIVS = 38;
const PR_SET_SECCOMP = 22;
const SECCOMP_MODE_FILTER = 2;
const LOAD_WORD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const FAIL = 0x00050000;

/** For good: a filter is never taken off again. */
export function refuseCall(call: number, errno: number): void {
  const address = allocate(4096);
  const words = new Uint32Array(view(address, 64));
  // struct sock_filter: code (16 bits), jumps if true and false (8 bits each), constant (32 bits).
  words.set([LOAD_WORD, 0]);
  words.set([JUMP_IF_EQUAL | (1 << 24), call], 2);
  words.set([RETURN, FAIL | errno], 4);
  words.set([RETURN, ALLOW], 6);
  // struct sock_fprog: how many, and where.
  words.set([4, 0, address % 2 ** 32, address / 2 ** 32], 12);
  libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, address + 48, 0, 0) < 0) {
    throw new Error(`prctl: errno ${errnoOf()}`);
  }
}
