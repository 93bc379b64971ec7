/**
 * Numbers of the io_uring ABI that fathom uses, all from linux/io_uring.h unless said otherwise.
 * Names are the header's without their IORING_ prefix.
 */

/** io_uring_setup flags. */
export const SETUP = {
  IOPOLL: 1 << 0,
  SQPOLL: 1 << 1,
  SQ_AFF: 1 << 2,
  CQSIZE: 1 << 3,
  COOP_TASKRUN: 1 << 8,
  TASKRUN_FLAG: 1 << 9,
  SINGLE_ISSUER: 1 << 12,
  DEFER_TASKRUN: 1 << 13,
} as const;

/** Words of the submission ring's flags. */
export const SQ_NEED_WAKEUP = 1;
export const SQ_CQ_OVERFLOW = 2;
export const SQ_TASKRUN = 4;

/** io_uring_enter flags. */
export const ENTER = { GETEVENTS: 1, SQ_WAKEUP: 2, EXT_ARG: 8, REGISTERED_RING: 16 } as const;

export const FEATURE_SINGLE_MMAP = 1;
export const FEATURE_EXT_ARG = 1 << 8;

/** Operations. */
export const OP = {
  READV: 1,
  WRITEV: 2,
  FSYNC: 3,
  READ_FIXED: 4,
  WRITE_FIXED: 5,
  SYNC_FILE_RANGE: 8,
  ASYNC_CANCEL: 14,
  FALLOCATE: 17,
  READ: 22,
  WRITE: 23,
  URING_CMD: 46,
} as const;

/** Flags of an entry, as they lie in its first word (its second byte). */
export const ENTRY_FIXED_FILE = 1 << 8;
export const ENTRY_ASYNC = 1 << 12;

export const FSYNC_DATASYNC = 1;

/** 32-bit words of a submission entry. */
export const ENTRY_WORDS = 16;

/** IORING_MAX_ENTRIES of io_uring/io_uring.h: the longest submission ring. */
export const MOST_ENTRIES = 32768;

export const REGISTER_BUFFERS = 0;
export const REGISTER_FILES = 2;
export const REGISTER_PROBE = 8;
export const REGISTER_RING_FDS = 20;
export const UNREGISTER_RING_FDS = 21;

export const OFFSET_ENTRIES = 0x10000000;
export const OP_SUPPORTED = 1;
export const POLLIN = 1;
