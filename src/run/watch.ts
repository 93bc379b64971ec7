/**
 * What the main thread measures from outside while jobs run: half-second rates out of the live
 * counters, the disks' counters around each stage, and what the files looked like before.
 */
import type { JobPlan } from "../job/jobplan.ts";
import { DiskMeter } from "../measure/disk.ts";
import type { CpuUsage } from "../measure/outcome.ts";
import type { Places } from "../measure/places.ts";
import type { DiskResult, FileResult } from "../measure/result.ts";
import { RunSampler } from "../measure/samples.ts";
import { taskUsage, usageSince } from "../measure/taskusage.ts";
import type { Coordinator, Observer } from "./coordinator.ts";

export class Watch implements Observer {
  readonly sampler: RunSampler;
  readonly disks: DiskResult[] = [];
  /** Files of each job, by index, as they were when it began. */
  readonly files: (readonly FileResult[])[] = [];
  /** When each job was first seen in its measured part, ns since the run's epoch. */
  readonly measuredFrom: (number | undefined)[] = [];
  #meter: DiskMeter | undefined;
  /** What each job's thread had used when it was let go: its warm-up. */
  readonly #usage: (CpuUsage | undefined)[] = [];

  constructor(
    private readonly places: Places,
    members: ConstructorParameters<typeof RunSampler>[0],
  ) {
    this.sampler = new RunSampler(members);
  }

  tick(run: Coordinator): void {
    if (run.phase !== "running") return;
    const blocks = run.jobs.map((job) => {
      const { index, spec } = job;
      const { state } = run.shared.control.job(index);
      if (state === "running") this.measuredFrom[index] ??= this.#begin(run, job);
      const sampled = state === "running" && !spec.disable_bw_measurement;
      return sampled ? run.shared.stats(index) : undefined;
    });
    this.sampler.look(run.now(), blocks);
  }

  /** Without a delay or a ramp the moment it was let go; else to within the 50 ms of a look. */
  #begin(run: Coordinator, { index, startDelay, spec }: JobPlan): number {
    return startDelay === 0 && spec.ramp_time === 0 ? run.releasedAt[index]! : run.now();
  }

  /** The disks of the stages that are over, and of the one that runs until now. */
  disksUntil(now: number): readonly DiskResult[] {
    return [...this.disks, ...(this.#meter?.finish(now) ?? [])];
  }

  /** CPU use of a job that runs, since its stage began; exact to 10 ms. */
  usageOf({ shared }: Coordinator, job: number): CpuUsage | undefined {
    return usageSince(this.#usage[job], taskUsage(shared.control.job(job).thread));
  }

  jobsBegin(run: Coordinator, members: readonly JobPlan[]): void {
    for (const [position, files] of this.places.describe(members).entries()) {
      this.files[members[position]!.index] = files;
    }
    for (const { index } of members) {
      this.#usage[index] = taskUsage(run.shared.control.job(index).thread);
    }
  }

  stageBegins(run: Coordinator): void {
    const members = run.jobs.filter(({ stage, spec }) => stage === run.stage && spec.disk_util);
    const devices = this.places.devices(members.flatMap((job) => job.targets));
    this.#meter = new DiskMeter(run.stage, devices, run.now());
  }

  stageEnds(run: Coordinator): void {
    this.disks.push(...(this.#meter?.finish(run.now()) ?? []));
    this.#meter = undefined;
  }
}
