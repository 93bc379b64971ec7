/** What `fathom fio` does with jobs: plans them by fio's ways, runs them, prints fio's shapes. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { fioExit } from "../fio/exit.ts";
import { idlenessLines } from "../fio/idleness.ts";
import type { Settings } from "../fio/settings.ts";
import { verifyLines } from "../fio/verifylines.ts";
import type { FioPart } from "../jobfile/fio/read.ts";
import type { ReadJob } from "../jobfile/job.ts";
import type { RunResult } from "../measure/result.ts";
import { thisMachine } from "../plan/environment.ts";
import { holdDevices, releaseDevices } from "../plan/hold.ts";
import { plan, type RunPlan } from "../plan/plan.ts";
import { FIO } from "../plan/profile.ts";
import { AggregateBandwidth } from "../run/aggregate.ts";
import type { Observer } from "../run/coordinator.ts";
import { execute } from "../run/execute.ts";
import { IdleProfile } from "../run/idle.ts";
import { Trigger } from "../run/trigger.ts";
import { destinationOf } from "./destination.ts";
import { Documents } from "./fiodocuments.ts";
import { echoOf } from "./fioecho.ts";
import { etaLines } from "./fioeta.ts";
import { writeErr, writeOut } from "./output.ts";

export interface FioRun {
  readonly jobs: readonly ReadJob[];
  readonly parts: readonly FioPart[];
  readonly settings: Settings;
  /** The command line behind `fio`. */
  readonly words: readonly string[];
  readonly entry: string;
}

/** The exit value. Throws UserError for what the plan refuses, SystemError for a device in use. */
export async function runFio({ jobs, parts, settings, words, entry }: FioRun): Promise<number> {
  const destination = destinationOf(settings.output);
  const planned = await plan(jobs, thisMachine(), { ...FIO, stateFolder: settings.auxPath });
  if (planned.problems.length > 0) throw new UserError(planned.problems);
  tellNotes(planned);
  const echo = echoOf(parts, jobs);
  const held = holdDevices(planned.devices);
  try {
    const output = new Documents(settings, echo.global, destination);
    const { aggregate, observers } = beside(settings);
    const profile = settings.idleProf && (await IdleProfile.start(entry));
    if (profile !== undefined) observers.push(profile);
    const { result, signal } = await execute({
      jobs: planned.jobs,
      options: planned.inputs.map((input) => echo.own[input]!),
      messages: planned.messages,
      command: ["fio", ...words],
      jobFiles: parts.filter((part) => part.kind === "file"),
      version: VERSION,
      entry,
      observers,
      status: {
        ...(settings.statusInterval === undefined ? {} : { everyNs: settings.statusInterval }),
        file: join(statusDirectory(), STATUS_FILE),
        show: (soFar) => output.add(soFar),
      },
    });
    tellErrors(result);
    const logged = aggregate === undefined || writeLogs(aggregate, settings.bandwidthLog!);
    const idle = profile && { ...(await profile.finish()), show: settings.idleProf! };
    const delivered = output.finish(result, idle) && logged;
    const failed = result.jobs.filter(({ error }) => error !== null).length;
    const exit = fioExit(failed, signal !== undefined);
    return exit === 0 && !delivered ? 1 : exit;
  } finally {
    releaseDevices(held);
  }
}

/** fio: a file of this name asks for a report, in the first of these directories that is set. */
const STATUS_FILE = "fio-dump-status";

function statusDirectory(): string {
  return process.env["TMPDIR"] || process.env["TEMP"] || "/tmp";
}

/** What --idle-prof=calibrate prints: the unit of work, without any job. */
export async function calibrateIdle(entry: string): Promise<void> {
  const idle = { ...(await (await IdleProfile.start(entry)).finish()), show: "calibrate" as const };
  writeOut(`${idlenessLines(idle).slice(1).join("\n")}\n`);
}

/** What looks on while the jobs run. */
function beside(settings: Settings): {
  readonly aggregate: AggregateBandwidth | undefined;
  readonly observers: Observer[];
} {
  const { triggerFile, triggerTimeout, trigger } = settings;
  const aggregate = settings.bandwidthLog === undefined ? undefined : new AggregateBandwidth();
  const observers: Observer[] = [...etaLines(settings, writeErr)];
  if (aggregate !== undefined) observers.push(aggregate);
  if (triggerFile !== undefined || triggerTimeout !== undefined) {
    const order = {
      ...(triggerFile === undefined ? {} : { file: triggerFile }),
      ...(triggerTimeout === undefined ? {} : { afterNs: triggerTimeout }),
      command: trigger,
      say: (text: string) => tell(text, undefined),
    };
    observers.push(new Trigger(order));
  }
  return { aggregate, observers };
}

/** False when one of them could not be written, which is said. */
function writeLogs(aggregate: AggregateBandwidth, prefix: string): boolean {
  let all = true;
  for (const [direction, text] of aggregate.texts()) {
    const name = `${prefix}-${direction}_bw.log`;
    try {
      writeFileSync(name, text);
    } catch (error) {
      all = false;
      tell(`${name} cannot be written: ${(error as Error).message}`, undefined);
    }
  }
  return all;
}

/** What fio puts between its results goes where it spoils none. */
function tellNotes({ messages, jobs }: RunPlan): void {
  for (const { text, job } of messages) tell(text, jobs[job ?? -1]?.spec.name);
}

function tellErrors({ messages, jobs }: RunResult): void {
  for (const { verification } of jobs) {
    if (verification === null) continue;
    for (const line of verifyLines(verification)) writeErr(`${line}\n`);
  }
  for (const { severity, code, text, job } of messages) {
    const told = severity === "error" || code === "error_survived";
    if (told) tell(text, jobs.find(({ index }) => index === job)?.name);
  }
}

function tell(text: string, name: string | undefined): void {
  writeErr(`fio: ${name === undefined ? "" : `${JSON.stringify(name)}: `}${text}\n`);
}
