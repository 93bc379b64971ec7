/**
 * The part of the text report about one job, or about a group in its jobs' place: what it did, how
 * it ended, then `figures.ts`.
 */
import type { GroupResult, JobResult, Stopped, TotalResult } from "../measure/result.ts";
import { figures, rates } from "./figures.ts";
import { bytes, duration, type Paint, plain, short, WIDTH, wrap } from "./format.ts";
import { verificationLines } from "./verification.ts";

const NAME_WIDTH = 60;

/** The job's name; with its place among its clones when there are several. */
export function jobTitle(job: JobResult, jobs: readonly JobResult[]): string {
  const name = short(job.name, NAME_WIDTH);
  const clones = jobs.filter(
    (other) => other.name === job.name && other.group === job.group && other.index !== job.index,
  );
  return clones.length > 0 ? `${name}.${job.clone}` : name;
}

export function jobBlock(job: JobResult, jobs: readonly JobResult[], brush: Paint): string[] {
  const failed = job.error === null ? [] : indented([`FAILED: ${job.error.text}`]);
  return [
    brush.bold(jobTitle(job, jobs)),
    ...failed.map(brush.red),
    ...indented([job.description, work(job), files([job]), ending(job), search(job)]),
    ...indented([survived(job)]),
    ...indented(lateness(job)),
    ...(job.elapsed_ns === 0 ? [] : ["", ...figures(job)]),
    ...verified(job, brush),
  ];
}

/** Errors after which it went on. */
function survived({ errors }: JobResult): string | null {
  if (errors === null || errors.total_err === 0) return null;
  const { total_err: total, first_error_text: first } = errors;
  return total === 1 ? `1 error: ${first}` : `${total} errors, the first ${first}`;
}

/** What became of what it wrote: read as it stands, so that dumps stay in their columns. */
function verified({ verification }: JobResult, brush: Paint): string[] {
  if (verification === null) return [];
  const [head = "", ...rest] = verificationLines(verification);
  const lines = [`Verify ${head}`, ...rest.map((line) => `  ${line}`)];
  return [
    "",
    ...(verification.wrong > 0 ? lines.map(brush.red) : lines).map((line) => `  ${line}`),
  ];
}

/** Of the whole group, jobs without group_reporting among them included. */
export function groupBlock(
  group: GroupResult,
  members: readonly JobResult[],
  brush: Paint,
): string[] {
  const names = [...Map.groupBy(members, (job) => job.name)].map(([name, clones]) =>
    clones.length > 1 ? `${short(name, NAME_WIDTH)} × ${clones.length}` : short(name, NAME_WIDTH),
  );
  const works = [...new Set(members.map(work))];
  const endings = [...new Set(members.map(ending))];
  return [
    ...wrap(`${nameList(names)} (group ${group.group})`, WIDTH).map(brush.bold),
    ...indented([...few(works), files(members), ...few(endings)]),
    "",
    ...figures(group),
  ];
}

/** Names in a title; lines of what differs among the jobs of a group. */
const NAMES = 8;
const FEW = 4;

function nameList(names: readonly string[]): string {
  const more = names.length - NAMES;
  return names.slice(0, NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function few(lines: readonly string[]): string[] {
  if (lines.length <= FEW) return [...lines];
  return [...lines.slice(0, FEW - 1), `… and ${lines.length - FEW + 1} others`];
}

/** What the jobs of a group, shown one by one above, come to together. */
export function groupSummary(group: GroupResult, brush: Paint): string[] {
  return [brush.bold(`Group ${group.group}, all ${group.jobs.length} jobs`), ...rates(group)];
}

export function totalSummary(total: TotalResult, brush: Paint): string[] {
  return [brush.bold(`All groups, ${total.jobs.length} jobs`), ...rates(total)];
}

function indented(lines: readonly (string | null)[]): string[] {
  return lines
    .filter((line) => line !== null && line !== "")
    .flatMap((line) => wrap(plain(line!), WIDTH - 4))
    .map((line) => `  ${line}`);
}

/** `4 KiB randrw, 70 % reads · io_uring, depth 32 · direct`. */
function work({ work: what, engine, replay }: JobResult): string {
  const mix = what.read_percent === null ? "" : `, ${what.read_percent} % reads`;
  const depth = what.synchronous ? "synchronous" : `depth ${what.depth}`;
  const does = `${blocks(what)} ${what.rw}${mix}`;
  const done = replay === null ? does : `replay of ${short(replay.trace.join(", "), 50)}`;
  const parts = [done, `${engine}, ${depth}`];
  if (engine !== "null") parts.push(what.direct ? "direct" : "through the page cache");
  return parts.join(" · ");
}

/** Block sizes of the directions that the job works in; one size when they agree. */
function blocks(what: JobResult["work"]): string {
  const { rw, read_percent, block_bytes: least, block_most_bytes: most } = what;
  const size = (way: "read" | "write" | "trim"): string =>
    least[way] === most[way] ? bytes(least[way]) : `${bytes(least[way])} to ${bytes(most[way])}`;
  if (read_percent !== null) {
    const [read, write] = [size("read"), size("write")];
    return read === write ? read : `read ${read}, write ${write}`;
  }
  if (rw.includes("write")) return size("write");
  return size(rw.includes("trim") ? "trim" : "read");
}

function files(jobs: readonly JobResult[]): string {
  const all = jobs.flatMap((job) => job.files).filter(({ kind }) => kind !== "none");
  const [first] = all;
  if (first === undefined) return "";
  const paths = new Set(all.map(({ path }) => path));
  const regions = new Map(all.map((file) => [`${file.path}\0${file.offset_bytes}`, file]));
  const total = bytes([...regions.values()].reduce((sum, file) => sum + file.length_bytes, 0));
  if (paths.size > 1) return `${paths.size} files, ${total}: ${short(first.path, 70)} …`;
  const at = regions.size === 1 && first.offset_bytes > 0 ? ` at ${bytes(first.offset_bytes)}` : "";
  return `${short(first.path, 70)}, ${total}${at}`;
}

const REASONS: Readonly<Record<Stopped, string>> = {
  bytes: "all of its data was done",
  number_ios: "number_ios was reached",
  runtime: "its runtime was over",
  full: "no space was left, as fill_device wants it",
  latency_target: "the greatest depth that keeps latency_target was found",
  exitall: "another job had ended (exitall)",
  signal: "it was interrupted",
  error: "it failed",
  created: "create_only: its files were made, nothing was measured",
  not_started: "it was never started",
  running: "it is still running",
};

function ending(job: JobResult): string {
  const reason = REASONS[job.stopped];
  if (job.elapsed_ns === 0) return job.error === null ? reason : `${reason}, nothing was measured`;
  const ramp = job.ramp_ns > 0 ? `, after a ramp of ${duration(job.ramp_ns)}` : "";
  const measured = `measured for ${duration(job.elapsed_ns)}${ramp}`;
  if (job.stopped === "running") return `${measured}; ${reason}`;
  return `${measured}; ended because ${reason}`;
}

/** How a replay kept its trace's times. */
function lateness({ replay }: JobResult): string[] {
  const lag = replay?.lag_ns ?? null;
  if (replay === null || lag === null) return [];
  const { "50": median, "99": most } = lag.percentiles ?? {};
  const shares = [
    ...(median === undefined ? [] : [`half within ${duration(median)}`]),
    ...(most === undefined ? [] : [`99 % within ${duration(most)}`]),
    `at most ${duration(lag.max)}`,
  ];
  const late = `${duration(lag.mean)} behind the trace's time in the mean`;
  const last = `the last ${duration(replay.last_lag_ns)} behind`;
  return [`${late}, ${shares.join(", ")}; ${last}`];
}

/** What the search for a depth came to; null of a job that searched none. */
function search({ search: found, stopped }: JobResult): string | null {
  if (found === null) return null;
  const { kept_percent, depth, target_ns } = found;
  const goal = `latency_target ${duration(target_ns)} for ${kept_percent} % of the units`;
  if (stopped === "latency_target") return `${goal}: kept at depth ${depth}`;
  return `${goal}: the search was at depth ${depth} when the job ended`;
}
