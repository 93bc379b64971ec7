/** What writes leave in files, from the option to the byte, with the binary. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { run } from "../support/binary.ts";
import { Ground } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("buffers");
const cwd = ground.root;

/** The files that a job file's jobs leave, by name. */
async function written(jobs: string, ...names: readonly string[]): Promise<readonly Buffer[]> {
  for (const name of names) rmSync(ground.path(name), { force: true });
  const { exit, err } = await run(jobs, { cwd });
  expect([exit, err]).toEqual([0, ""]);
  return names.map((name) => readFileSync(ground.path(name)));
}

/** How often each block is there, of all files together. */
function counts(files: readonly Buffer[], block = 4096): ReadonlyMap<bigint, number> {
  const found = new Map<bigint, number>();
  for (const bytes of files) {
    for (let at = 0; at < bytes.length; at += block) {
      const hash = Bun.hash.xxHash3(bytes.subarray(at, at + block));
      found.set(hash, (found.get(hash) ?? 0) + 1);
    }
  }
  return found;
}

const GLOBAL = `[global]
ioengine = "io_uring"
iodepth = 16
size = "16m"
rw = "randwrite"
warmup = false
`;

test("jobs with dedupe_global repeat blocks of each other, as many as was asked for", async () => {
  const jobs = `${GLOBAL}dedupe_percentage = 50
dedupe_mode = "working_set"
dedupe_working_set_percentage = 50
dedupe_global = true
[job.other]
filename = "other"
dedupe_global = false
dedupe_percentage = 0
refill_buffers = true
[job.a]
filename = "a"
[job.b]
filename = "b"
`;
  const [a, b, other] = await written(jobs, "a", "b", "other");
  for (const alone of [a!, b!]) {
    expect(Math.abs(1 - counts([alone]).size / 4096 - 0.34)).toBeLessThan(0.02);
  }
  expect(Math.abs(1 - counts([a!, b!]).size / 8192 - 0.5)).toBeLessThan(0.02);
  expect(counts([other!]).size).toBe(4096);
  const both = counts([a!, b!]);
  expect([...counts([other!]).keys()].some((hash) => both.has(hash))).toBe(false);
});

test("a working set has the size that was asked for, in a mix with reads too", async () => {
  const jobs = `${GLOBAL}filename = "f"
dedupe_percentage = 80
dedupe_mode = "working_set"
dedupe_working_set_percentage = 2
[job.a]
[job.b]
rw = "randrw"
filename = "g"
loops = 2
`;
  const [f, g] = await written(jobs, "f", "g");
  const often = [...counts([f!]).values()].filter((count) => count > 1);
  expect(often.length).toBe(Math.floor(4096 * 0.02));
  expect(Math.abs(1 - counts([f!]).size / 4096 - 0.8)).toBeLessThan(0.02);
  const mixed = counts([g!]).size / 4096;
  expect(Math.abs(1 - mixed - 0.8)).toBeLessThan(0.04);
});

test("what compresses and repeats is the same in every run, and another with a seed", async () => {
  const jobs = (seed: string) => `${GLOBAL}filename = "f"
dedupe_percentage = 20
buffer_compress_percentage = 60
buffer_compress_chunk = 0
${seed}
[job.a]
`;
  const [first] = await written(jobs(""), "f");
  const [second] = await written(jobs(""), "f");
  const [third] = await written(jobs("randseed = 7"), "f");
  expect(second!.equals(first!)).toBe(true);
  expect(third!.equals(first!)).toBe(false);
  const unique = counts([first!]).size / 4096;
  expect(Math.abs(unique - 0.8)).toBeLessThan(0.02);
  const packed = Bun.zstdCompressSync(first!.subarray(0, 4096)).length / 4096;
  expect(Math.abs(packed - 0.4)).toBeLessThan(0.03);
});

test("buffers a byte off a page are scrambled and refilled like any other", async () => {
  for (const refill of [false, true]) {
    const [f] = await written(
      `${GLOBAL}filename = "f"
iomem_align = 1
refill_buffers = ${refill}
[job.a]
`,
      "f",
    );
    expect(counts([f!], 512).size).toBe(16 * 2048);
  }
});
