/**
 * The text report: for a person at a terminal, at most 100 columns. First what failed, then each
 * job or group, the disks, and what casts doubt on the figures. It shows what the result says and
 * computes nothing but units.
 */
import type {
  DiskCounters,
  DiskResult,
  Environment,
  GroupResult,
  JobResult,
  Message,
  RunResult,
} from "../measure/result.ts";
import {
  bytes,
  count,
  number,
  type Paint,
  paint,
  percent,
  plain,
  table,
  WIDTH,
  wrap,
} from "./format.ts";
import { groupBlock, groupSummary, jobBlock, jobTitle, totalSummary } from "./jobblock.ts";

export interface TextOptions {
  readonly colour: boolean;
}

export function textReport(result: RunResult, options: TextOptions): string {
  const brush = paint(options.colour);
  const blocks = [
    header(result, brush),
    alarms(result, brush),
    ...result.groups.flatMap((group) => groupBlocks(group, result.jobs, brush)),
    severalGroups(result, brush),
    diskBlock(result.disks, result.jobs, brush),
    messageBlock("Warnings", "warning", result, brush.yellow),
    messageBlock("Notes", "note", result, brush.bold),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

function header(result: RunResult, brush: Paint): string[] {
  const { environment, fathom_version, started_at } = result;
  const when = `${started_at.slice(0, 19).replace("T", " ")} UTC`;
  const files = environment.job_files.map(
    ({ name, sha256 }) => `${name} (sha256 ${sha256.slice(0, 12)})`,
  );
  const [title, ...more] = flow([`fathom ${fathom_version}`, when, ...files]);
  return [
    brush.bold(title!),
    ...more,
    ...flow(machine(environment)),
    ...flow(storage(environment)),
  ];
}

function machine(environment: Environment): string[] {
  const { kernel, architecture, cpu_model, cpu_count, cpu_allowed } = environment;
  const { cpu_governor, memory_bytes } = environment;
  const allowed = cpu_allowed !== null && cpu_allowed < cpu_count;
  const cpus = allowed ? `${cpu_allowed} of ${cpu_count}` : `${cpu_count}`;
  return [
    `${kernel} ${architecture}`,
    `${cpus} × ${cpu_model ?? "unknown CPU"}`,
    ...(memory_bytes === null ? [] : [`${bytes(memory_bytes)} memory`]),
    ...(cpu_governor === null ? [] : [`governor ${cpu_governor}`]),
  ];
}

function storage({ devices, file_systems }: Environment): string[] {
  const disks = devices.map((device) => {
    const facts = [
      device.model,
      device.size_bytes === null ? null : bytes(device.size_bytes),
      device.rotational ? "rotating" : null,
      device.scheduler === null ? null : `scheduler ${device.scheduler}`,
      device.physical_block_bytes === null ? null : `sectors ${bytes(device.physical_block_bytes)}`,
      device.write_cache,
      device.members.length === 0 ? null : `on ${device.members.join(" ")}`,
    ];
    return `${device.name} (${facts.filter((fact) => fact !== null).join(", ")})`;
  });
  const mounts = file_systems.map(
    ({ type, mount_point, options }) => `${type} on ${mount_point} (${options})`,
  );
  return [...disks, ...mounts];
}

/** Facts in a line, with as many lines as it takes. */
function flow(facts: readonly string[]): string[] {
  const [first, ...rest] = wrap(plain(facts.join(" · ")), WIDTH - 2);
  return first === undefined ? [] : [first, ...rest.map((line) => `  ${line}`)];
}

function alarms({ interrupted, jobs, messages }: RunResult, brush: Paint): string[] {
  const errors = messages.filter(({ severity }) => severity === "error");
  const lines = collapsed("FAILED  ", errors, jobs, SHOWN_ERRORS);
  if (interrupted !== null) {
    lines.push(`Interrupted by ${interrupted}: the figures are those measured up to then.`);
  }
  return lines.map(brush.red);
}

function groupBlocks(group: GroupResult, jobs: readonly JobResult[], brush: Paint): string[][] {
  const members = jobs.filter((job) => job.group === group.group);
  const together = members.filter((job) => job.group_reporting);
  const alone = members.filter((job) => !job.group_reporting);
  const blocks = alone.map((job) => jobBlock(job, members, brush));
  if (together.length > 0) blocks.push(groupBlock(group, members, brush));
  else if (members.length > 1) blocks.push(groupSummary(group, brush));
  return blocks;
}

/** Groups that ran at the same time have a sum worth a line; of those in turn it would mislead. */
function severalGroups({ groups, jobs, total }: RunResult, brush: Paint): string[] {
  const stages = new Set(jobs.map((job) => job.stage));
  return groups.length > 1 && stages.size === 1 ? totalSummary(total, brush) : [];
}

function diskBlock(
  disks: readonly DiskResult[],
  jobs: readonly JobResult[],
  brush: Paint,
): string[] {
  if (disks.length === 0) return [];
  const stages = new Set(disks.map(({ stage }) => stage));
  const rows = [
    ["Disks", "reads", "writes", "flushes", "read", "written", "discarded", "in queue", "busy"],
  ];
  for (const disk of disks) {
    const names = jobs.filter((job) => job.stage === disk.stage).map((job) => plain(job.name));
    const during = stages.size > 1 ? ` (${[...new Set(names)].join(", ").slice(0, 30)})` : "";
    rows.push(diskRow(`  ${disk.name}${during}`, disk, disk.elapsed_ns));
    if (disk.member_total !== null) {
      const members = disk.members.join(" ").slice(0, 30);
      rows.push(diskRow(`    on ${members}`, disk.member_total, disk.elapsed_ns));
    }
  }
  const [head, ...lines] = table(rows, 1);
  return [brush.bold(head!), ...lines];
}

function diskRow(label: string, disk: DiskCounters, elapsedNs: number): string[] {
  return [
    label,
    count(disk.read.ios),
    count(disk.write.ios),
    count(disk.flush_ios),
    bytes(disk.read.bytes),
    bytes(disk.write.bytes),
    bytes(disk.discard.bytes),
    number(elapsedNs > 0 ? disk.in_queue_ns / elapsedNs : 0),
    percent(disk.utilization_percent),
  ];
}

/** Messages of one code shown whole; the others of that code are counted. */
const SHOWN = 3;
const SHOWN_ERRORS = 20;

function messageBlock(
  title: string,
  severity: Message["severity"],
  { messages, jobs }: RunResult,
  dress: (text: string) => string,
): string[] {
  const chosen = messages.filter((message) => message.severity === severity);
  return chosen.length === 0 ? [] : [dress(title), ...collapsed("  ", chosen, jobs, SHOWN)];
}

/** The same text of several jobs in one, and at most `shown` texts of a code. */
function collapsed(
  prefix: string,
  messages: readonly Message[],
  jobs: readonly JobResult[],
  shown: number,
): string[] {
  const lines: string[] = [];
  for (const [code, alike] of Map.groupBy(messages, (message) => message.code)) {
    const distinct = [...Map.groupBy(alike, (message) => message.text).values()];
    for (const same of distinct.slice(0, shown)) {
      const others = same.length > 1 ? ` (and ${count(same.length - 1)} more)` : "";
      lines.push(...sentence(prefix, same[0]!, jobs, others));
    }
    const left = distinct.slice(shown).flat().length;
    if (left > 0) lines.push(`${prefix}… and ${count(left)} more of this kind (${code})`);
  }
  return lines;
}

/** `job: text`, wrapped and indented under its beginning. */
function sentence(
  prefix: string,
  { text, job }: Message,
  jobs: readonly JobResult[],
  others: string,
): string[] {
  const about = jobs.find(({ index }) => index === job);
  const name = about === undefined ? "" : `${jobTitle(about, jobs)}${others}: `;
  const lines = wrap(plain(name + text), WIDTH - prefix.length - 2);
  const indent = " ".repeat(prefix.length + 2);
  return lines.map((line, position) => (position === 0 ? prefix : indent) + line);
}
