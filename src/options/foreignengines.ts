/**
 * fio's engines that fathom does not have: those still to come, and those that need hardware or a
 * library and will not come. Texts until somebody asks: a job whose engine is there never does.
 */

/** Engines that later versions will have. */
const LATER_ENGINES = `
  vsync mmap posixaio splice net netsplice cpuio falloc ftruncate filecreate filestat filedelete
  dircreate dirstat dirdelete exec page_fault nbd http
`;

const ENGINE_NEEDS: Readonly<Record<string, string>> = {
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
};

/** What to say of an engine that is not here; undefined when fio has none of that name either. */
export function foreignEngine(name: string): string | undefined {
  if (words(LATER_ENGINES).has(name) || name.startsWith("external:")) {
    return "is not implemented yet";
  }
  const need = Object.keys(ENGINE_NEEDS).find((key) => words(ENGINE_NEEDS[key]!).has(name));
  return need === undefined ? undefined : `needs ${need} and is not part of fathom`;
}

/** The words of a text, in any layout. */
export function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ""));
}
