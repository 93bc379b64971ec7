/** Jobs whose units are not all alike, on the binary: warm-up, engines and reports with them. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { documentOf, fathom } from "../support/binary.ts";
import { Ground } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("workload");
const cwd = ground.root;
const MIB = 2 ** 20;

async function run(...words: readonly string[]) {
  const target = `--filename=${ground.path("target")}`;
  const all = ["run", "--output-format=json", target, "--size=2m", ...words];
  const { exit, out, err } = await fathom(all, { cwd });
  expect(err).toBe("");
  expect(exit).toBe(0);
  const { jobs, total } = documentOf(out);
  return { work: jobs[0]!.work, total };
}

test.each([
  ["psync", "1"],
  ["io_uring", "8"],
])("a range, random with a map, moves every byte once (%s)", async (engine, depth) => {
  const words = [`--ioengine=${engine}`, `--iodepth=${depth}`, "--rw=randwrite"];
  const { work, total } = await run(...words, "--bsrange=4k-64k");
  expect(total.write.bytes).toBe(2 * MIB);
  expect(total.write.ios).toBeGreaterThan(32);
  expect(total.write.ios).toBeLessThan(512);
  expect([work.block_bytes.write, work.block_most_bytes.write]).toEqual([4096, 65_536]);
});

test("shares and shares of random units of a mix", async () => {
  const words = ["--bssplit=4k/60:64k/40,8k", "--percentage_random=50,20"];
  const { work, total } = await run("--rw=randrw", ...words);
  expect(work.block_most_bytes).toEqual({ read: 65_536, write: 8192, trim: 8192 });
  expect(total.read.bytes + total.write.bytes).toBeGreaterThanOrEqual(2 * MIB);
  expect(total.write.bytes).toBe(total.write.ios * 8192);
});

test("every block is trimmed and written", async () => {
  for (const rw of ["trimwrite", "randtrimwrite"]) {
    const { work, total } = await run(`--rw=${rw}`, "--bs=16k");
    expect(work.rw).toBe(rw);
    expect([total.trim.bytes, total.write.bytes]).toEqual([2 * MIB, 2 * MIB]);
  }
});

test.each([
  "--rw=read:8k",
  "--rw=write:-8k",
  "--rw=randread:8",
  "--rw=randwrite:4 --rw_sequencer=identical",
  "--rw=randread --random_generator=lfsr",
  "--rw=randread --random_generator=tausworthe64 --bsrange=4k-16k",
  "--rw=randwrite --bs=4k,64k --bs_is_seq_rand --percentage_random=30",
])("%s runs to its end, and is warmed up", async (words) => {
  const { total } = await run(...words.split(" "));
  expect(total.read.bytes + total.write.bytes).toBeGreaterThan(MIB);
});

test("fathom fio takes fio's spelling of them", async () => {
  const words = ["--name=a", "--ioengine=null", "--size=1m", "--rw=randrw", "--output-format=json"];
  const more = [
    "--bssplit=4k/60:64k/40,8k/50:16k/",
    "--percentage_random=50,20",
    "--bsrange=1k:2k",
  ];
  const { exit, out } = await fathom(["fio", ...words, ...more.slice(0, 2)], { cwd });
  expect(exit).toBe(0);
  expect(JSON.parse(out).jobs[0]["job options"]).toMatchObject({ rw: "randrw" });
  expect((await fathom(["fio", ...words, more[2]!], { cwd })).exit).toBe(0);
});
