/**
 * First code of a Worker: waits for its launch, runs it, says how it went. A failure leaves as a
 * message with its call and errno; an exception that reaches the Worker's edge would vanish.
 */
import { threadFailure } from "./failure.ts";
import type { FromThread, Launch } from "./launch.ts";

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
        say({ kind: "laidOut", failures: layOutAll(data) });
      } else if (data.role === "trace") {
        const { readAhead } = await import("./tracejob.ts");
        readAhead(data.source, data.ring);
        say({ kind: "traceRead" });
      } else if (data.role === "idle") {
        const { profileIdle } = await import("./idle.ts");
        profileIdle(data, () => say({ kind: "ready" }));
        say({ kind: "idled" });
      } else if (data.role === "time") {
        const { keepTime } = await import("./timekeeper.ts");
        keepTime(data, () => say({ kind: "ready" }));
        say({ kind: "timeKept" });
      } else if (data.role === "offload") {
        const { serveUnits } = await import("./offloadthread.ts");
        await serveUnits(data);
        say({ kind: "offloaded" });
      } else {
        const { runJob } = await import("./life.ts");
        say({ kind: "ended", outcome: await runJob(data, () => say({ kind: "ready" })) });
      }
    } catch (error) {
      say({ kind: "failed", failure: threadFailure(error) });
    }
  };
  say({ kind: "up" });
}
