/**
 * First code of a Worker: waits for its launch, runs it, says how it went. A failure leaves as a
 * message with its call and errno; an exception that reaches the Worker's edge would vanish.
 */
import { SystemError } from "../base/errors.ts";
import type { FromThread, Launch, ThreadFailure } from "./launch.ts";

declare const self: {
  onmessage: ((event: { data: Launch }) => void) | null;
  postMessage(message: FromThread): void;
};

export function serve(): void {
  const say = (message: FromThread): void => self.postMessage(message);
  self.onmessage = async ({ data }) => {
    self.onmessage = null;
    try {
      if (data.role === "layout") {
        const { layOutAll } = await import("./layoutjob.ts");
        layOutAll(data);
        say({ kind: "ready" });
      } else {
        const { runJob } = await import("./life.ts");
        say({ kind: "ended", outcome: await runJob(data, () => say({ kind: "ready" })) });
      }
    } catch (error) {
      say({ kind: "failed", failure: describe(error) });
    }
  };
  say({ kind: "up" });
}

function describe(error: unknown): ThreadFailure {
  if (error instanceof SystemError) {
    const { call, subject, errno, message } = error;
    return { call, subject, errno, message };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { call: "", subject: "", errno: 0, message, stack: stack ?? message };
}
