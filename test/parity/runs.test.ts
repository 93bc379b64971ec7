/**
 * The same jobs on the null engine by both programs: whatever the options determine is the same in
 * both JSON documents. Times are not compared, nor anything that hangs on them.
 */
import { expect, test } from "bun:test";
import { fathom } from "../support/binary.ts";

const FIO = Bun.which("fio");
const NONE = FIO === null ? " (skipped: no fio here)" : "";

/** Lines of one job or two; --ioengine=null, --thread and the format come in front. */
const RUNS: readonly string[] = [
  "--name=a --rw=read --size=4m",
  "--name=a --rw=randread --size=4m --bs=4k",
  "--name=a --rw=randread --size=1m --bs=512",
  "--name=a --rw=write --size=3m --bs=64k",
  "--name=a --rw=randwrite --size=4m --norandommap",
  "--name=a --rw=trim --size=1m",
  "--name=a --rw=randtrim --size=1m --bs=16k",
  "--name=a --rw=rw --size=4m",
  "--name=a --rw=randrw --size=4m --rwmixread=70",
  "--name=a --rw=randrw --size=4m --rwmixwrite=10 --randseed=7",
  "--name=a --rw=randrw --size=4m --bs=4k,16k --norandommap",
  "--name=a --rw=read --size=4m --io_size=1m",
  "--name=a --rw=randread --size=1m --io_size=3m --norandommap",
  "--name=a --rw=read --size=4m --number_ios=100",
  "--name=a --rw=randread --size=1m --loops=3",
  "--name=a --rw=write --size=4m --offset=1m",
  "--name=a --rw=randread --size=4m --numjobs=3",
  "--name=a --rw=randread --size=4m --numjobs=3 --group_reporting",
  "--name=a --rw=read --size=1m --name=b --rw=write --size=2m --stonewall",
  "--size=1m --name=a --rw=read --name=b --rw=randwrite --bs=8k --new_group",
  "--name=a --rw=randread --size=4m --iodepth=16 --iodepth_batch_submit=16 " +
    "--iodepth_batch_complete_min=16",
  "--name=a --rw=write --size=4m --nrfiles=4",
  "--name=a --rw=write --size=1m --fsync=16",
  "--name=a --rw=read --size=64k --thinktime=100 --thinktime_blocks=4",
  "--name=a --rw=randrw --size=1m --iodepth=4 --thinktime=50 --thinktime_blocks_type=issue",
  "--name=a --rw=read --size=1m --flow=3 --name=b --rw=read --size=1m --flow=1",
  "--name=a --rw=randrw --size=1m --max_latency=10000000,20000000",
];

interface Side {
  readonly total_ios: number;
  readonly io_bytes: number;
}
interface Job {
  readonly jobname: string;
  readonly groupid: number;
  readonly error: number;
  readonly read: Side;
  readonly write: Side;
  readonly trim: Side;
  readonly sync: { readonly total_ios: number };
  readonly iodepth_level: Readonly<Record<string, number>>;
}

const COMMON = ["--ioengine=null", "--thread", "--output-format=json", "--eta=never"];

/** What a document says that does not hang on time. */
function determined(document: string): unknown {
  // fio puts its notes in front of the document.
  const { jobs } = JSON.parse(document.slice(document.search(/^\{/m))) as {
    readonly jobs: readonly Job[];
  };
  const side = ({ total_ios, io_bytes }: Side) => [total_ios, io_bytes];
  return jobs.map(({ jobname, groupid, error, read, write, trim, sync, iodepth_level }) => ({
    job: [jobname, groupid, error],
    read: side(read),
    write: side(write),
    trim: side(trim),
    sync: sync.total_ios,
    depth: iodepth_level,
  }));
}

async function same(words: readonly string[], stdin = ""): Promise<void> {
  const child = Bun.spawn([FIO!, ...words], {
    stdin: Buffer.from(stdin),
    stderr: "pipe",
    cwd: "/tmp",
  });
  const [ours, theirs, said, exit] = await Promise.all([
    fathom(["fio", ...words], { stdin }),
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  expect([exit, said]).toEqual([0, ""]);
  expect([ours.exit, ours.err]).toEqual([0, ""]);
  expect(determined(ours.out)).toEqual(determined(theirs));
}

/**
 * All other lines are one run: a start of fio takes 0.3 s. Its null engine has one depth for all
 * jobs of a run, synchronous if one is, and jobs that are reported together are one of a group.
 */
const ALONE = RUNS.filter((line) => /--(name=b|iodepth|group_reporting)/.test(line));
const JOBS = RUNS.filter((line) => !ALONE.includes(line));

test.skipIf(FIO === null)(`both do the same of ${JOBS.length} jobs${NONE}`, async () => {
  const words = JOBS.map((line, index) => line.replace("--name=a", `--name=a${index}`));
  await same([...COMMON, ...words.flatMap((line) => line.split(" "))]);
});

test.skipIf(FIO === null).each(ALONE)(`both do the same of: %s${NONE}`, async (line) => {
  await same([...COMMON, ...line.split(" ")]);
});

/** Job files; both read them from standard input. */
const FILES: readonly string[] = [
  "[global]\nsize=2m\nbs=4k\n[a]\nrw=randread\n[b]\nstonewall\nrw=write\nnumjobs=2\n",
  "[global]\nrw=read\nsize=1m\n[a]\n[global]\nbs=8k ; from here on\n[b]\nrw=randwrite\n",
  "[globals]\nsize=1m\ngroup_reporting\nnumjobs=2\n[a]\nrw=rw\n[b]\nnew_group\nloops=2\n",
  "[a]\nname=other\nsize=4096k\nio_size=25%\nblocksize=16KB\n[b]\nsize=1MiB\nnumber_ios=7\n",
];

test.skipIf(FIO === null).each(FILES)(
  `both do the same of the job file: %j${NONE}`,
  async (text) => {
    // An option in front of a file is for all its jobs, unless the file says it too.
    await same([...COMMON, "--bs=2k", "-"], text);
  },
);
