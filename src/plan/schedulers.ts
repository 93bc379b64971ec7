/**
 * ioscheduler: whose queue is to be switched. The devices of a job's files are looked up here; the
 * switching itself is `run/`'s. Which schedulers there are, only the kernel knows: it loads them.
 */
import { existsSync } from "node:fs";
import type { Target } from "../io/target.ts";
import type { SchedulerPlan } from "../job/prologueplan.ts";
import { Places } from "../measure/places.ts";
import type { Clone } from "./clones.ts";
import type { Roots } from "./environment.ts";
import type { Complaints } from "./input.ts";
import { showPath } from "./show.ts";

export class Schedulers {
  /** What a stage sets each queue to, and the job that says so. */
  readonly #asked = new Map<string, { readonly name: string; readonly by: string }>();

  constructor(private readonly roots: Roots) {}

  /** Undefined of a job that leaves schedulers alone, or has no disk. */
  of(clone: Clone, targets: readonly Target[], complaints: Complaints): SchedulerPlan | undefined {
    const { ioscheduler: name } = clone.spec;
    if (name === undefined) return undefined;
    const places = new Places(this.roots.proc, this.roots.sys);
    const queues = new Set<string>();
    for (const target of targets) {
      if (target.kind === "none") continue;
      const queue = `${places.of(target).device?.path}/queue/scheduler`;
      if (existsSync(queue)) queues.add(queue);
      else {
        const message = `no device with a scheduler is behind ${showPath(target.path)}`;
        complaints.add(clone, "ioscheduler", `${message}; leave it out`);
      }
    }
    for (const queue of queues) this.#agree(clone, queue, name, complaints);
    return queues.size === 0 ? undefined : { name, queues: [...queues] };
  }

  #agree(clone: Clone, queue: string, name: string, complaints: Complaints): void {
    const key = `${clone.stage} ${queue}`;
    const asked = this.#asked.get(key);
    if (asked === undefined) this.#asked.set(key, { name, by: clone.spec.name });
    else if (asked.name !== name) {
      const message = `job ${asked.by} sets the same device to ${asked.name} at the same time`;
      complaints.add(clone, "ioscheduler", `${message}; write stonewall = true between them`);
    }
  }
}
