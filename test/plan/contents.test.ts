import { expect, test } from "bun:test";
import { parsePattern } from "../../src/base/pattern.ts";
import { plan } from "../../src/plan/plan.ts";
import { bs, environmentOf, inDirectory, inputOf, type Written } from "./support.ts";

async function planned(jobs: readonly Written[]) {
  return await inDirectory(async (t) => {
    const whole = { filename: [`${t}/f`], rw: "write", size: 2 ** 20 } as const;
    return await plan(
      jobs.map((job) => inputOf({ ...whole, ...job })),
      environmentOf(),
    );
  });
}

test("jobs with dedupe_global know of each other, and of no others", async () => {
  const shares = {
    dedupe_global: true,
    dedupe_percentage: 50,
    dedupe_mode: "working_set",
  } as const;
  const { jobs } = await planned([
    { ...shares, randseed: 7 },
    { dedupe_percentage: 50 },
    { ...shares, numjobs: 2 },
    { ...shares, rw: "read" },
  ]);
  const peers = [
    { index: 0, randseed: 7 },
    { index: 2, randseed: undefined },
    { index: 3, randseed: undefined },
  ];
  expect(jobs.map(({ dedupePeers }) => dedupePeers)).toEqual([peers, [], peers, peers, []]);
});

test("a thread gets no more of a pattern than its longest block", async () => {
  const buffer_pattern = parsePattern(`0xff%o"${"x".repeat(5000)}"%o`);
  const { jobs } = await planned([
    { buffer_pattern },
    { buffer_pattern, bs: bs(8192) },
    { buffer_pattern: parsePattern("0xff") },
  ]);
  const seen = jobs.map(({ spec }) => spec.buffer_pattern!);
  expect(seen[0]!.bytes).toEqual(buffer_pattern.bytes.slice(0, 4096));
  expect(seen[0]!.offsets).toEqual([1]);
  expect(seen[1]).toEqual(buffer_pattern);
  expect(seen[2]!.text).toBe("0xff");
});

test("what compresses and is never made anew is remarked on, once a job", async () => {
  const compressed = { buffer_compress_percentage: 50 };
  const notes = async (job: Written) =>
    (await planned([job])).messages.filter(({ code }) => code === "compressed_once").length;
  expect(await notes({ ...compressed, numjobs: 3 })).toBe(1);
  expect(await notes({ ...compressed, refill_buffers: true })).toBe(0);
  expect(await notes({ ...compressed, dedupe_percentage: 10 })).toBe(0);
  expect(await notes({ ...compressed, rw: "read" })).toBe(0);
  expect(await notes({ buffer_compress_percentage: 100 })).toBe(0);
});
