/**
 * The plan in words, as `fathom check` prints it: what runs when, on which files, what is written
 * where, how long it can take, and every option's value with its source. Text from plain data; it
 * looks at nothing, and printing is its caller's.
 */
import { blocksOf } from "../base/blocks.ts";
import { layoutsOf } from "../io/layout.ts";
import type { Target } from "../io/target.ts";
import type { JobPlan } from "../job/jobplan.ts";
import type { JobSpec } from "../options/options.ts";
import { GRAIN_BYTES } from "../verify/written.ts";
import { traceTable } from "./describetrace.ts";
import { hugePages } from "./memory.ts";
import type { RunPlan } from "./plan.ts";
import { mapBytes } from "./randommap.ts";
import { ENDLESS } from "./regions.ts";
import { roundBytes, showPath, showTime, table, wrap } from "./show.ts";
import { recordBytes } from "./verification.ts";
import { largestBlock, workOf } from "./work.ts";

/** Values of the options as the reading side knows them; `job` is the index of the input. */
export interface Values {
  /** Where the value comes from: `jobs.toml:3`, `--bs`, or DEFAULT. */
  valueOrigin(job: number, option: string): string;
  /** As one would write it in a job file. */
  formatValue(job: number, option: string): string;
}

/** The origin of a value that nobody wrote. */
export const DEFAULT = "default";

/** The clones of one job, which differ in files and offsets only. */
interface Family {
  readonly input: number;
  readonly title: string;
  readonly first: JobPlan;
  readonly clones: readonly JobPlan[];
}

/** The whole description, line by line. */
export function describePlan(plan: RunPlan, values: Values): readonly string[] {
  const families = familiesOf(plan);
  const sections = [
    overview(plan),
    section("Jobs", jobTable(plan, families)),
    section("Memory", memoryTable(families)),
    section("Traces", traceTable(plan.jobs)),
    section("Files", fileTable(families)),
    section("Written", writtenTable(plan, families)),
    section("Devices held for the whole run", deviceTable(plan)),
    section(
      "Warnings",
      plan.messages.map(({ job, text }) => warning(plan, job, text)),
    ),
    ...families.map((family) => section(`Options of ${family.title}`, options(family, values))),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, i) => (i ? ["", ...lines] : lines));
}

/** Rows shown of one job's files; a job of a thousand clones is no reason for a thousand lines. */
const MOST_ROWS = 8;

function firstRows(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  if (rows.length <= MOST_ROWS + 1) return rows;
  return [...rows.slice(0, MOST_ROWS), [`… and ${rows.length - MOST_ROWS} more`]];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function familiesOf({ jobs, inputs }: RunPlan): readonly Family[] {
  const byInput = Map.groupBy(jobs, (_, index) => inputs[index]!);
  return [...byInput].map(([input, clones]) => {
    const first = clones[0]!;
    const title = showPath(first.spec.name) + (clones.length > 1 ? ` × ${clones.length}` : "");
    return { input, title, first, clones };
  });
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

function overview({ jobs, stages, groups }: RunPlan): readonly string[] {
  const longest = stages.reduce(
    (sum, stage) => sum + Math.max(...stage.jobs.map((job) => endOf(jobs[job]!, jobs))),
    0,
  );
  const time = Number.isFinite(longest)
    ? `at most ${showTime(longest)}, layout and start not counted`
    : "no limit of time: some job ends by its amount of work alone";
  const parts = [
    count(jobs.length, "job"),
    count(stages.length, "stage"),
    count(groups.length, "group"),
  ];
  return [`${parts.join(", ")}; ${time}`];
}

/** When a job ends at the latest, ns since its stage began. */
function endOf(job: JobPlan, jobs: readonly JobPlan[]): number {
  return Math.max(0, ...job.waitsFor.map((index) => endOf(jobs[index]!, jobs))) + longestOf(job);
}

/** Longest time a job can take, ns; Infinity when only its work ends it. */
function longestOf({ spec, startDelay }: JobPlan): number {
  if (spec.create_only) return 0;
  if (spec.runtime === 0 || spec.ramp_size > 0) return Number.POSITIVE_INFINITY;
  return startDelay + spec.ramp_time + spec.runtime;
}

function jobTable({ stages, groups }: RunPlan, families: readonly Family[]): readonly string[] {
  const rows = families.map(({ title, first }) => [
    String(first.stage + 1),
    showPath(groups[first.group]?.name ?? ""),
    title,
    first.spec.rw,
    blocks(first),
    first.engine,
    String(first.depth),
    ending(first),
  ]);
  const heads = ["stage", "group", "job", "rw", "bs", "engine", "depth", "ends"];
  const reasons = families.flatMap(({ title, first }) =>
    first.engineReason === "" ? [] : [`  ${title}: ${first.engineReason}`],
  );
  const order = stages.length > 1 ? ["  each stage waits for the one before it"] : [];
  return [...table([heads, ...rows]), ...order, ...reasons];
}

function blocks({ spec }: JobPlan): string {
  const sizes = workOf(spec).directions.map((direction) => {
    const { least, most } = blocksOf(spec, direction);
    return least === most ? roundBytes(least) : `${roundBytes(least)}-${roundBytes(most)}`;
  });
  return [...new Set(sizes)].join(", ");
}

function ending({ spec, passBytes, passUnits }: JobPlan): string {
  if (spec.create_only) return "when its files are laid out";
  const times = [
    spec.startdelay.most > 0 ? `starts after ${delay(spec)}` : "",
    spec.ramp_time > 0 ? `ramp of ${showTime(spec.ramp_time)}` : "",
    spec.ramp_size > 0 ? `ramp of ${roundBytes(spec.ramp_size)}` : "",
  ].filter((part) => part !== "");
  const units = Number.isFinite(passUnits) ? ` or ${passUnits} units` : "";
  const loops = spec.loops > 1 ? `, ${spec.loops} times` : "";
  const bytes = spec.fill_device ? "all space is full" : roundBytes(passBytes);
  const work = `after ${bytes}${units}${loops}`;
  const runtime = `after ${showTime(spec.runtime)}`;
  let end = work;
  if (spec.time_based) end = runtime;
  else if (spec.runtime > 0) end = `${work}, or ${runtime}`;
  return [...times, end].join(", ");
}

function delay({ startdelay: { least, most } }: JobSpec): string {
  return least === most ? showTime(least) : `${showTime(least)} to ${showTime(most)}`;
}

/** What the buffers of one clone are, and what all clones of a job need together. */
function memoryTable(families: readonly Family[]): readonly string[] {
  const rows = families.map(({ title, first, clones }) => {
    const { depth, bufferBytes, memory, spec, verification } = first;
    const { kind, file } = spec.mem;
    const record = verification === undefined ? 0 : recordBytes(verification, GRAIN_BYTES);
    const map = mapBytes(first);
    const { hugePage, bytes = depth * bufferBytes, align = 0, locked = 0 } = memory ?? {};
    const notes = [
      hugePage === undefined ? "" : `in ${hugePages(bytes / hugePage.bytes, hugePage.bytes)}`,
      align === 0 ? "" : `${roundBytes(align)} behind a page`,
      locked === 0 ? "" : `${roundBytes(locked)} locked beside them`,
      record === 0 ? "" : `at most ${roundBytes(record)} to know what was written last`,
      map === 0 ? "" : `${roundBytes(map)} of random map`,
    ];
    return [
      title,
      `${depth} × ${roundBytes(bufferBytes)}`,
      roundBytes((bytes + locked + record + map) * clones.length),
      file === undefined ? kind : `${kind}:${showPath(file)}`,
      notes.filter((note) => note !== "").join(", "),
    ];
  });
  return table([["job", "buffers", "in all", "of", ""], ...rows]);
}

function fileTable(families: readonly Family[]): readonly string[] {
  const rows = families.flatMap(({ title, clones }) => {
    const all = clones.flatMap(({ clone, targets }) =>
      targets.map((target) => [
        showPath(target.path),
        target.kind,
        state(target),
        region(target),
        clones.length > 1 ? `${title}, clone ${clone}` : title,
      ]),
    );
    return firstRows(all);
  });
  return rows.length === 0 ? [] : table([["path", "kind", "now", "used", "by"], ...rows]);
}

function state({ kind, exists, size }: Target): string {
  if (kind === "none") return "not touched";
  if (!exists) return "missing";
  return kind === "regular" || kind === "block" ? roundBytes(size) : "there";
}

function region({ offset, length }: Target): string {
  if (length >= ENDLESS) return "all the space there is";
  return offset === 0 ? roundBytes(length) : `${roundBytes(length)} from ${roundBytes(offset)} on`;
}

function writtenTable({ jobs }: RunPlan, families: readonly Family[]): readonly string[] {
  const layouts = layoutsOf(jobs).map(({ target, bytes }) => [
    showPath(target.path),
    `${roundBytes(bytes)} laid out before the start`,
  ]);
  const running = families.flatMap((family) => {
    const { writes, trims, rewrites } = workOf(family.first.spec);
    if ((!writes && !trims) || family.first.spec.create_only) return [];
    const rows = family.clones.flatMap((plan) => {
      const paths = plan.targets.filter(({ kind }) => kind !== "none").map(({ path }) => path);
      if (paths.length === 0) return [];
      const more = paths.length > 1 ? ` and ${paths.length - 1} more` : "";
      const does = rewrites ? "trimmed and written" : trims ? "trimmed" : "written";
      return [[showPath(paths[0]!) + more, `${amount(plan)} ${does} by ${family.title}`]];
    });
    return firstRows(rows);
  });
  return table([...firstRows(layouts), ...running]);
}

function amount({ spec, passBytes, passUnits }: JobPlan): string {
  if (spec.fill_device) return "until no space is left";
  if (spec.time_based) return `as much as ${showTime(spec.runtime)} allow, again and again`;
  const { reads } = workOf(spec);
  const most = Math.min(passBytes, passUnits * largestBlock(spec)) * spec.loops;
  return reads ? `its share of ${roundBytes(most)}` : `at most ${roundBytes(most)}`;
}

function deviceTable({ devices }: RunPlan): readonly string[] {
  return table(
    devices.map(({ path, number, size, exclusive }) => [
      showPath(path),
      number,
      roundBytes(size),
      exclusive ? "" : "shared with its mount (allow_mounted_write)",
    ]),
  );
}

function warning({ jobs }: RunPlan, job: number | null, message: string): string {
  const name = job === null ? undefined : jobs.find(({ index }) => index === job)?.spec.name;
  return name === undefined ? `  ${message}` : `  ${showPath(name)}: ${message}`;
}

/** What was written, one a line with its source; then what was not, in running text. */
function options({ input, first }: Family, values: Values): readonly string[] {
  const names = [...Object.keys(first.spec), ...Object.keys(first.engineOptions)];
  const all = names.map((name) => ({
    name,
    value: effectiveValue(name, input, first, values),
    origin: values.valueOrigin(input, name),
  }));
  const written = all.filter(({ origin }) => origin !== DEFAULT);
  const others = all.filter(({ origin }) => origin === DEFAULT);
  return [
    ...table(written.map(({ name, value, origin }) => [name, value, origin])),
    ...(others.length === 0 ? [] : ["  by default:"]),
    ...wrap(
      others.map(({ name, value }) => `${name} = ${value}`),
      "    ",
    ),
  ];
}

/** The options of an engine that was chosen are known to the plan alone. */
function effectiveValue(
  name: string,
  input: number,
  { engineOptions }: JobPlan,
  values: Values,
): string {
  const text = values.formatValue(input, name) || String(engineOptions[name] ?? "");
  return text === "" ? "(unset)" : showPath(text);
}
