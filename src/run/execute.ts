/**
 * A whole run on the main thread: from a plan without problems to a result. Devices are held for
 * all of it; whatever happens inside, what was measured until then is in the result.
 */
import type { JobPlan } from "../job/jobplan.ts";
import { environment, type JobFileText } from "../measure/environment.ts";
import type { JobParts } from "../measure/jobresult.ts";
import type { JobFailure, JobOutcome } from "../measure/outcome.ts";
import { Places } from "../measure/places.ts";
import type { Message, RunResult } from "../measure/result.ts";
import { runResult } from "../measure/runresult.ts";
import { Coordinator, type Observer } from "./coordinator.ts";
import { type EndSignal, onEndSignal } from "./signals.ts";
import { type StatusOrder, StatusReports } from "./status.ts";
import { Watch } from "./watch.ts";

export interface RunOrder {
  readonly jobs: readonly JobPlan[];
  /** Options of each job as one would write them, by index. */
  readonly options: readonly Readonly<Record<string, string>>[];
  /** Notes of the plan. */
  readonly messages: readonly Message[];
  readonly command: readonly string[];
  readonly jobFiles: readonly JobFileText[];
  readonly version: string;
  /** URL that Workers start from. */
  readonly entry: string;
  /** The live line, where there is a terminal. */
  readonly observers: readonly Observer[];
  /** Reports of the run as it stands, while it goes on. */
  readonly status?: StatusOrder;
}

export interface Executed {
  readonly result: RunResult;
  /** Whether every job did what it was asked. */
  readonly succeeded: boolean;
  readonly signal: EndSignal | undefined;
}

/** Never throws for what a job meets: that is in the result. */
export async function execute(order: RunOrder): Promise<Executed> {
  const startedAt = new Date();
  const { jobs } = order;
  const places = new Places();
  const watch = new Watch(
    places,
    jobs.map(({ spec, group }) => ({
      group: spec.stats ? group : undefined,
      bandwidthNs: spec.bwavgtime,
      iopsNs: spec.iopsavgtime,
    })),
  );
  const observers: Observer[] = [watch, ...order.observers];
  const run = new Coordinator(jobs, order.entry, observers);
  const begin = run.now();
  let signal: EndSignal | undefined;
  const forget = onEndSignal((seen) => {
    signal = seen;
    run.stop();
  });
  const resultNow = (): RunResult =>
    runResult({
      startedAt,
      elapsedNs: run.now() - begin,
      command: order.command,
      processId: process.pid,
      interrupted: signal,
      environment: environment({
        version: order.version,
        jobFiles: order.jobFiles,
        targets: jobs.flatMap((job) => job.targets),
        places,
      }),
      jobs: jobs.map((plan) => parts(run, watch, plan, order.options[plan.index] ?? {}, begin)),
      sampler: watch.sampler,
      disks: watch.disksUntil(run.now()),
      messages: order.messages,
    });
  const status = order.status && new StatusReports(order.status, resultNow);
  if (status !== undefined) observers.push(status);
  try {
    await run.run();
  } finally {
    forget();
    status?.close();
  }
  const result = resultNow();
  const succeeded = jobs.every((plan) => wentWell(run, plan));
  return { result, succeeded, signal };
}

function parts(
  run: Coordinator,
  watch: Watch,
  plan: JobPlan,
  options: Readonly<Record<string, string>>,
  runBegan: number,
): JobParts {
  const end = run.ends[plan.index];
  const releasedAt = run.releasedAt[plan.index]!;
  const runs = end === undefined && releasedAt > 0;
  const measuredFrom = watch.measuredFrom[plan.index] ?? releasedAt;
  return {
    plan,
    ranNs: releasedAt === 0 ? 0 : Math.max(0, run.now() - measuredFrom),
    outcome: end?.kind === "outcome" ? end.outcome : undefined,
    failure: end?.kind === "failure" ? failureOf(end.failure) : undefined,
    ...(runs ? { running: { startedAt: releasedAt, cpu: watch.usageOf(run, plan.index) } } : {}),
    runBegan,
    stats: run.shared.stats(plan.index),
    files: watch.files[plan.index] ?? [],
    options,
  };
}

function failureOf({ call, subject, errno, message, offset, length }: JobFailure): JobFailure {
  return { call, subject, errno, message, offset, length };
}

function wentWell(run: Coordinator, { index, spec }: JobPlan): boolean {
  const end = run.ends[index];
  if (end === undefined) return spec.create_only || run.shared.control.job(index).stoppedByOther;
  const outcome: JobOutcome | undefined = end.kind === "outcome" ? end.outcome : undefined;
  return outcome !== undefined && outcome.failure === undefined;
}
