/**
 * Where fio spells the options of a job otherwise than the table: what it lacks, and which options
 * may stand without a value. One source for its command line, its job files and the reference.
 */

/** Options of ours → what fio has in their place. */
export const NOT_OF_FIO: ReadonlyMap<string, string> = new Map([
  ["destroy", "no such option"],
  ["warmup", "no such option"],
  ["rate_catchup", "no such option"],
  ["rate_spin", "no such option"],
  ["stuck_timeout", "no such option"],
  ["readonly", "--readonly, for the whole run"],
]);

/**
 * Job options that may stand without a value; fio's type "empty or boolean value", by its
 * --cmdhelp and --enghelp. Every other takes the next word.
 */
export const BARE_OPTIONS: ReadonlySet<string> = new Set(
  `time_based norandommap bs_unaligned blocksize_unaligned zero_buffers refill_buffers thread
   stonewall wait_for_previous exitall exitall_on_error group_reporting new_group verify_only
   hipri fixedbufs registerfiles sqthread_poll userspace_reap listen pingpong prep`.split(/\s+/),
);
