/** Row 53: what a job's thread has used so far, asked for by another thread while it runs. */
import { expect, test } from "bun:test";
import { taskUsage, usageSince } from "../../src/measure/taskusage.ts";

const THREAD = new URL("../../ffi/thread.ts", import.meta.url).href;

test("of a thread that works is its own CPU time, in steps of 10 ms", async () => {
  const source = `
    import { threadId } from ${JSON.stringify(THREAD)};
    postMessage(threadId());
    for (const end = performance.now() + 1500; performance.now() < end; );
    postMessage(0);`;
  const url = URL.createObjectURL(new Blob([source], { type: "application/typescript" }));
  const worker = new Worker(url);
  const id = await new Promise<number>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
  });
  const before = taskUsage(id);
  await Bun.sleep(500);
  const used = usageSince(before, taskUsage(id))!;
  worker.terminate();
  expect(used.userNs + used.systemNs).toBeGreaterThan(20e6);
  expect(used.userNs + used.systemNs).toBeLessThan(1000e6);
  expect((used.userNs + used.systemNs) % 10e6).toBe(0);
});

test("of a thread that is not there is unknown, and so is what came to it", () => {
  expect(taskUsage(2 ** 30)).toBeUndefined();
  expect(usageSince(undefined, taskUsage(process.pid))).toBeUndefined();
  expect(usageSince(taskUsage(process.pid), undefined)).toBeUndefined();
});
