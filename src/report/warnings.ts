/**
 * What casts doubt on the figures, found in the result itself: warnings as data, each with a code
 * that stays. A function a doubt; none of them knows how it will be shown.
 */
import type { JobResult, LatencyResult, Measured, Message, RunResult } from "../measure/result.ts";
import { counted, duration, percent } from "./format.ts";
import { rateNotHeld, ratesInBursts } from "./paced.ts";
import { cacheWarnings, holeShare } from "./pagecache.ts";
import { replayFellBehind } from "./replayed.ts";

/**
 * The result with its warnings among its messages, after those it had. What was already said of a
 * job under the same code, before the run perhaps and of all its clones at once, is not said again.
 */
export function withWarnings(result: RunResult): RunResult {
  const subject = ({ code, job }: Message): string => {
    const name = result.jobs.find(({ index }) => index === job)?.name;
    return JSON.stringify([code, name ?? null]);
  };
  const said = new Set(result.messages.map(subject));
  const found = warnings(result).filter((message) => !said.has(subject(message)));
  return { ...result, messages: [...result.messages, ...found] };
}

export function warnings(result: RunResult): Message[] {
  return [
    ...result.jobs.flatMap((job) => [
      ...engineChosen(job),
      ...depthOfSynchronousEngine(job),
      ...readsFromHoles(job),
      ...toolOverhead(job),
      ...rateNotHeld(job),
      ...replayFellBehind(job),
      ...ratesInBursts(job),
      ...saturatedCpu(job),
      ...shortRun(job),
    ]),
    ...cacheWarnings(result),
    ...fewSamples(result),
  ];
}

function engineChosen({ index, engine_reason }: JobResult): Message[] {
  if (engine_reason === null) return [];
  return [{ severity: "note", code: "engine_chosen", text: engine_reason, job: index }];
}

function depthOfSynchronousEngine({ index, engine, work }: JobResult): Message[] {
  if (!work.synchronous || work.iodepth <= 1) return [];
  const text =
    `${engine} finishes each unit before it takes the next: iodepth = ${work.iodepth} had no ` +
    "effect, the depth was 1; use an asynchronous engine (io_uring, libaio)";
  return [{ severity: "warning", code: "synchronous_depth", text, job: index }];
}

/** A file of any size has an unwritten tail now and then: 1 % is not worth a word. */
const HOLES_WORTH_A_WORD = 0.01;

function readsFromHoles({ index, read, files }: JobResult): Message[] {
  const share = holeShare(files);
  if (read.ios === 0 || share < HOLES_WORTH_A_WORD) return [];
  const [first] = files.filter((file) => (file.hole_share ?? 0) > 0);
  const text =
    `${percent(share * 100)} of the region it read was never written (${first!.path}): holes ` +
    "read as zeros without the device; have a job write the whole region first";
  return [{ severity: "warning", code: "reads_from_holes", text, job: index }];
}

/** Mean latency of all units of data, in ns; 0 when none was measured. */
export function meanLatency({ read, write, trim }: Measured): number {
  let total = 0;
  let samples = 0;
  for (const { lat_ns, clat_ns } of [read, write, trim]) {
    const latency = lat_ns ?? clat_ns;
    if (latency === null) continue;
    total += latency.mean * latency.count;
    samples += latency.count;
  }
  return samples > 0 ? total / samples : 0;
}

const OVERHEAD_LIMIT = 0.1;

/** Options that make a job wait between its units. */
const PAUSES = ["thinktime", "thinkcycles", "flow"] as const;

/** A job that waits between its units has the time: its own work stands in no unit's way. */
function toolOverhead(job: JobResult): Message[] {
  if ([job.read, job.write, job.trim].some(({ paced }) => paced !== null)) return [];
  if (PAUSES.some((option) => job.options[option] !== undefined)) return [];
  const mean = meanLatency(job);
  const overhead = job.overhead_ns;
  if (overhead === null || mean === 0 || overhead <= mean * OVERHEAD_LIMIT) return [];
  const text =
    `fathom's own work takes ${duration(overhead)} a unit, ` +
    `${percent((overhead / mean) * 100)} of the mean latency (${duration(mean)}): ` +
    "the figures say more of the tool than of the device";
  return [{ severity: "warning", code: "tool_overhead", text, job: job.index }];
}

const SATURATED_PERCENT = 95;

/** The null engine is there to saturate a CPU, rate_spin is asked to, threads share the time. */
function saturatedCpu({ index, engine, cpu, elapsed_ns, options }: JobResult): Message[] {
  if ("rate_spin" in options || options["io_submit_mode"] === "offload") return [];
  const busy = cpu.user_percent + cpu.system_percent;
  if (engine === "null" || elapsed_ns === 0 || busy < SATURATED_PERCENT) return [];
  const text =
    `the job's thread was on a CPU for ${percent(Math.min(100, busy))} of the time: the CPU, not ` +
    "the device, may set the pace; use more jobs (numjobs), larger batches or a cheaper engine";
  return [{ severity: "warning", code: "cpu_saturated", text, job: index }];
}

/** 1 s: two samples of half a second, and caches of a device have hardly been touched. */
const SHORT_RUN_NS = 1e9;

function shortRun({ index, elapsed_ns, stopped }: JobResult): Message[] {
  const ran = stopped === "bytes" || stopped === "number_ios" || stopped === "runtime";
  if (!ran || elapsed_ns >= SHORT_RUN_NS) return [];
  const text =
    `measured for ${duration(elapsed_ns)} only: too short to tell the device from its caches; ` +
    "give a runtime with time_based = true, or a larger size";
  return [{ severity: "note", code: "short_run", text, job: index }];
}

/** A percentile rests on the samples above it: one in ten of them is chance already. */
const SAMPLES_ABOVE = 10;

/** Of what the text report prints: the group in place of a job that is reported with its group. */
function fewSamples({ jobs, groups }: RunResult): Message[] {
  const alone = jobs.filter((job) => !job.group_reporting);
  const grouped = groups.filter(({ group }) =>
    jobs.some((job) => job.group === group && job.group_reporting),
  );
  return [
    ...alone.flatMap((job) => thinTails(job, "", job.index)),
    ...grouped.flatMap((group) => thinTails(group, `group ${group.group}: `, null)),
  ];
}

function thinTails(measured: Measured, prefix: string, job: number | null): Message[] {
  const { read, write, trim, sync } = measured;
  const tails = [
    thinTail("read", [read.clat_ns, read.lat_ns, read.slat_ns]),
    thinTail("write", [write.clat_ns, write.lat_ns, write.slat_ns]),
    thinTail("trim", [trim.clat_ns, trim.lat_ns, trim.slat_ns]),
    thinTail("sync", [sync.lat_ns]),
  ].filter((tail) => tail !== undefined);
  if (tails.length === 0) return [];
  const text =
    `${prefix}fewer than ${SAMPLES_ABOVE} samples lie above these percentiles: ` +
    `${tails.join(", ")}; run longer to believe them`;
  return [{ severity: "note", code: "few_samples", text, job }];
}

function thinTail(name: string, latencies: readonly (LatencyResult | null)[]): string | undefined {
  const latency = latencies.find((kind) => kind !== null && kind.percentiles !== null);
  if (latency === undefined || latency === null) return undefined;
  const asked = Object.keys(latency.percentiles ?? {}).map(Number);
  const thin = asked.filter((p) => p < 100 && latency.count * (1 - p / 100) < SAMPLES_ABOVE - 1e-6);
  if (thin.length === 0) return undefined;
  return `${name} from ${Math.min(...thin)} % up (${counted(latency.count, "sample")})`;
}
