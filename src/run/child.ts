/**
 * A job's process as the main thread sees it: the same as a Worker, ready and then ended, each
 * once. One that a signal ends is a failed job with that signal; the others go on. It is in a
 * session of its own, so that a terminal's ^C goes to the run and not to its jobs.
 */
import { fileURLToPath } from "node:url";
import type { FromThread, JobLaunch, ProcessLaunch, SharedPlace } from "../job/launch.ts";
import { type FailurePlace, NOWHERE, type Runner, Thread, type ThreadEnd } from "./thread.ts";

/** Starts the job where its plan says. */
export function startJob(entry: string, launch: JobLaunch, place: SharedPlace | undefined): Runner {
  const own = launch.plan.ownProcess ? place : undefined;
  return own === undefined ? new Thread(entry, launch) : new Child(entry, launch, own);
}

class Child implements Runner {
  readonly up: Promise<void>;
  readonly ready: Promise<void>;
  readonly ended: Promise<ThreadEnd>;
  readonly #finish: (how: ThreadEnd) => void;
  #end: ThreadEnd | undefined;

  constructor(entry: string, launch: JobLaunch, place: SharedPlace) {
    const up = Promise.withResolvers<void>();
    const ready = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<ThreadEnd>();
    this.up = up.promise;
    this.ready = ready.promise;
    this.ended = ended.promise;
    const child = Bun.spawn([...commandOf(entry), "--job-process"], {
      stdio: ["ignore", "ignore", "inherit"],
      detached: true,
      serialization: "advanced",
      ipc: (message: FromThread) => {
        if (message.kind === "up") {
          up.resolve();
          child.send({ launch, place } satisfies ProcessLaunch);
        } else if (message.kind === "ended") end({ kind: "outcome", outcome: message.outcome });
        else if (message.kind === "failed") end({ kind: "failure", failure: message.failure });
        else ready.resolve();
      },
    });
    const end = (how: ThreadEnd): void => {
      this.#end ??= how;
      up.resolve();
      ready.resolve();
      ended.resolve(how);
      child.kill("SIGKILL");
    };
    this.#finish = end;
    child.exited.then(() => {
      const how = child.signalCode === null ? `ended with ${child.exitCode}` : child.signalCode;
      const killed = child.signalCode === null ? how : `was ended by ${how}`;
      this.giveUp(`the job's process (${child.pid}) ${killed} without a word`);
    });
  }

  giveUp(message: string, { call, subject, offset, length }: FailurePlace = NOWHERE): void {
    const failure = { call, subject, errno: 0, message, offset, length };
    this.#finish({ kind: "failure", failure });
  }

  get end(): ThreadEnd | undefined {
    return this.#end;
  }
}

/** The binary itself, or Bun with the source file that was started. */
function commandOf(entry: string): string[] {
  const compiled = entry.includes("/$bunfs/");
  return compiled ? [process.execPath] : [process.execPath, fileURLToPath(entry)];
}
