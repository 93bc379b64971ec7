/** Numbers of the Linux ABI that more than one file needs; each group names its header. */

const arm = process.arch === "arm64";

/** open(2), fcntl.h; O_DIRECT and its neighbours differ by architecture. */
export const O = {
  RDONLY: 0,
  WRONLY: 1,
  RDWR: 2,
  CREAT: 0o100,
  EXCL: 0o200,
  TRUNC: 0o1000,
  NONBLOCK: 0o4000,
  DSYNC: 0o10000,
  SYNC: 0o4010000,
  DIRECT: arm ? 0o200000 : 0o40000,
  NOATIME: 0o1000000,
  CLOEXEC: 0o2000000,
} as const;

/** fallocate(2), linux/falloc.h. */
export const FALLOC_KEEP_SIZE = 1;
export const FALLOC_PUNCH_HOLE = 2;

/** posix_fadvise(2), fcntl.h. */
export const FADVISE = {
  NORMAL: 0,
  RANDOM: 1,
  SEQUENTIAL: 2,
  WILLNEED: 3,
  DONTNEED: 4,
  NOREUSE: 5,
} as const;

/** lseek(2) whence. */
export const SEEK = { SET: 0, CUR: 1, END: 2, DATA: 3, HOLE: 4 } as const;

/** Clocks, time.h. */
export const CLOCK_REALTIME = 0;
export const CLOCK_MONOTONIC = 1;

/** Flags of one transfer: preadv2(2), io_uring and aio take the same; linux/fs.h. */
export const RWF = { HIPRI: 1, NOWAIT: 8, ATOMIC: 0x40, DONTCACHE: 0x80 } as const;

/** System call numbers, asm/unistd.h: x86-64, or the generic table of arm64. */
export const SYS = arm
  ? {
      futex: 98,
      gettid: 178,
      uname: 160,
      unlinkat: 35,
      ppoll: 73,
      ioprio_set: 30,
      sched_getscheduler: 120,
      setpriority: 140,
      getpriority: 141,
      set_mempolicy: 237,
      preadv2: 286,
      pwritev2: 287,
      io_setup: 0,
      io_destroy: 1,
      io_submit: 2,
      io_cancel: 3,
      io_getevents: 4,
      io_uring_setup: 425,
      io_uring_enter: 426,
      io_uring_register: 427,
    }
  : {
      futex: 202,
      gettid: 186,
      uname: 63,
      unlinkat: 263,
      ppoll: 271,
      ioprio_set: 251,
      sched_getscheduler: 145,
      setpriority: 141,
      getpriority: 140,
      set_mempolicy: 238,
      preadv2: 327,
      pwritev2: 328,
      io_setup: 206,
      io_destroy: 207,
      io_submit: 209,
      io_cancel: 210,
      io_getevents: 208,
      io_uring_setup: 425,
      io_uring_enter: 426,
      io_uring_register: 427,
    };
