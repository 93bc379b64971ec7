/**
 * fio's names that fathom does not have, so that nobody is told that a well-known word is unknown:
 * what is still to come, and what needs hardware or a library and will not come. Names are fio's
 * (its manual, 3.42); which of them are which is fathom's own choice.
 */

/** Options that later versions will have. */
const LATER = words(`
  kb_base unit_base ramp_size gtod_cpu job_start_clock_id
  unique_filename opendir lockfile openfiles file_service_type ioscheduler create_serialize
  create_on_open allow_file_create pre_read unlink_each_loop
  zonemode zonerange zonesize zoneskip
  rw_sequencer unified_rw_reporting fadvise_hint offset_align sync_file_range
  random_distribution random_sequence_stride percentage_random softrandommap random_generator
  bsrange blocksize_range bssplit bs_unaligned blocksize_unaligned bs_is_seq_rand
  buffer_compress_percentage buffer_compress_chunk dedupe_percentage dedupe_mode
  dedupe_working_set_percentage dedupe_global mem iomem iomem_align mem_align hugepage-size lockmem
  file_append fill_device fill_fs serialize_overlap io_submit_mode
  thinkcycles thinktime thinktime_spin thinktime_blocks thinktime_blocks_type thinktime_iotime
  rate rate_min ratemin rate_iops rate_iops_min rate_process rate_cycle ratecycle
  rate_ignore_thinktime latency_target latency_window latency_percentile latency_run max_latency
  write_iolog read_iolog read_iolog_chunked replay_no_stall replay_time_scale replay_redirect
  replay_align replay_scale replay_skip
  wait_for comm nice prio prioclass cpus_allowed cpus_allowed_policy cpumask numa_cpu_nodes
  numa_mem_policy cgroup cgroup_weight cgroup_nodelete flow_id flow flow_sleep exitall exit_what
  exec_prerun exec_postrun uid gid
  verify_only do_verify verify verify_offset verify_interval verify_pattern
  verify_pattern_interval verify_policy verify_fatal verify_dump verify_async verify_async_cpus
  verify_backlog verify_backlog_batch verify_state_save verify_state_load experimental_verify
  verify_write_sequence verify_header_seed trim_percentage trim_verify_zero trim_backlog
  trim_backlog_batch
  steadystate ss steadystate_duration ss_dur steadystate_ramp_time ss_ramp
  steadystate_check_interval ss_interval
  per_job_logs write_bw_log write_lat_log write_hist_log write_iops_log log_entries log_avg_msec
  log_hist_msec log_hist_coarseness log_window_value log_max_value log_offset log_prio
  log_issue_time log_compression log_compression_cpus log_store_compressed log_alternate_epoch
  log_unix_epoch log_alternate_epoch_clock_id bwavgtime iopsavgtime disk_util significant_figures
  exitall_on_error continue_on_error ignore_error error_dump
  cpuload cpuchunks cpumode exit_on_io_done hostname port protocol proto nodelay listen pingpong
  interface ttl window_size mss program arguments grace_time std_redirect stat_type thp uri
  http_host http_user http_pass https http_mode http_s3_key http_s3_keyid http_s3_security_token
  http_s3_region http_s3_sse_customer_key http_s3_sse_customer_algorithm http_s3_storage_class
  http_swift_auth_token http_verbose http_object_mode
`);

/** What options need that fathom has not. */
const NEEDS = new Map<string, string>(
  Object.entries({
    "a zoned block device": `zonecapacity read_beyond_wp max_open_zones job_max_open_zones
      ignore_zone_limits zone_reset_threshold zone_reset_frequency recover_zbd_write_error
      write_zone_remainder write_zone_remainders`,
    "a device with write lifetimes": "write_hint",
    "an SSD whose spare area is known": "sprandom spr_num_regions spr_op spr_cs",
    "a device with atomic writes": "atomic",
    "binary traces of blktrace": `merge_blktrace_file merge_blktrace_scalars
      merge_blktrace_iters`,
    "a device with command duration limits": "priohint",
    "a GPU": "gpu_dev_id gpu_dev_ids cuda_io rocm_io",
    "flash that is worn out by trims": "block_error_percentiles",
    "a profile built into fio": "profile",
    "a device with data placement": `fdp dataplacement data_placement plid_select fdp_pli_select
      plids fdp_pli dp_scheme`,
    "a device that obeys priorities": `cmdprio_percentage cmdprio_class cmdprio_hint cmdprio
      cmdprio_bssplit`,
    "NVMe or SCSI passthrough": `num_range cmd_type cdb_len write_mode verify_mode verify_bytchk
      read_mode readfua writefua deac md_per_io_size pi_act pi_chk apptag apptag_mask sg_write_mode
      stream_id`,
    "ext4's defragmentation": "donorname inplace",
    "raw flash (MTD)": "skip_bad",
    "Ceph's libraries": `clustername rbdname pool clientname busy_poll rbd_encryption_format
      rbd_encryption_passphrase conf touch_objects`,
    "the DAOS library": "cont object_class svcl",
    "the HDFS library": "namenode hdfsdirectory chunk_size single_instance hdfs_use_direct",
    "the Gluster library": "volume brick",
    "RDMA hardware": "bindname verb",
    "the iSCSI library": "initiator",
    "the NFS library": "nfs_url",
    Windows: "no_completion_thread",
  }).flatMap(([need, names]) => [...words(names)].map((name) => [name, need] as const)),
);

/** Options that fio itself has given up. */
const DROPPED = words(`
  percentage_sequential rwmixcycle verifysort verifysort_nr flow_watermark write_barrier
`);

/** Engines that later versions will have. */
const LATER_ENGINES = words(`
  vsync mmap posixaio splice net netsplice cpuio falloc ftruncate filecreate filestat filedelete
  dircreate dirstat dirdelete exec page_fault nbd http
`);

const ENGINE_NEEDS = new Map<string, string>(
  Object.entries({
    "NVMe passthrough devices": "io_uring_cmd",
    "SCSI generic devices": "sg",
    "raw flash (MTD)": "mtd",
    "ext4's defragmentation": "e4defrag",
    "RDMA hardware": "rdma",
    "Ceph's libraries": "rbd rados",
    "the Gluster library": "gfapi gfapi_async",
    "the HDFS library": "libhdfs",
    "the DAOS library": "dfs",
    "the IME library": "ime_psync ime_psyncv ime_aio",
    "persistent memory": "libpmem pmemblk dev-dax",
    "a zoned block device and libzbc": "libzbc",
    "the iSCSI library": "libiscsi",
    "the NFS library": "nfs",
    "the xNVMe library": "xnvme",
    "the libblkio library": "libblkio",
    "a GPU": "libcufile libhipfile",
    Solaris: "solarisaio",
    Windows: "windowsaio",
  }).flatMap(([need, names]) => [...words(names)].map((name) => [name, need] as const)),
);

/** What to say of a name of fio's that is not an option here; undefined when fio has none such. */
export function foreignOption(name: string): string | undefined {
  if (LATER.has(name)) return "is not implemented yet";
  if (DROPPED.has(name)) return "is an option that fio gave up; leave it out";
  const need = NEEDS.get(name);
  return need === undefined ? undefined : `needs ${need} and is not part of fathom`;
}

/** The same of an engine. */
export function foreignEngine(name: string): string | undefined {
  if (LATER_ENGINES.has(name) || name.startsWith("external:")) return "is not implemented yet";
  const need = ENGINE_NEEDS.get(name);
  return need === undefined ? undefined : `needs ${need} and is not part of fathom`;
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ""));
}
