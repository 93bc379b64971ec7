/**
 * What the main thread measures from outside while jobs run: half-second rates out of the live
 * counters, the disks' counters around each stage, and what the files looked like before.
 */
import { DiskMeter } from "../measure/disk.ts";
import type { Places } from "../measure/places.ts";
import type { DiskResult, FileResult } from "../measure/result.ts";
import { RunSampler } from "../measure/samples.ts";
import type { Coordinator, Observer } from "./coordinator.ts";

export class Watch implements Observer {
  readonly sampler: RunSampler;
  readonly disks: DiskResult[] = [];
  /** Files of each job, by index, as they were when its stage began. */
  readonly files: (readonly FileResult[])[] = [];
  #meter: DiskMeter | undefined;

  constructor(
    private readonly places: Places,
    members: ConstructorParameters<typeof RunSampler>[0],
  ) {
    this.sampler = new RunSampler(members);
  }

  tick(run: Coordinator): void {
    if (run.phase !== "running") return;
    const blocks = run.jobs.map(({ index, spec }) => {
      const { state } = run.shared.control.job(index);
      const sampled = state === "running" && !spec.disable_bw_measurement;
      return sampled ? run.shared.stats(index) : undefined;
    });
    this.sampler.look(run.now(), blocks);
  }

  stageBegins(run: Coordinator): void {
    const members = run.jobs.filter((job) => job.stage === run.stage);
    for (const [position, files] of this.places.describe(members).entries()) {
      this.files[members[position]!.index] = files;
    }
    const devices = this.places.devices(
      members.filter(({ spec }) => spec.disk_util).flatMap((job) => job.targets),
    );
    this.#meter = new DiskMeter(run.stage, devices, run.now());
  }

  stageEnds(run: Coordinator): void {
    this.disks.push(...(this.#meter?.finish(run.now()) ?? []));
    this.#meter = undefined;
  }
}
