/** What a thread does to itself, seen from outside in /proc. */
import { afterEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { enterIdle, leaveIdle, nameThread, threadId } from "../../ffi/thread.ts";

const own = (file: string): string => readFileSync(`/proc/thread-self/${file}`, "utf8");
/** Fields 19 and 41 of /proc/…/stat, counted behind the name in brackets; proc(5). */
const field = (number: number): number =>
  Number(own("stat").split(") ")[1]!.split(" ")[number - 3]);
const nice = (): number => field(19);
const policy = (): number => field(41);
const SCHED_IDLE = 5;
const mayDrop = process.getuid?.() === 0 && Bun.which("setpriv") !== null;

const name = own("comm").trim();
afterEach(() => nameThread(name));

test("the thread's id is the one the kernel shows", () => {
  expect(threadId()).toBe(Number(own("status").match(/^Pid:\s+(\d+)/m)?.[1]));
});

test("a name is cut to 15 bytes, between characters", () => {
  nameThread("fathom");
  expect(own("comm")).toBe("fathom\n");
  nameThread("fourteen-bytesä");
  expect(own("comm")).toBe("fourteen-bytes\n");
  nameThread("one\0two");
  expect(own("comm")).toBe("one two\n");
});

test("idle and back leaves class and nice value as they were; refused, it changes nothing", () => {
  const before = { nice: nice(), policy: policy() };
  const idle = enterIdle();
  expect(policy()).toBe(idle ? SCHED_IDLE : before.policy);
  if (idle) leaveIdle();
  expect({ nice: nice(), policy: policy() }).toEqual(before);
});

test.if(mayDrop)("a thread that may not come back does not go (needs root and setpriv)", () => {
  const script = `
    import { enterIdle } from "${new URL("../../ffi/thread.ts", import.meta.url).pathname}";
    import { readFileSync } from "node:fs";
    const stat = readFileSync("/proc/thread-self/stat", "utf8").split(") ")[1].split(" ");
    console.log(enterIdle(), stat[16], stat[38]);`;
  const drop = ["setpriv", "--bounding-set=-sys_nice", "--inh-caps=-sys_nice"];
  const { stdout, exitCode } = Bun.spawnSync([...drop, process.execPath, "-e", script]);
  expect({ exitCode, said: stdout.toString().trim() }).toEqual({ exitCode: 0, said: "false 0 0" });
});
