/**
 * Options that fathom does not have yet, written so that they ask for nothing: the value fio has
 * anyway, or a detail of something that is not asked for. Job files are full of them, and what says
 * nothing is no reason to refuse a file. An option that fathom has is never looked up here.
 */
import { commonName } from "../../options/lookup.ts";

/** Option → the values that change nothing (fio 3.42's defaults, section 2 of its manual). */
const DEFAULTS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    "0": `create_on_open pre_read unlink_each_loop zonerange zonesize zoneskip zonecapacity
      read_beyond_wp max_open_zones job_max_open_zones ignore_zone_limits
      softrandommap sprandom atomic bs_unaligned blocksize_unaligned bs_is_seq_rand
      file_append fill_device fill_fs nice cgroup_nodelete
      exitall exitall_on_error experimental_verify verify verify_only verify_backlog
      verify_offset verify_async verify_state_load verify_write_sequence verify_header_seed
      trim_percentage trim_verify_zero trim_backlog
      write_barrier offset_align`,
    "1": "create_serialize allow_file_create fadvise_hint",
    none: "lockfile zonemode write_hint continue_on_error sync_file_range",
    tausworthe: "random_generator",
    "100": "percentage_random",
    roundrobin: "file_service_type",
    inline: "io_submit_mode",
  }).flatMap(([value, names]) =>
    names
      .split(/\s+/)
      .map((name): [string, string[]] => [name, value === "none" ? ["none", "0"] : [value]]),
  ),
);

/** Detail → what it is a detail of: without that it does nothing. */
const DETAILS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    verify: `do_verify verify_fatal verify_dump verify_interval verify_pattern verify_offset
      verify_pattern_interval verify_async verify_async_cpus verify_backlog verify_backlog_batch
      verify_state_save verify_state_load verifysort verifysort_nr verify_write_sequence
      verify_header_seed`,
    "write_bw_log write_lat_log write_iops_log write_hist_log": `log_avg_msec log_entries
      log_hist_msec log_hist_coarseness log_window_value log_max_value log_offset log_prio
      log_issue_time log_compression log_compression_cpus log_store_compressed per_job_logs
      log_unix_epoch log_alternate_epoch log_alternate_epoch_clock_id`,
    "steadystate ss": `steadystate_duration ss_dur steadystate_ramp_time ss_ramp
      steadystate_check_interval ss_interval`,
    trim_percentage: "trim_backlog trim_backlog_batch trim_verify_zero",
    "exitall exitall_on_error": "exit_what",
    flow: "flow_id flow_sleep",
  }).flatMap(([needs, names]) =>
    names.split(/\s+/).map((name): [string, string[]] => [name, needs.split(" ")]),
  ),
);

/**
 * Nothing of the work: how a server names files, and the options of fio's
 * profiles, which every job may have and which do nothing outside of their profile.
 */
const SHOWN: ReadonlySet<string> = new Set(
  `unique_filename threads block numruns dir device-names load test-duration
   threads-per-queue read-req-num-512-blocks large-block-op-kbytes prep`.split(/\s+/),
);

/** Why a line asks for nothing: what it says is so anyway, or it is a detail of these options. */
export type Moot = "usual" | readonly string[];

/** Undefined for a line that asks for something. An option written alone is on. */
export function mootness(key: string, text: string | undefined): Moot | undefined {
  if (SHOWN.has(key)) return "usual";
  const value = (text ?? "1").trim();
  const plain = /^[+-]?0+(us|ms|[smhdkgtbpib%]*)$/i.test(value) ? "0" : value;
  if (DEFAULTS.get(key)?.includes(plain)) return "usual";
  const needs = DETAILS.get(key);
  // As long as none of these can be asked for, whoever does is told so.
  return needs?.every((name) => commonName(name) === undefined) ? needs : undefined;
}
