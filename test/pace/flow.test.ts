import { expect, test } from "bun:test";
import fc from "fast-check";
import { READ } from "../../src/base/direction.ts";
import { FLOW_COUNT, FLOW_WEIGHT, type FlowBoard } from "../../src/pace/board.ts";
import { Flow } from "../../src/pace/flow.ts";
import { boardOf } from "./board.ts";

/** Jobs that take turns in an order of their own; each takes a unit when it is let go. */
function take(jobs: readonly Flow[], order: Iterable<number>, turns: number): void {
  const next = order[Symbol.iterator]();
  for (let turn = 0; turn < turns; turn++) {
    const job = jobs[next.next().value % jobs.length]!;
    if (job.admit(READ, turn * 1e9, 0) === READ) job.queued();
  }
}

function* random(seed: number): Generator<number> {
  for (let state = seed; ; state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) {
    yield state >> 8;
  }
}

const counts = (boards: readonly FlowBoard[]): number[] =>
  boards.map(({ doubles, own }) => doubles[own + FLOW_COUNT]!);

function flows(weights: readonly number[], sleep = 0) {
  const boards = boardOf(weights.map(() => 0));
  return { boards, jobs: boards.map((board, job) => new Flow(1, board, weights[job]!, sleep)) };
}

test("jobs do units in the proportion of their weights, in whatever order they come", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 5 }),
      fc.integer({ min: 1, max: 2 ** 30 }),
      (weights, seed) => {
        const { boards, jobs } = flows(weights);
        take(jobs, random(seed), 20_000);
        const done = counts(boards);
        const all = done.reduce((sum, count) => sum + count, 0);
        const sum = weights.reduce((total, weight) => total + weight, 0);
        for (const [job, weight] of weights.entries()) {
          // Nobody is further ahead than a unit and a small part of its share of what all did.
          const share = ((all + 1) * weight) / sum;
          expect(done[job]!).toBeLessThanOrEqual(share * (1 + 1 / 128) + 1);
        }
      },
    ),
    { seed: 1, numRuns: 60 },
  );
});

test("a greedy job gets no more than its share of what a slow one does", () => {
  const { boards, jobs } = flows([3, 1]);
  const greedy = (function* () {
    for (;;) yield* [0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  })();
  take(jobs, greedy, 10_000);
  const [fast, slow] = counts(boards);
  expect(slow).toBe(1000);
  expect(fast! / slow!).toBeWithin(2.97, 3.03);
});

test("a job alone, or left alone, is not held", () => {
  const { boards, jobs } = flows([1, 5]);
  take([jobs[0]!], random(1), 50);
  expect(counts(boards)[0]).toBe(1);
  jobs[1]!.close();
  take([jobs[0]!], random(1), 50);
  expect(counts(boards)[0]).toBe(51);
  expect(boards[1]!.doubles[boards[1]!.own + FLOW_WEIGHT]).toBe(0);
});

test("the places of other flows do not count", () => {
  const [first, , third] = boardOf([0, 0, 0]);
  const all = Int32Array.of(first!.own, third!.own);
  const job = new Flow(1, { ...first!, all }, 1, 0);
  const other = new Flow(1, { ...third!, all }, 1, 0);
  first!.doubles[8 + FLOW_WEIGHT] = 1000;
  first!.doubles[8 + FLOW_COUNT] = 0;
  take([job, other], random(3), 1000);
  expect(counts([first!, third!])[0]).toBeWithin(300, 501);
});

test("one that is ahead naps, or sleeps for flow_sleep with nothing in flight", () => {
  for (const sleep of [0, 5e6]) {
    const { jobs } = flows([1, 1], sleep);
    const job = jobs[0]!;
    // One of two is half, and half is its share; two of three are not.
    for (let unit = 0; unit < 2; unit++) {
      expect(job.admit(READ, 1000, 0)).toBe(READ);
      job.queued();
    }
    expect(job.admit(READ, 2000, 1)).toBe(-1);
    expect(job.wakeAt).toBe(sleep === 0 ? 102_000 : Number.POSITIVE_INFINITY);
    expect(job.admit(READ, 3000, 0)).toBe(-1);
    expect(job.wakeAt).toBe(sleep === 0 ? 103_000 : 3000 + sleep);
    jobs[1]!.queued();
    // A sleep is slept out.
    expect(job.admit(READ, 4000, 0)).toBe(sleep === 0 ? READ : -1);
    expect(job.admit(READ, 3000 + sleep, 0)).toBe(READ);
  }
});
