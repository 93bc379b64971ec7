/** Job files of fio, and jobs of its command line, as jobs. */
import { expect, test } from "bun:test";
import { readJobs } from "../../../src/jobfile/read.ts";
import { file, fioJobs, fioMistakes, hostWith } from "./helpers.ts";

test("sections are jobs in order, and [global] is for the jobs after it", async () => {
  const jobs = await fioJobs(
    "[a]\nsize=1m\n[global]\nbs=8k\n[b]\nsize=1m\n[globalx]\nbs=16k\nrw=write\n" +
      "[c]\nsize=1m\nbs=1k\n",
  );
  expect(jobs.map(({ spec }) => [spec.name, spec.bs.read, spec.rw])).toEqual([
    ["a", 4096, "read"],
    ["b", 8192, "read"],
    ["c", 1024, "write"],
  ]);
});

test("two sections of one name are two jobs", async () => {
  const jobs = await fioJobs("[a]\nbs=1k\n[a]\nbs=2k\n");
  expect(jobs.map(({ spec }) => [spec.name, spec.bs.read])).toEqual([
    ["a", 1024],
    ["a", 2048],
  ]);
});

test("a name in a section counts, one in [global] does not", async () => {
  const jobs = await fioJobs("[global]\nname=all\n[a]\n[b]\nname=c\n");
  expect(jobs.map(({ spec }) => spec.name)).toEqual(["a", "c"]);
});

test("; and # cut a line wherever they stand", async () => {
  const [job] = await fioJobs(
    "; first\n[a] # the job\n  filename=/a#b ; c\nsize = 1m;x\n#rw=write\n",
  );
  expect(job?.spec).toMatchObject({ filename: ["/a"], size: 2 ** 20, rw: "read" });
});

test("of an option that is written twice the last one counts, under any of its names", async () => {
  const [job] = await fioJobs(
    "[a]\nbs=1k\nblocksize=2k\nreadwrite=write\nrw=read\nbuffered=1\ndirect=1",
  );
  expect(job?.spec).toMatchObject({ rw: "read", direct: true, buffered: false });
  expect(job?.spec.bs.read).toBe(2048);
});

test("values are read by fio's rules", async () => {
  const [job] = await fioJobs(
    "[a]\nbs=4KiB,8k\nruntime=10sec\nsize=(64k*4)\noffset=50%\nfilename=/a:/b\\:c\nfsync=1k\n" +
      "percentile_list=99.9:50\nnumjobs=$ncpus*2\nsync=1\ntime_based\nstonewall=0\nrandseed=0x89\n",
  );
  expect(job?.spec).toMatchObject({
    bs: { read: 4000, write: 8192, trim: 8192 },
    runtime: 10_000,
    size: 262_144,
    offset: { percent: 50 },
    filename: ["/a", "/b:c"],
    fsync: 1024,
    percentile_list: [50, 99.9],
    numjobs: 12,
    sync: "sync",
    time_based: true,
    stonewall: false,
    randseed: 137,
  });
});

test("flow_sleep is a number of us and no time, as fio has it", async () => {
  const sleep = async (text: string): Promise<unknown> => {
    const [job] = await fioJobs(`[a]\nioengine=null\nsize=1m\nflow_sleep=${text}\n`);
    return job?.spec.flow_sleep;
  };
  expect(await sleep("1000")).toBe(1e6);
  expect(await sleep("1ms")).toBe(2 ** 20 * 1e3);
});

test("an empty size between commas stays as it is", async () => {
  const jobs = await fioJobs("[a]\nbs=8k,32k,\n[b]\nbs=,8k\n");
  expect(jobs.map(({ spec }) => spec.bs)).toEqual([
    { read: 8192, write: 32_768, trim: 4096 },
    { read: 4096, write: 8192, trim: 8192 },
  ]);
});

test("kb_base counts for its whole section and for the jobs after a [global]", async () => {
  const jobs = await fioJobs(
    "[global]\nbs=1k\nkb_base=1000\n[a]\nio_size=1m\n[b]\nio_size=1m\nkb_base=1024\n" +
      "[c]\nio_size=1m",
  );
  expect(jobs.map(({ spec }) => spec.io_size)).toEqual([1e6, 2 ** 20, 1e6]);
  expect(jobs[0]?.spec.bs.read).toBe(1000);
});

test("the environment and the machine fill in what is named", async () => {
  const [job] = await fioJobs(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: fio's own way to name a variable
    "[a]\nio_size=${SIZE}\nbs=$pagesize\nsize=$mb_memory*2\ndescription=x${EMPTY}y${NONE}z",
  );
  expect(job?.spec.bs.read).toBe(4096);
  expect(job?.spec).toMatchObject({ io_size: 65_536, size: 16_384, description: "xyz" });
});

test("0 is how fio says that a number is not set", async () => {
  const [job] = await fioJobs("[a]\nnumber_ios=0\nio_size=0\nfilesize=0\nrandseed=0\n");
  expect(job?.spec).toMatchObject({ number_ios: undefined, io_size: undefined, randseed: 0 });
});

test("what fio drops is dropped with a note, and no passes are one", async () => {
  const text = "[global]\ntime_based\nloops=0\n[a]\n[b]\nruntime=1\n[c]\nloops=3\n";
  const jobs = await fioJobs(text);
  expect(jobs.map(({ spec, notes }) => [spec.time_based, spec.loops, notes.length])).toEqual([
    [false, 1, 1],
    [true, 1, 0],
    [false, 3, 1],
  ]);
});

test("a section called like a device is about it, where nothing else is said", async () => {
  const host = hostWith({}, ["/dev/x"]);
  const text =
    "[/dev/x]\n[/dev/y]\nsize=1m\n[/dev/x]\nfilename=/tmp/f\n" + "[/dev/x]\nnrfiles=2\nsize=1m";
  const jobs = await fioJobs(text, host);
  expect(jobs.map(({ spec }) => spec.filename)).toEqual([["/dev/x"], [], ["/tmp/f"], []]);
});

test("a file that is included stands where the word is, with places of its own", async () => {
  const host = hostWith({ "b.fio": "bs=8k\n[b]\nbs=foo\n" });
  const text = "[a]\n  include b.fio\nrw=write\n";
  expect(await fioMistakes(text, host)).toEqual([
    expect.stringMatching(/^b\.fio:3:4: bs: "foo" is not a number/),
  ]);
  const [job] = await fioJobs("[a]\ninclude c.fio", hostWith({ "c.fio": "bs=8k" }));
  expect(job?.spec.bs.read).toBe(8192);
});

test("files that include each other are refused", async () => {
  const host = hostWith({ "a.fio": "include a.fio\ninclude a.fio\n" });
  expect((await fioMistakes("include a.fio\n[a]\n", host))[0]).toContain("include each other");
  expect(await fioMistakes("[a]\ninclude none\n")).toEqual(['a.fio:2:9: "none" is not there']);
});

test("each later file stands behind a stonewall and has globals of its own", async () => {
  const jobs = await fioJobs([
    file("[global]\nbs=8k\n[a]\n[b]\n"),
    file("[c]\n[d]\n", "b.fio"),
    file("[e]\nstonewall=0", "c.fio"),
  ]);
  expect(jobs.map(({ spec }) => [spec.name, spec.stonewall, spec.bs.read])).toEqual([
    ["a", false, 8192],
    ["b", false, 8192],
    ["c", true, 4096],
    ["d", false, 4096],
    ["e", false, 4096],
  ]);
});

test("only the sections that were asked for are run", async () => {
  const text = "[global]\nbs=8k\n[a]\n[b]\nverify=crc32c\n[a]\nbs=1k";
  const jobs = await fioJobs([{ kind: "file", name: "a.fio", text, sections: ["a"] }]);
  expect(jobs.map(({ spec }) => spec.bs.read)).toEqual([8192, 1024]);
});

test("a command line makes jobs; what stands before them is for the first file too", async () => {
  const jobs = await fioJobs([
    { kind: "job", options: [["bs", "8k"]] },
    {
      kind: "job",
      options: [
        ["name", "a"],
        ["time_based", undefined],
        ["runtime", "5"],
      ],
    },
    {
      kind: "job",
      options: [
        ["name", "global"],
        ["rw", "write"],
      ],
    },
    {
      kind: "job",
      options: [
        ["name", "b"],
        ["percentile_list", "50:99"],
      ],
    },
    file("[c]\nbs=1k\n"),
    file("[d]\n", "b.fio"),
  ]);
  expect(jobs.map(({ spec }) => [spec.name, spec.bs.read, spec.rw, spec.runtime])).toEqual([
    ["a", 8192, "read", 5e9],
    ["b", 8192, "write", 0],
    ["c", 1024, "write", 0],
    ["d", 4096, "read", 0],
  ]);
  expect(jobs[1]?.spec.percentile_list).toEqual([50, 99]);
  expect(jobs[0]?.written.get("bs")).toMatchObject({ from: "--bs" });
});

test("every mistake is shown, at its place", async () => {
  const text =
    "[a]\nbs=foo\n rwx=read\nss=bw:1%\ndirect=true\niodepth=\nrw=randread:x\ncuda_io=x\nrw\n" +
    "runtime=1-3\nsize=8z\nfixedbufs\n";
  expect(await fioMistakes(text)).toEqual([
    expect.stringMatching(/^a\.fio:2:4: bs: "foo" is not a number; write digits/),
    "a.fio:3:2: rwx: there is no such option; did you mean rw?",
    expect.stringContaining("a.fio:4:1: ss: is not implemented yet"),
    expect.stringMatching(/^a\.fio:5:8: direct: "true" is neither 0 nor 1/),
    expect.stringMatching(/^a\.fio:6:9: iodepth: has an empty value; write iodepth=N/),
    expect.stringMatching(/^a\.fio:7:4: rw: "x" is no count of units/),
    expect.stringMatching(/^a\.fio:8:1: cuda_io: needs a GPU and is not part of fathom/),
    expect.stringMatching(/^a\.fio:9:1: rw: needs a value/),
    expect.stringMatching(/^a\.fio:10:9: runtime: "1-3" is a range/),
    expect.stringMatching(/^a\.fio:11:6: size: "8z": zones are not implemented/),
    expect.stringMatching(/^a\.fio:12:1: fixedbufs: is an option of io_uring/),
  ]);
});

test("a mistake of a [global] that many jobs have is shown once", async () => {
  expect(await fioMistakes("[global]\nbs=x\nfoo=1\n[a]\n[b]\n")).toHaveLength(2);
});

test("a mistake counts though a later line or no job makes it void", async () => {
  expect(await fioMistakes("[a]\nbs=-1\nbs=8k\n")).toEqual([
    expect.stringContaining('a.fio:2:4: bs: "-1" is below zero'),
  ]);
  expect(await fioMistakes("[a]\n[global]\nbs=-1\n")).toEqual([
    expect.stringContaining('a.fio:3:4: bs: "-1" is below zero'),
  ]);
});

test("a line outside of a section, and a header that does not end, are refused", async () => {
  expect(await fioMistakes("rw=read\n[a\nrw=write\n")).toEqual([
    expect.stringMatching(/^a\.fio:1:1: an option stands in a section/),
    expect.stringMatching(/^a\.fio:2:1: "\[a" is no header/),
  ]);
});

test("options that ask for nothing are passed over, those that ask are not", async () => {
  const silent =
    "verify=0\ndo_verify=0\nthinktime=0\nrate=0\nrandom_distribution=random\nmem=malloc\n" +
    "create_serialize=1\nunified_rw_reporting=none\nlog_avg_msec=500\nkb_base=1024\nnice=0\n" +
    "unit_base=8\ncontinue_on_error=none\nlatency_target=0us\nrwmixread=70\n";
  await fioJobs(`[a]\nrw=write\nsize=1m\n${silent}`);
  for (const line of ["ss=bw:1%", "write_bw_log=x"]) {
    expect(await fioMistakes(`[a]\nsize=1m\n${line}\n`)).toHaveLength(1);
  }
});

test("among the operands of run, *.fio is fio's and the rest is TOML", async () => {
  const sources = [
    { name: "a.toml", text: '[job.a]\nruntime = "10s"\niodepth = 4' },
    { name: "b.fio", text: "[global]\nbs=4KiB\n[b]\nruntime=10sec\n" },
    { name: "C.FIO", text: "[c]\nioengine=null\nsize=1m\n" },
  ];
  const { jobs, problems } = await readJobs(sources, [["rw", "write"]]);
  expect(problems).toEqual([]);
  expect(jobs.map(({ spec }) => [spec.name, spec.runtime, spec.ioengine, spec.stonewall])).toEqual([
    ["a", 10e9, undefined, false],
    ["b", 10_000, "psync", true],
    ["c", 0, "null", true],
  ]);
  expect(jobs.map(({ spec }) => spec.rw)).toEqual(["write", "write", "write"]);
  expect(jobs[1]?.origins.get("bs")).toBe("[global] b.fio:2");
  const empty = await readJobs([{ name: "e.fio", text: "[global]\nbs=1k" }], []);
  expect(empty.problems.map(({ message }) => message)).toEqual([
    expect.stringContaining("there is no job in it"),
  ]);
});
