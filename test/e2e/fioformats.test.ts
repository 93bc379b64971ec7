/** What `fathom run` prints for fio's readers: one document of the format that was asked for. */
import { expect, test } from "bun:test";
import { fathom } from "../support/binary.ts";

const JOB = ["run", "--ioengine=null", "--size=64k", "--description=small", "--rw=randread"];

async function printed(format: string): Promise<string> {
  const { exit, out, err } = await fathom([...JOB, `--output-format=${format}`]);
  expect([exit, err]).toEqual([0, ""]);
  return out;
}

test("fio-json is a document of fio's with the job's figures", async () => {
  const { jobs, ...rest } = JSON.parse(await printed("fio-json"));
  expect(rest["fio version"]).toBe("fio-3.42");
  expect(jobs).toHaveLength(1);
  expect(jobs[0]).toMatchObject({ jobname: "job", error: 0, desc: "small" });
  expect(jobs[0].read).toMatchObject({ io_bytes: 65_536, total_ios: 16, short_ios: 0 });
  expect(jobs[0].read.clat_ns).not.toHaveProperty("bins");
  expect(jobs[0]["job options"]).toMatchObject({ ioengine: "null", size: "64k" });
  expect(Math.abs(rest.timestamp_ms - jobs[0].job_start)).toBeLessThan(60_000);
});

test("fio-json+ has the bins besides", async () => {
  const [{ read }] = JSON.parse(await printed("fio-json+")).jobs;
  const counts: number[] = Object.values(read.clat_ns.bins);
  expect(counts.reduce((a, b) => a + b, 0)).toBe(16);
});

test("fio-normal has the job's lines and the group's", async () => {
  const text = await printed("fio-normal");
  expect(text).toMatch(/^job: \(g=0\): rw=randread, bs=\(R\) 4096B-4096B, .*ioengine=null/);
  expect(text).toMatch(/^job: \(groupid=0, jobs=1\): err= 0: pid=\d+: /m);
  expect(text).toMatch(
    /^Run status group 0 \(all jobs\):\n {3}READ: bw=.*, io=64\.0KiB \(65\.5kB\)/m,
  );
});

test("fio-terse is one line of version 3", async () => {
  const text = await printed("fio-terse");
  expect(text).toMatch(/^3;fio-3\.42;job;0;0;64;\d+;\d+;\d+;.*;small\n$/);
  expect(text.split(";")).toHaveLength(122);
});
