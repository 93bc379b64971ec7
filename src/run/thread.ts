/**
 * A Worker as the main thread sees it: ready, then ended, each once. An error that the Worker
 * itself could not report (it died, it would not load) ends it as a failure too; nothing vanishes.
 */
import type { FromThread, Launch, LayoutFailure, ThreadFailure } from "../job/launch.ts";
import type { JobOutcome } from "../measure/outcome.ts";

export type ThreadEnd =
  | { readonly kind: "outcome"; readonly outcome: JobOutcome }
  | { readonly kind: "failure"; readonly failure: ThreadFailure }
  /** Of a thread that read a trace ahead of its job. */
  | { readonly kind: "traceRead" }
  /** Of a thread that measured a CPU. */
  | { readonly kind: "idled" }
  /** Of a thread that wrote the time. */
  | { readonly kind: "timeKept" }
  /** Of a thread that did units for a job. */
  | { readonly kind: "offloaded" }
  /** Of the layout thread. */
  | { readonly kind: "laidOut"; readonly failures: readonly LayoutFailure[] };

export type FailurePlace = Pick<ThreadFailure, "call" | "subject" | "offset" | "length">;
export const NOWHERE: FailurePlace = { call: "", subject: "" };

/** What threads beside those of jobs say at their end. */
const OVER: ReadonlySet<string> = new Set([
  "laidOut",
  "traceRead",
  "idled",
  "timeKept",
  "offloaded",
]);

/** A job that runs, in a Worker or in a process of its own. */
export interface Runner {
  /** Settles when it has come up, or has ended before it was. */
  readonly up: Promise<void>;
  readonly ready: Promise<void>;
  readonly ended: Promise<ThreadEnd>;
  readonly end: ThreadEnd | undefined;
  giveUp(message: string, place?: FailurePlace): void;
}

export class Thread implements Runner {
  /** Settles when the thread is ready, or has ended before it was. */
  readonly ready: Promise<void>;
  readonly ended: Promise<ThreadEnd>;
  readonly up: Promise<void>;
  readonly #worker: Worker;
  readonly #finish: (how: ThreadEnd) => void;
  #end: ThreadEnd | undefined;

  /** `entry` is the URL of the bundle: the same file serves both sides. */
  constructor(entry: string, launch: Launch) {
    this.#worker = new Worker(entry);
    const ready = Promise.withResolvers<void>();
    const up = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<ThreadEnd>();
    const end = (how: ThreadEnd): void => {
      this.#end ??= how;
      up.resolve();
      ready.resolve();
      ended.resolve(how);
      this.#worker.terminate();
    };
    this.#finish = end;
    this.up = up.promise;
    this.ready = ready.promise;
    this.ended = ended.promise;
    this.#worker.onmessage = ({ data }: MessageEvent<FromThread>) => {
      if (data.kind === "up") {
        up.resolve();
        this.#worker.postMessage(launch);
      } else if (data.kind === "ended") end({ kind: "outcome", outcome: data.outcome });
      else if (data.kind === "failed") end({ kind: "failure", failure: data.failure });
      else if (OVER.has(data.kind)) end(data as ThreadEnd);
      else ready.resolve();
    };
    this.#worker.onerror = (event) => this.giveUp(`the job's thread died: ${event.message}`);
    this.#worker.addEventListener("close", () =>
      this.giveUp("the job's thread ended without a word"),
    );
  }

  /** Counts it as failed, whatever it still does. `place`: the call and the file it was in. */
  giveUp(message: string, { call, subject, offset, length }: FailurePlace = NOWHERE): void {
    const failure = { call, subject, errno: 0, message, offset, length };
    this.#finish({ kind: "failure", failure });
  }

  /** How it ended; undefined while it lives. */
  get end(): ThreadEnd | undefined {
    return this.#end;
  }
}
