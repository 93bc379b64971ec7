/** What a machine does to a job: no right, no room, a file that shrinks, a job that fails alone. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { documentOf, fathom, run, start, until } from "../support/binary.ts";
import { Ground, lacking, MIB, sh } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("faults");
const cwd = ground.root;

describe("rights", () => {
  const why = lacking("root", "setpriv");
  const through = ["setpriv", "--reuid=65534", "--clear-groups"];
  const asNobody = (...words: readonly string[]) => fathom(["run", ...words], { cwd, through });

  test.skipIf(why !== "")(
    `a file that may not be read is named, target or job file${why}`,
    async () => {
      chmodSync(cwd, 0o755);
      chmodSync(ground.file("secret", "x".repeat(8192)), 0);
      expect(await asNobody("--filename=secret")).toMatchObject({
        exit: 2,
        out: "",
        err: "--filename: secret cannot be read: EACCES (permission denied)\n",
      });
      expect(await asNobody("secret")).toMatchObject({
        exit: 2,
        out: "",
        err: "secret: cannot be read: EACCES (permission denied)\n",
      });
    },
  );

  test.skipIf(why !== "")(`a file that may not be written, or made, is refused${why}`, async () => {
    chmodSync(ground.file("readable", "x".repeat(8192)), 0o644);
    expect(await asNobody("--filename=readable", "--rw=write")).toMatchObject({
      exit: 2,
      err: "--filename: readable cannot be written: EACCES (permission denied)\n",
    });
    expect(await asNobody("--filename=new", "--rw=write", "--size=4k")).toMatchObject({
      exit: 2,
      err: "--filename: new does not exist and cannot be made: EACCES (permission denied)\n",
    });
    expect((await asNobody("--filename=readable")).exit).toBe(0);
  });

  const noMount = lacking("root", "mount");
  test.skipIf(noMount !== "")(
    `a read-only file system is refused to writers${noMount}`,
    async () => {
      const point = ground.memory("ro", "size=1m");
      writeFileSync(`${point}/there`, "x".repeat(8192));
      sh("mount", "-o", "remount,ro", point);
      const there = (rw: string) =>
        fathom(["run", `--filename=${point}/there`, `--rw=${rw}`], { cwd });
      expect((await there("read")).exit).toBe(0);
      expect(await there("write")).toMatchObject({
        exit: 2,
        err: `--filename: ${point}/there cannot be written: EROFS (read-only file system)\n`,
      });
      expect(await fathom(["run", `--directory=${point}`, "--size=4k"], { cwd })).toMatchObject({
        exit: 2,
        err:
          `--directory: ${point}/job.0.0 does not exist and cannot be made: ` +
          "EROFS (read-only file system)\n",
      });
    },
  );
});

describe("room", () => {
  const why = lacking("root", "mount");

  test.skipIf(why !== "")(
    `that a run needs and is not there is found beforehand${why}`,
    async () => {
      const point = ground.memory("small", "size=4m");
      const flags = ["run", `--directory=${point}`, "--size=3m", "--numjobs=2"];
      for (const rw of ["read", "write"]) {
        const { exit, err } = await fathom([...flags, `--rw=${rw}`], { cwd });
        expect({ exit, err }).toEqual({
          exit: 2,
          err:
            `--size: 2 files need 6 MiB more, and 4 MiB are free in ${point}; ` +
            "use a smaller size or another directory\n",
        });
      }
      expect(readdirSync(point)).toEqual([]);
    },
  );

  test.skipIf(why !== "")(
    `that runs out under a writer fails that job and no other${why}`,
    async () => {
      const point = ground.memory("sparse", "size=2m");
      // All holes: nobody can know beforehand that there is no room behind them.
      writeFileSync(`${point}/file`, "");
      truncateSync(`${point}/file`, 8 * MIB);
      for (const engine of ["psync", "io_uring", "libaio"]) {
        const { exit, err, document } = await run(
          `[job.fills]
filename = "${point}/file"
rw = "write"
bs = "64k"
iodepth = 4
ioengine = "${engine}"
[job.goes-on]
ioengine = "null"
size = "1m"
`,
          { cwd },
        );
        expect(exit).toBe(1);
        const [fills, goesOn] = document.jobs;
        expect(fills).toMatchObject({
          stopped: "error",
          error: { errno: 28, subject: `${point}/file`, direction: "write" },
        });
        expect(fills!.error!.text).toContain("ENOSPC (no space left on the device)");
        expect(fills!.write.bytes).toBeWithin(1 * MIB, 2 * MIB + 1);
        expect(fills!.write.failed_ios).toBeGreaterThan(0);
        expect(err).toBe(`fathom: "fills": ${fills!.error!.text}\n`);
        expect(goesOn).toMatchObject({ stopped: "bytes", error: null });
        truncateSync(`${point}/file`, 0);
        truncateSync(`${point}/file`, 8 * MIB);
      }
    },
  );

  test.skipIf(why !== "")(`that runs out during the layout takes the file back${why}`, async () => {
    const point = ground.memory("layout", "size=256m");
    const running = start(
      ["run", `--directory=${point}`, "--size=200m", "--fallocate=none", "--output-format=json"],
      { cwd },
    );
    const made = `${point}/job.0.0`;
    await until(
      "the layout begins",
      () => (statSync(made, { throwIfNoEntry: false })?.size ?? 0) > 0,
    );
    running.signal("SIGSTOP");
    sh("fallocate", "-l", "100m", `${point}/other`);
    running.signal("SIGCONT");
    const { exit, out, err } = await running.ended;
    expect(exit).toBe(1);
    const [job] = documentOf(out).jobs;
    expect(job).toMatchObject({ stopped: "error", error: { call: "pwrite", errno: 28 } });
    expect(err).toContain(`pwrite ${made}: ENOSPC (no space left on the device); free some space`);
    expect(readdirSync(point)).toEqual(["other"]);
  });

  test("that a limit takes away ends a layout in the same way", async () => {
    const through = ["bash", "-c", 'ulimit -f 1024; exec "$0" "$@"'];
    const { exit, out } = await fathom(
      ["run", "--filename=limited", "--size=4m", "--fallocate=none", "--output-format=json"],
      { cwd, through },
    );
    expect(exit).toBe(1);
    expect(documentOf(out).jobs[0]!.error!.text).toContain("pwrite limited: EFBIG");
    expect(readdirSync(cwd)).not.toContain("limited");
  });
});

describe("a file that is truncated while it is read", () => {
  test.each(["psync", "sync", "pvsync2", "io_uring", "libaio"])(
    "ends the job with its place, with %s",
    async (engine) => {
      const path = ground.file(`shrinks-${engine}`, 8 * MIB);
      const running = start(
        [
          "run",
          "--output-format=json",
          "--name=reads",
          `--filename=${path}`,
          "--rw=read",
          "--time_based",
          "--runtime=30s",
          `--ioengine=${engine}`,
        ],
        { cwd },
      );
      await Bun.sleep(400);
      truncateSync(path, 4 * MIB);
      const { exit, out } = await running.ended;
      expect(exit).toBe(1);
      const [job] = documentOf(out).jobs;
      expect(job).toMatchObject({
        stopped: "error",
        error: { call: "read", subject: path, direction: "read" },
      });
      expect(job!.error!.offset_bytes).toBeWithin(4 * MIB, 8 * MIB);
      expect(job!.error!.text).toContain("the file ends here");
      expect(job!.read.ios).toBeGreaterThan(0);
    },
  );
});

test("a directory that vanishes between plan and run fails its job with the call", async () => {
  const { exit, document } = await run(
    `[job.first]
filename = "target"
rw = "write"
size = "4k"
unlink = true
[job.second]
filename = "target"
rw = "read"
stonewall = true
`,
    { cwd },
  );
  expect(exit).toBe(1);
  expect(document.jobs.map(({ stopped, error }) => [stopped, error?.text])).toEqual([
    ["bytes", undefined],
    ["error", "open target: ENOENT (no such file or directory)"],
  ]);
});

const noLimit = lacking("prlimit");
test.skipIf(noLimit !== "")(
  `a file that cannot be laid out ends the jobs that use it, and no others${noLimit}`,
  async () => {
    const jobs = ground.file(
      "layout.toml",
      `[global]
      rw = "randread"
      number_ios = 10
      [job.too-large]
      filename = "${cwd}/too-large"
      size = "64k"
      [job.fitting]
      filename = "${cwd}/fitting"
      size = "16k"`,
    );
    const { exit, document } = await run([jobs], { cwd, through: ["prlimit", "--fsize=32768"] });
    expect(exit).toBe(1);
    expect(document.jobs.map(({ name, stopped }) => [name, stopped])).toEqual([
      ["too-large", "error"],
      ["fitting", "bytes"],
    ]);
    expect(document.jobs[0]?.error?.text).toContain("too-large: EFBIG (file too large)");
    expect(document.jobs[1]?.read.ios).toBe(4);
  },
);
