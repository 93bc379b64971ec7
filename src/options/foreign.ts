/**
 * fio's names that fathom does not have, so that nobody is told that a well-known word is unknown:
 * what is still to come, and what needs hardware or a library and will not come. Names are fio's
 * (its manual, 3.42); which of them are which is fathom's own choice.
 */

import { words } from "./foreignengines.ts";
import type { LaterOption } from "./later/declare.ts";
import { LATER } from "./later/table.ts";

/** What options need that fathom has not. */
const NEEDS = new Map<string, string>(
  Object.entries({
    "a zoned block device": `zonecapacity read_beyond_wp max_open_zones job_max_open_zones
      ignore_zone_limits zone_reset_threshold zone_reset_frequency recover_zbd_write_error
      write_zone_remainder write_zone_remainders`,
    "an SSD whose spare area is known": "sprandom spr_num_regions spr_op spr_cs",
    "a GPU": "gpu_dev_id gpu_dev_ids cuda_io rocm_io",
    "flash that is worn out by trims": "block_error_percentiles",
    "a profile built into fio": `profile block numruns dir threads device-names load test-duration
      threads-per-queue read-req-num-512-blocks large-block-op-kbytes prep`,
    "an engine from outside fio": "dummy",
    "a device with data placement": `fdp dataplacement data_placement plid_select fdp_pli_select
      plids fdp_pli dp_scheme`,
    "NVMe or SCSI passthrough": `num_range cmd_type cdb_len write_mode verify_mode verify_bytchk
      read_mode readfua writefua deac md_per_io_size pi_act pi_chk apptag apptag_mask sg_write_mode
      stream_id`,
    "ext4's defragmentation": "donorname inplace",
    "raw flash (MTD)": "skip_bad",
    "Ceph's libraries": `clustername rbdname pool clientname busy_poll rbd_encryption_format
      rbd_encryption_passphrase conf touch_objects`,
    "the DAOS library": "cont object_class svcl",
    "the HDFS library": `namenode hdfsdirectory chunk_size single_instance
      single-instance hdfs_use_direct`,
    "the Gluster library": "volume brick",
    "RDMA hardware": "bindname verb",
    "the iSCSI library": "initiator",
    "the NFS library": "nfs_url",
    Windows: "no_completion_thread",
  }).flatMap(([need, names]) => [...words(names)].map((name) => [name, need] as const)),
);

/** Families of options of one library, by how their names begin. */
const FAMILIES: readonly (readonly [start: string, need: string])[] = [
  ["libblkio_", "the libblkio library"],
  ["xnvme_", "the xNVMe library"],
];

/** Options that fio itself has given up. */
const DROPPED = words(`
  percentage_sequential rwmixcycle verifysort verifysort_nr flow_watermark
`);

const LATER_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(LATER).flatMap(([name, { aliases = [] }]) =>
    [name, ...aliases].map((spelling) => [spelling, name]),
  ),
);

/** An option still to come, by its name or an alias. */
export function laterOption(
  spelling: string,
): (LaterOption & { readonly name: string }) | undefined {
  const name = LATER_NAMES.get(spelling);
  return name === undefined ? undefined : { name, ...LATER[name]! };
}

/** Every name and alias of fio's that is not an option here, for "did you mean". */
export function foreignNames(): readonly string[] {
  return [...LATER_NAMES.keys(), ...NEEDS.keys(), ...DROPPED];
}

/** What to say of a name of fio's that is not an option here; undefined when fio has none such. */
export function foreignOption(name: string): string | undefined {
  if (LATER_NAMES.has(name)) return "is not implemented yet";
  if (DROPPED.has(name)) return "is an option that fio gave up; leave it out";
  const need = NEEDS.get(name) ?? FAMILIES.find(([start]) => name.startsWith(start))?.[1];
  return need === undefined ? undefined : `needs ${need} and is not part of fathom`;
}
