/** I/O priorities on the binary and on real files, and beside the installed fio. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { fathom, Running, run } from "../support/binary.ts";
import { Ground } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("priorities");
const cwd = ground.root;
const MIB = 1 << 20;
/** Realtime I/O is for root, and so is nothing else here. */
const root = process.getuid?.() === 0;

test.each(["io_uring", "libaio"])("units have latencies by priority (%s)", async (engine) => {
  ground.file(`f-${engine}`, 4 * MIB);
  const words = [
    `--filename=f-${engine}`,
    "--rw=randrw",
    "--iodepth=4",
    `--ioengine=${engine}`,
    "--cmdprio_percentage=20",
    "--cmdprio_class=2",
    "--cmdprio=1",
    "--prio=5",
  ];
  const { exit, document } = await run(words, { cwd });
  expect(exit).toBe(0);
  const [job] = document.jobs;
  for (const direction of [job!.read, job!.write]) {
    const [usual, chosen] = direction.priorities!;
    expect(usual).toMatchObject({ class: 2, level: 5, hint: 0, of: "clat" });
    expect(chosen).toMatchObject({ class: 2, level: 1, hint: 0, of: "clat" });
    expect(usual!.ns.count + chosen!.ns.count).toBe(direction.ios);
    expect(chosen!.ns.count / direction.ios).toBeCloseTo(0.2, 1);
  }
  // A deviation that went through a merge may have another last digit.
  const rounded = (all: unknown): string =>
    JSON.stringify(all, (key, value) => (key === "stddev" ? value.toPrecision(9) : value));
  expect(rounded(document.total.read.priorities)).toBe(rounded(job!.read.priorities));
  expect(job!.trim.priorities).toBeNull();
});

test("the text report has a row for each priority", async () => {
  ground.file("g", MIB);
  const words = ["run", "--filename=g", "--rw=randread", "--ioengine=io_uring", "--iodepth=2"];
  const { out } = await fathom([...words, "--cmdprio_bssplit=4k/50/2/3"], { cwd });
  expect(out).toMatch(/\n +none +\S+ +\d/);
  expect(out).toMatch(/\n +be 3 +\S+ +\d/);
});

test.skipIf(Bun.which("ionice") === null)(
  "prio and prioclass are those of the thread",
  async () => {
    ground.file("h", MIB);
    const words = ["run", "--filename=h", "--rw=randread", "--time_based", "--runtime=3s"];
    const job = new Running([...words, "--prio=6", "--prioclass=2", "--name=prioritized"], { cwd });
    const find = (): string | undefined => {
      const { stdout } = spawnSync("ps", ["-L", "-o", "lwp=,comm=", "-p", String(job.pid)]);
      return /(\d+) prioritized/.exec(stdout.toString())?.[1];
    };
    let thread: string | undefined;
    for (let i = 0; i < 100 && thread === undefined; i++) {
      await Bun.sleep(20);
      thread = find();
    }
    await Bun.sleep(50);
    const { stdout } = spawnSync("ionice", ["-p", thread ?? "none"]);
    job.signal("SIGINT");
    await job.ended;
    expect(stdout.toString().trim()).toBe("best-effort: prio 6");
  },
);

test("what cannot be is refused before anything runs", async () => {
  const both = ["--cmdprio_percentage=5", "--cmdprio_bssplit=4k/5", "--ioengine=libaio"];
  const { exit, err } = await fathom(["run", "--filename=x", "--size=1m", ...both], { cwd });
  expect([exit, err.includes("leave one of them out")]).toEqual([2, true]);
  const alone = await fathom(["run", "--filename=x", "--size=1m", "--cmdprio_percentage=5"], {
    cwd,
  });
  expect(alone.exit).toBe(2);
  expect(alone.err).toContain("is an option of io_uring, libaio");
});

interface Priority {
  readonly prioclass: number;
  readonly prio: number;
  readonly priohint?: number;
  readonly clat_ns?: { readonly N: number };
  readonly lat_ns?: { readonly N: number };
}

/** Of each direction: its keys, and per priority its value, its units and its keys. */
function priorities(document: string): unknown {
  const [job] = (JSON.parse(document.slice(document.indexOf("{"))) as { jobs: never[] }).jobs;
  return (["read", "write"] as const).map((name) => {
    const direction = job![name] as { readonly prios?: readonly Priority[] };
    const all = direction.prios?.map(({ priohint: _, ...one }) => {
      const latency = one.clat_ns ?? one.lat_ns;
      return [one.prioclass, one.prio, latency?.N, Object.keys(one), Object.keys(latency ?? {})];
    });
    return [Object.keys(direction), all];
  });
}

const CASES = [
  "--cmdprio_percentage=20",
  "--cmdprio_percentage=30,0 --prio=3 --prioclass=2",
  "--cmdprio_bssplit=4k/10/1/2:4k/30/3/0 --randseed=7",
  "--cmdprio_percentage=50 --lat_percentiles=1 --clat_percentiles=0",
  "--cmdprio_percentage=100",
  "--prio=4",
];
const beside = test.skipIf(Bun.which("fio") === null || !root);

for (const options of CASES) {
  beside(`the same units get the same priorities as in fio: ${options}`, async () => {
    ground.file("p", 2 * MIB);
    const job = "--name=p --filename=p --size=2m --bs=4k --rw=randrw --iodepth=4 --thread";
    const words = `${job} --ioengine=io_uring --output-format=json ${options}`.split(" ");
    const theirs = spawnSync("fio", words, { cwd }).stdout.toString();
    const ours = await fathom(["fio", ...words], { cwd });
    expect(ours.exit).toBe(0);
    expect(priorities(ours.out)).toEqual(priorities(theirs));
  });
}
