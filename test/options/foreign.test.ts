/**
 * Every name fio has is known: an option here, still to come, or with a reason why not. Held by a
 * list of its own, and by the description of fio that may lie beside the checkout.
 */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { foreignNames, foreignOption, laterOption } from "../../src/options/foreign.ts";
import { LATER } from "../../src/options/later/table.ts";
import { commonName, engineOptions } from "../../src/options/lookup.ts";

const engines = await engineOptions();

/** Where a name stands: one place, never two. */
function standing(name: string): string {
  const here = commonName(name) !== undefined || engines.has(name);
  const said = foreignOption(name) ?? "";
  const words = ["is not implemented yet", "needs", "gave up"].filter((word) =>
    said.includes(word),
  );
  return [...(here ? ["here"] : []), ...words].join(" and ");
}

// Every option and alias of fio 3.42's manual that libc alone could serve, engines' included.
const SERVED = `
  atomic unique_filename write_hint write_barrier
  kb_base unit_base name description loops numjobs runtime timeout time_based startdelay ramp_time
  ramp_size clocksource gtod_reduce gtod_cpu job_start_clock_id directory filename filename_format
  filetype opendir lockfile nrfiles nr_files openfiles file_service_type ioscheduler
  create_serialize create_fsync create_on_open create_only allow_file_create allow_mounted_write
  pre_read unlink unlink_each_loop zonemode zonerange zonesize zoneskip direct buffered rw readwrite
  rw_sequencer unified_rw_reporting randrepeat allrandrepeat randseed fallocate fadvise_hint offset
  fileoffset offset_align offset_increment number_ios fsync fdatasync sync_file_range overwrite
  end_fsync end_syncfs fsync_on_close rwmixread rwmixwrite random_distribution
  random_sequence_stride percentage_random norandommap softrandommap random_generator bs blocksize
  bsrange blocksize_range bssplit bs_unaligned blocksize_unaligned bs_is_seq_rand ba blockalign
  zero_buffers refill_buffers scramble_buffers buffer_compress_percentage buffer_compress_chunk
  buffer_pattern dedupe_percentage dedupe_mode dedupe_working_set_percentage dedupe_global
  invalidate sync mem iomem iomem_align mem_align hugepage-size lockmem size io_size io_limit
  filesize file_append fill_device fill_fs ioengine iodepth iodepth_batch iodepth_batch_submit
  iodepth_batch_complete_min iodepth_batch_complete iodepth_batch_complete_max iodepth_low
  serialize_overlap io_submit_mode thinkcycles thinktime thinktime_spin thinktime_blocks
  thinktime_blocks_type thinktime_iotime rate rate_min ratemin rate_iops rate_iops_min rate_process
  rate_cycle ratecycle rate_ignore_thinktime latency_target latency_window latency_percentile
  latency_run max_latency write_iolog read_iolog read_iolog_chunked replay_no_stall
  replay_time_scale replay_redirect replay_align replay_scale replay_skip thread wait_for comm nice
  prio prioclass cpus_allowed cpus_allowed_policy cpumask numa_cpu_nodes numa_mem_policy cgroup
  cgroup_weight cgroup_nodelete flow_id flow flow_sleep stonewall wait_for_previous exitall
  exit_what exec_prerun exec_postrun uid gid verify_only do_verify verify verify_offset
  verify_interval verify_pattern verify_pattern_interval verify_policy verify_fatal verify_dump
  verify_async verify_async_cpus verify_backlog verify_backlog_batch verify_state_save
  verify_state_load experimental_verify verify_write_sequence verify_header_seed trim_percentage
  trim_verify_zero trim_backlog trim_backlog_batch steadystate ss steadystate_duration ss_dur
  steadystate_ramp_time ss_ramp steadystate_check_interval ss_interval per_job_logs group_reporting
  new_group stats write_bw_log write_lat_log write_hist_log write_iops_log log_entries log_avg_msec
  log_hist_msec log_hist_coarseness log_window_value log_max_value log_offset log_prio
  log_issue_time log_compression log_compression_cpus log_store_compressed log_alternate_epoch
  log_unix_epoch log_alternate_epoch_clock_id bwavgtime iopsavgtime disk_util disable_lat
  disable_clat disable_slat disable_bw_measurement disable_bw clat_percentiles lat_percentiles
  slat_percentiles percentile_list significant_figures exitall_on_error continue_on_error
  ignore_error error_dump hipri hipri_percentage nowait uncached fixedbufs registerfiles
  sqthread_poll sqthread_poll_cpu nonvectored force_async userspace_reap libaio_vectored cpuload
  cpuchunks cpumode exit_on_io_done hostname port protocol proto nodelay listen pingpong interface
  ttl window_size mss program arguments grace_time std_redirect stat_type thp uri http_host
  http_user http_pass https http_mode http_s3_key http_s3_keyid http_s3_security_token
  http_s3_region http_s3_sse_customer_key http_s3_sse_customer_algorithm http_s3_storage_class
  http_swift_auth_token http_verbose http_object_mode`;

// What needs hardware, a library or another program.
const NEEDY = `
  zonecapacity read_beyond_wp max_open_zones job_max_open_zones ignore_zone_limits
  zone_reset_threshold zone_reset_frequency recover_zbd_write_error write_zone_remainder
  write_zone_remainders sprandom spr_num_regions spr_op spr_cs num_range
  gpu_dev_id
  block_error_percentiles profile fdp dataplacement data_placement plid_select fdp_pli_select plids
  fdp_pli dp_scheme cmd_type
  cdb_len write_mode verify_mode verify_bytchk read_mode readfua writefua deac md_per_io_size pi_act
  pi_chk apptag apptag_mask donorname inplace skip_bad sg_write_mode stream_id clustername rbdname
  pool clientname busy_poll rbd_encryption_format rbd_encryption_passphrase conf touch_objects cont
  chunk_size object_class svcl namenode hdfsdirectory single_instance hdfs_use_direct volume brick
  bindname verb libblkio_driver libblkio_path xnvme_async xnvme_dev_nsid gpu_dev_ids cuda_io rocm_io
  initiator nfs_url no_completion_thread dummy numruns device-names test-duration prep`;

const GIVEN_UP = "percentage_sequential rwmixcycle verifysort verifysort_nr flow_watermark";

const SERVED_AS = ["here", "is not implemented yet"];

const words = (text: string): string[] => text.trim().split(/\s+/);

describe("every name of fio's is known", () => {
  test("what libc can serve is an option or still to come", () => {
    const wrong = words(SERVED).filter((name) => !SERVED_AS.includes(standing(name)));
    expect(wrong).toEqual([]);
    expect(new Set(words(SERVED)).size).toBeGreaterThan(270);
  });

  test("what needs more says what", () => {
    expect(words(NEEDY).filter((name) => standing(name) !== "needs")).toEqual([]);
  });

  test("what fio gave up says so", () => {
    for (const name of words(GIVEN_UP)) expect(standing(name)).toBe("gave up");
  });

  test("no other name is", () => {
    expect(words("iodeph warmup destroy __proto__ constructor xnvme").map(foreignOption)).toEqual(
      Array(6).fill(undefined),
    );
  });
});

const PAGE = join(import.meta.dir, "..", "..", "..", "shared", "fio-semantics.md");

/** Names of the first column of the page's tables of options, aliases included. */
function namesOnPage(): { readonly job: Map<string, string>; readonly engine: readonly string[] } {
  const text = readFileSync(PAGE, "utf8");
  const between = (from: string, to: string): string[] =>
    text.slice(text.indexOf(`\n${from}`), text.indexOf(`\n${to}`)).split("\n");
  const job = new Map<string, string>();
  for (const line of between("## 2.2", "## 2.3")) {
    const cells = line.split(" | ");
    const named = /^\| `([^`]+)`(?: \(([^)]+)\))?$/.exec(cells[0] ?? "");
    for (const name of [named?.[1], ...(named?.[2]?.split(", ") ?? [])]) {
      if (name !== undefined) job.set(name, cells.at(-1)!.replace(" |", ""));
    }
  }
  const cells = between("## 2.3", "# 3").map((line) => /^\| (.+?) \|/.exec(line)?.[1] ?? "");
  const engine = cells
    .filter((cell) => cell !== "option")
    .flatMap((cell) => cell.replace(/\([^)]*\)|\w+…/g, "").match(/(?<![\w-])[a-z][\w-]*/g) ?? []);
  return { job, engine };
}

describe.skipIf(!existsSync(PAGE))("the description beside the checkout (skipped without)", () => {
  test("names no job option that is unknown, nor one in the wrong place", () => {
    const { job } = namesOnPage();
    expect(job.size).toBeGreaterThan(260);
    const allowed: Readonly<Record<string, readonly string[]>> = {
      A: SERVED_AS,
      B: SERVED_AS,
      // Some need less than the page thinks, and are here.
      C: ["here", "needs", "gave up"],
      "–": ["gave up"],
    };
    const wrong = [...job].filter(([name, tier]) => !allowed[tier]?.includes(standing(name)));
    expect(wrong).toEqual([]);
  });

  test("names no engine option that is unknown", () => {
    const { engine } = namesOnPage();
    expect(engine.length).toBeGreaterThan(110);
    expect(engine.filter((name) => ![...SERVED_AS, "needs"].includes(standing(name)))).toEqual([]);
  });
});

const fio = Bun.which("fio");

describe.skipIf(fio === null)("the fio that is installed (skipped without)", () => {
  const help = (...words: readonly string[]): Promise<string> =>
    new Response(Bun.spawn([fio!, ...words], { stderr: "ignore" }).stdout).text();
  /** Options are listed by name; those that depend on another are indented. */
  const listed = (text: string): string[] =>
    [...text.matchAll(/^ *([a-z][\w-]*) *: /gm)].map(([, name]) => name!);
  const known = [...SERVED_AS, "needs", "gave up"];
  const unknown = (names: readonly string[]): readonly string[] =>
    names.filter((name) => !known.includes(standing(name)));

  test("has no option of jobs that is unknown", async () => {
    const names = listed(await help("--cmdhelp=all"));
    expect(names.length).toBeGreaterThan(200);
    expect(unknown(names)).toEqual([]);
  });

  test("has no option of an engine that is unknown", async () => {
    const engines = [...(await help("--enghelp")).matchAll(/^\t(\S+)/gm)].map(([, name]) => name);
    const texts = await Promise.all(engines.map((engine) => help(`--enghelp=${engine}`)));
    const names = texts.flatMap(listed);
    expect(names.length).toBeGreaterThan(60);
    expect(unknown(names)).toEqual([]);
  });
});

describe.each(Object.entries(LATER))("still to come: %s", (name, option) => {
  test("says what it will be", () => {
    expect(option.summary).toMatch(/^\S.{5,90}[^.\s]$/);
    expect(option.group).toMatch(/^\S/);
    if (option.detail !== undefined) expect(option.detail).toMatch(/^\S.*\.$/);
    if (option.metavar === "") expect(option.fallback).toBe("false");
    const words =
      option.values ??
      (/^[a-z_0-9]+(\|[a-z_0-9]+)+$/.test(option.metavar) ? option.metavar.split("|") : []);
    if (words.length > 0 && option.fallback !== "") {
      expect(words).toContain(option.fallback.replace(/:.*/, ""));
    }
    for (const spelling of [name, ...(option.aliases ?? [])]) {
      expect(laterOption(spelling)?.name).toBe(name);
    }
  });
});

test("no name is told twice", () => {
  const names = foreignNames();
  expect(new Set(names).size).toBe(names.length);
});
