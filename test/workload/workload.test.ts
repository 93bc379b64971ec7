import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { SYNC } from "../../src/base/direction.ts";
import { FIO_WAYS } from "../../src/base/ways.ts";
import { Units } from "../../src/io/units.ts";
import { createWorkload } from "../../src/workload/create.ts";
import { DONE, NOTHING } from "../../src/workload/workload.ts";
import { type JobOf, moving, run, type Taken, take, workOf } from "./support.ts";

const K = 1024;

/** Small random jobs on one file. */
const jobs: fc.Arbitrary<JobOf> = fc
  .record({
    rw: fc.constantFrom("randread", "randwrite", "randtrim", "randrw"),
    blocks: fc.integer({ min: 1, max: 400 }),
    bytes: fc.constantFrom(512, 1024, 4096, 3000, 65_536),
    offset: fc.integer({ min: 0, max: 1e6 }),
    rest: fc.double({ min: 0, max: 0.99, noNaN: true }),
    // With 0, as with fio, all clones are the same: 0 times their number.
    randseed: fc.option(fc.integer({ min: 1, max: 2 ** 40 }), { nil: undefined }),
    synchronous: fc.boolean(),
  })
  .map(({ blocks, bytes, rest, ...job }) => ({
    ...job,
    size: Math.floor((blocks + rest) * bytes),
    bs: { read: bytes, write: bytes, trim: bytes },
  }));

function bytesOf(list: readonly Taken[]): number {
  return list.reduce((sum, { length }) => sum + length, 0);
}

/** How often each byte range of `grain` bytes of the region was visited. */
function visits(list: readonly Taken[], start: number, size: number, grain: number): Uint8Array {
  const counts = new Uint8Array(Math.floor(size / grain));
  for (const { offset, length } of list) {
    expect((offset - start) % grain).toBe(0);
    for (let at = 0; at < length; at += grain) counts[(offset - start + at) / grain]!++;
  }
  return counts;
}

describe("a random job with the map", () => {
  test("visits every block of its region exactly once a pass, and nothing else", () => {
    fc.assert(
      fc.property(jobs, (job) => {
        const counts = visits(run(workOf(job)), job.offset ?? 0, job.size, job.bs!.read);
        expect(counts.every((count) => count === 1)).toBe(true);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test("visits every block once in each of its loops", () => {
    fc.assert(
      fc.property(jobs, fc.integer({ min: 2, max: 4 }), (job, loops) => {
        const list = run(workOf({ ...job, loops }));
        const counts = visits(list, job.offset ?? 0, job.size, job.bs!.read);
        expect(counts.every((count) => count === loops)).toBe(true);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test("visits the blocks of every file", () => {
    const list = run(workOf({ rw: "randread", size: 300 * 4 * K, nrfiles: 3 }));
    for (const file of [0, 1, 2]) {
      const own = list.filter((unit) => unit.file === file);
      const counts = visits(own, 0, 100 * 4 * K, 4 * K);
      expect(counts.every((count) => count === 1)).toBe(true);
    }
  });

  test("takes the same units again when it is run again, and other ones as another clone", () => {
    const repeated = jobs.filter(({ size, bs }) => size >= 20 * bs!.read);
    fc.assert(
      fc.property(repeated, (job) => {
        const first = run(workOf(job));
        expect(run(workOf(job))).toEqual(first);
        expect(run(workOf(job, 1))).not.toEqual(first);
      }),
      { seed: 3, numRuns: 50 },
    );
  });

  test("a block cut in two by the region's end is left out", () => {
    const list = run(workOf({ rw: "randread", size: 10_000, fileBytes: 1e6 }));
    expect(list.map(({ offset }) => offset).sort((a, b) => a - b)).toEqual([0, 4096]);
  });
});

describe("without the map", () => {
  test("every unit is aligned and lies whole in the region", () => {
    fc.assert(
      fc.property(jobs, fc.constantFrom(0, 512, 2048, 8192), (job, align) => {
        const bytes = job.bs!.read;
        fc.pre(job.size >= Math.max(bytes, align));
        const blockalign = { read: align, write: align, trim: align };
        const list = run(workOf({ ...job, blockalign, norandommap: true }));
        for (const { offset, length } of list) {
          const at = offset - (job.offset ?? 0);
          expect(at % (align || bytes)).toBe(0);
          expect(at >= 0 && at + length <= Math.max(job.size, bytes)).toBe(true);
        }
        expect(bytesOf(list)).toBeGreaterThanOrEqual(job.size);
      }),
      { seed: 4, numRuns: 100 },
    );
  });
});

describe("a mix", () => {
  test("comes near its ratio in the long run", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 50 }),
        (read, job) => {
          const list = run(workOf({ rw: "randrw", size: 5000 * 4 * K, rwmixread: read }, job));
          const reads = list.filter(({ direction }) => direction === "read").length;
          expect(Math.abs(reads / list.length - read / 100)).toBeLessThan(0.05);
        },
      ),
      { seed: 5, numRuns: 30 },
    );
  });

  test("has the block size of each direction", () => {
    const bs = { read: 4 * K, write: 16 * K, trim: 4 * K };
    for (const unit of run(workOf({ rw: "rw", size: 1024 * K, bs }))) {
      expect(unit.length).toBe(unit.direction === "read" ? 4 * K : 16 * K);
    }
  });
});

describe("limits", () => {
  test("a job is done when its bytes or its units are taken, whichever comes first", () => {
    const limits = fc.record({
      io_size: fc.option(fc.integer({ min: 1, max: 1e6 }), { nil: undefined }),
      number_ios: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
      nrfiles: fc.constantFrom(1, 3),
      norandommap: fc.boolean(),
      synchronous: fc.boolean(),
    });
    fc.assert(
      fc.property(limits, fc.constantFrom("read", "randread", "rw", "randrw"), (limit, rw) => {
        const list = run(workOf({ rw, size: 120 * 4 * K, ...limit }));
        const { io_size = 120 * 4 * K, number_ios = Number.POSITIVE_INFINITY } = limit;
        expect(list.length).toBe(Math.min(Math.ceil(io_size / 4096), number_ios));
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  test("a job that runs by time is never done", () => {
    for (const rw of ["read", "randread", "rw", "randrw", "randwrite"] as const) {
      for (const nrfiles of [1, 3]) {
        const plan = workOf({ rw, nrfiles, size: 96 * K, number_ios: 3, time_based: true });
        expect(run(plan, undefined, 1000).length).toBe(1000);
      }
    }
  });

  test("number_ios alone goes round as often as it takes", () => {
    const plan = workOf({ rw: "randread", size: 16 * K, number_ios: 1000 });
    expect(run({ ...plan, passBytes: Number.POSITIVE_INFINITY }).length).toBe(1000);
  });

  test("after the last unit it says so and stays so", () => {
    const units = new Units(1);
    const workload = createWorkload(workOf({ rw: "read", size: 8 * K }), units);
    take(workload, units);
    expect([workload.direction(), workload.next(0), workload.direction()]).toEqual([
      NOTHING,
      DONE,
      NOTHING,
    ]);
  });
});

describe("forgiveness", () => {
  const kinds = ["read", "write", "randread", "rw", "randrw"] as const;

  test("what was taken before it counts for nothing", () => {
    for (const rw of kinds) {
      for (const ramp of [1, 10, 29]) {
        const units = new Units(1);
        const workload = createWorkload(workOf({ rw, size: 30 * 4 * K }), units);
        take(workload, units, ramp);
        workload.forgive();
        expect(moving(take(workload, units)).length).toBe(30);
      }
    }
  });

  test("under fio bytes are not forgiven, units are", () => {
    const left = (job: Partial<JobOf>): number => {
      const units = new Units(1);
      const work = workOf({ rw: "read", size: 30 * 4 * K, ways: FIO_WAYS, ...job });
      const workload = createWorkload(work, units);
      take(workload, units, 10);
      workload.forgive();
      return take(workload, units).length;
    };
    expect(left({})).toBe(20);
    expect(left({ number_ios: 15 })).toBe(15);
    expect(left({ number_ios: 40, io_size: 60 * 4 * K })).toBe(40);
  });

  test("it moves no position: the next unit follows the last", () => {
    const units = new Units(1);
    const workload = createWorkload(workOf({ rw: "read", size: 30 * 4 * K }), units);
    take(workload, units, 10);
    workload.forgive();
    expect(take(workload, units, 1)[0]?.offset).toBe(10 * 4 * K);
  });

  test("work that ended goes on after it, from the beginning", () => {
    for (const rw of kinds) {
      const units = new Units(1);
      const workload = createWorkload(workOf({ rw, size: 30 * 4 * K, nrfiles: 2 }), units);
      const first = take(workload, units);
      workload.forgive();
      expect(take(workload, units).length).toBe(first.length);
    }
  });

  test("a job that runs by time and was forgiven goes on for ever", () => {
    for (const rw of kinds) {
      const units = new Units(1);
      const plan = workOf({ rw, size: 30 * 4 * K, time_based: true });
      const workload = createWorkload(plan, units);
      take(workload, units, 100);
      workload.forgive();
      workload.restart();
      expect(take(workload, units, 500).length).toBe(500);
    }
  });
});

describe("syncs", () => {
  test("come after every Nth write, of the file just written, and count for no limit", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom("write", "randwrite", "rw", "randrw"),
        fc.constantFrom(1, 3),
        (fsync, rw, nrfiles) => {
          const list = run(workOf({ rw, nrfiles, size: 120 * 4 * K, fsync }));
          expect(moving(list).length).toBe(120);
          let writes = 0;
          list.forEach(({ direction, file }, at) => {
            const before = list[at - 1];
            const due = before?.direction === "write" && writes % fsync === 0;
            expect(direction === "sync").toBe(due);
            if (due) expect(file).toBe(before.file);
            if (direction === "write") writes++;
          });
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });

  test("move nothing", () => {
    const units = new Units(1);
    units.length[0] = 4096;
    const workload = createWorkload(workOf({ rw: "write", size: 8 * K, fdatasync: 1 }), units);
    workload.next(0);
    expect(workload.direction()).toBe(SYNC);
    workload.next(0);
    expect([units.direction[0], units.kind[0], units.length[0]]).toEqual([SYNC, 1, 0]);
  });
});

test("one file and one direction take the short way and get the same units", () => {
  const all = fc.record({
    rw: fc.constantFrom("read", "write", "trim", "randread", "randwrite", "randtrim"),
    size: fc.integer({ min: 4096, max: 500_000 }),
    fileBytes: fc.constantFrom(0, 1e6),
    offset: fc.constantFrom(0, 1000, 4096),
    io_size: fc.option(fc.integer({ min: 1, max: 1e6 }), { nil: undefined }),
    number_ios: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
    loops: fc.integer({ min: 1, max: 3 }),
    norandommap: fc.boolean(),
    synchronous: fc.boolean(),
    time_based: fc.boolean(),
    randseed: fc.option(fc.integer({ min: 0 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(all, (job) => {
      const short = workOf(job as JobOf);
      // A sync that never comes makes the job a general one.
      const long = workOf({ ...(job as JobOf), fsync: 2 ** 40 });
      expect(run(short, undefined, 700)).toEqual(run(long, undefined, 700));
    }),
    { seed: 8, numRuns: 300 },
  );
});
