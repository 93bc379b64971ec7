/** Doubts about a replay: that it fell behind its trace, or that the trace came too slowly. */
import type { JobResult, Message } from "../measure/result.ts";
import { duration } from "./format.ts";

/** Worth a word: a hundredth of the trace's time, and more than a hiccup of the machine. */
const SHARE = 0.01;
const HICCUP_NS = 10e6;

export function replayFellBehind({ index, replay }: JobResult): Message[] {
  if (replay === null) return [];
  const { lag_ns, duration_ns, reader_wait_ns: waited } = replay;
  const least = Math.max(HICCUP_NS, duration_ns * SHARE);
  if (lag_ns === null || lag_ns.mean < least) return [];
  const late = `units went ${duration(lag_ns.mean)} after the trace's time in the mean`;
  const slow = waited >= least ? `; for ${duration(waited)} of it the trace was not read yet` : "";
  const text =
    `the replay fell behind: ${late}${slow}; the target or the depth does not give what was ` +
    "traced: give a larger iodepth, or a smaller replay_time_scale";
  return [{ severity: "warning", code: "replay_behind", text, job: index }];
}
