/**
 * ioscheduler: switches the queues of the devices of a stage's jobs before these start, reads back
 * what the kernel made of it, and puts everything back when the stage is over or fathom exits. The
 * jobs of a stage share their devices, so that one job's end cannot be the time for it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { EINVAL, errnoText } from "../../ffi/errno.ts";
import type { JobPlan } from "../job/jobplan.ts";
import type { ThreadFailure } from "../job/launch.ts";

export class SchedulerSwitch {
  /** What each queue had before. */
  readonly #before = new Map<string, string>();
  readonly #atExit = (): void => this.restore();

  /** Why the job cannot have its scheduler; undefined when it has, or asks for none. */
  switchFor({ scheduler }: JobPlan): ThreadFailure | undefined {
    if (scheduler === undefined) return undefined;
    const { name, queues } = scheduler;
    for (const queue of queues) {
      const failure = this.#set(queue, name);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  restore(): void {
    for (const [queue, name] of this.#before) {
      try {
        writeFileSync(queue, name);
      } catch {
        // The device is gone.
      }
    }
    this.#before.clear();
    process.off("exit", this.#atExit);
  }

  #set(queue: string, name: string): ThreadFailure | undefined {
    const had = current(queue);
    if (had === name) return undefined;
    try {
      writeFileSync(queue, name);
    } catch (error) {
      const { errno = 0 } = error as NodeJS.ErrnoException;
      return refusal(queue, name, Math.abs(errno));
    }
    if (this.#before.size === 0) process.on("exit", this.#atExit);
    if (had !== undefined && !this.#before.has(queue)) this.#before.set(queue, had);
    return current(queue) === name ? undefined : refusal(queue, name, EINVAL);
  }
}

/** The one in brackets: `none [mq-deadline] kyber`. */
function current(queue: string): string | undefined {
  return /\[(.+)\]/.exec(readFileSync(queue, "utf8"))?.[1];
}

function refusal(queue: string, name: string, errno: number): ThreadFailure {
  const there = readFileSync(queue, "utf8").trim().replaceAll(/[[\]]/g, "");
  const message = `ioscheduler ${name}: ${errnoText(errno)}; ${queue} has ${there}`;
  return { call: "iosched_switch", subject: queue, errno, message };
}
