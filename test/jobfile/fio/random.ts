/** Random job files of fio: lines that fathom takes, and with `wild` any others among them. */
import fc from "fast-check";

const VALUES: Readonly<Record<string, readonly string[]>> = {
  name: ["n", "other"],
  description: ["some text", 'it\'s "quoted"', "tab\there", "back\\slash"],
  rw: ["read", "write", "randread", "randrw", "readwrite", "randwrite"],
  readwrite: ["read", "randwrite"],
  bs: ["4k", "8k,16k", ",8k", "512,", "4KiB", "(2k*2)", "1k,2k,4k"],
  blocksize: ["16k", "0x1000"],
  ba: ["4k", "1k,,"],
  size: ["1m", "50%", "10g", "2MiB", "0"],
  io_size: ["1g", "25%", "0"],
  filesize: ["64m"],
  offset: ["1m", "10%"],
  offset_increment: ["1m"],
  runtime: ["10", "10s", "10sec", "5m", "1500ms"],
  timeout: ["3"],
  ramp_time: ["1", "2s"],
  startdelay: ["0", "1", "1-3", "500ms-2s"],
  direct: ["0", "1"],
  buffered: ["0", "1"],
  rwmixread: ["70", "0"],
  rwmixwrite: ["10"],
  iodepth: ["1", "8", "1k"],
  iodepth_batch: ["4", "0"],
  iodepth_batch_complete: ["2"],
  iodepth_low: ["3"],
  numjobs: ["2", "$ncpus"],
  nrfiles: ["3"],
  filename: ["/tmp/a", "/tmp/a:/tmp/b", "/tmp/x\\:y"],
  directory: ["/tmp", "/tmp:/var/tmp"],
  filename_format: ["f.$jobnum.$filenum"],
  percentile_list: ["50:99", "99.9:1"],
  sync: ["0", "1", "dsync"],
  fsync: ["0", "32"],
  randseed: ["0x89", "7"],
  fallocate: ["none", "0", "keep"],
  clocksource: ["cpu", "clock_gettime"],
  ioengine: ["null", "psync", "sync", "libaio", "io_uring"],
  buffer_pattern: ["0xdeadbeef", '"abcd"-12', "7"],
  kb_base: ["1000", "1024"],
  number_ios: ["0", "100"],
  gtod_reduce: ["0", "1"],
  invalidate: ["0"],
  verify: ["0"],
  thinktime: ["0"],
};

const BARE = [
  "norandommap",
  "stonewall",
  "group_reporting",
  "zero_buffers",
  "thread",
  "new_group",
  "time_based",
];

const good = fc.oneof(
  ...Object.entries(VALUES).map(([key, values]) =>
    fc.constantFrom(...values).map((value) => `${key}=${value}`),
  ),
  fc.constantFrom(...BARE),
  fc.constantFrom("; a comment", "", "bs=8k ; why", "  # another", "iodepth=2#x"),
);

const header = fc.constantFrom(
  "[a]",
  "[b]",
  "[a b]",
  "[global]",
  "[global 2]",
  "[ü.x]",
  "[__proto__]",
);

const odd = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 12 }).map((text) => `[${text}]`),
  fc
    .tuple(fc.constantFrom(...Object.keys(VALUES)), fc.string({ maxLength: 12 }))
    .map(([key, text]) => `${key}=${text}`),
  fc.constantFrom("include a", "[", "[]", "]", "=", "=1", "[global", "rw:x=1", "constructor=1"),
  fc.constantFrom("size=((((", "bs=-1", "iodepth=${", "numjobs=$ncpus$ncpus", "size=1-2", "bs=\0"),
  fc.constantFrom(
    "__proto__=1",
    "toString",
    "verify=crc32c",
    "size=99999999999999999999",
    "\ufeff",
  ),
);

/** `wild`: also lines that make no sense. */
export function iniText(wild: boolean): fc.Arbitrary<string> {
  const line = wild ? fc.oneof({ weight: 3, arbitrary: good }, odd) : good;
  const section = fc.tuple(header, fc.array(line, { maxLength: 4 }));
  return fc
    .tuple(
      wild ? fc.array(odd, { maxLength: 1 }) : fc.constant([]),
      fc.array(section, { maxLength: 4 }),
    )
    .map(([head, sections]) =>
      [...head, ...sections.flatMap(([name, lines]) => [name, ...lines])].join("\n"),
    );
}
