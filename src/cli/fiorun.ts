/** What `fathom fio` does with jobs: plans them by fio's ways, runs them, prints fio's shapes. */
import { UserError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { fioExit } from "../fio/exit.ts";
import { fioJson } from "../fio/json.ts";
import { fioNormal } from "../fio/normal.ts";
import type { Format, Settings } from "../fio/settings.ts";
import { fioTerse } from "../fio/terse.ts";
import type { FioPart } from "../jobfile/fio/read.ts";
import type { ReadJob } from "../jobfile/job.ts";
import type { RunResult } from "../measure/result.ts";
import { thisMachine } from "../plan/environment.ts";
import { holdDevices, releaseDevices } from "../plan/hold.ts";
import { plan, type RunPlan } from "../plan/plan.ts";
import { FIO } from "../plan/profile.ts";
import { execute } from "../run/execute.ts";
import { liveLines } from "../run/live.ts";
import { deliver, destinationOf } from "./destination.ts";
import { echoOf, type Texts } from "./fioecho.ts";
import { writeErr } from "./output.ts";

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
  const planned = await plan(jobs, thisMachine(), FIO);
  if (planned.problems.length > 0) throw new UserError(planned.problems);
  tellNotes(planned);
  const echo = echoOf(parts, jobs);
  const held = holdDevices(planned.devices);
  try {
    const { result, signal } = await execute({
      jobs: planned.jobs,
      options: planned.inputs.map((input) => echo.own[input]!),
      messages: planned.messages,
      command: ["fio", ...words],
      jobFiles: parts.filter((part) => part.kind === "file"),
      version: VERSION,
      entry,
      observers: settings.eta === "never" ? [] : liveLines(writeErr),
    });
    tellErrors(result);
    const texts = settings.formats.map((format) =>
      documentOf(result, format, settings, echo.global),
    );
    const delivered = deliver(texts.join(""), destination, "fio");
    const failed = result.jobs.filter(({ error }) => error !== null).length;
    const exit = fioExit(failed, signal !== undefined);
    return exit === 0 && !delivered ? 1 : exit;
  } finally {
    releaseDevices(held);
  }
}

function documentOf(
  result: RunResult,
  format: Format,
  { terseVersion }: Settings,
  globalOptions: Texts,
): string {
  if (format === "normal") return fioNormal(result);
  if (format === "terse") return fioTerse(result, terseVersion);
  return fioJson(result, { plus: format === "json+", globalOptions });
}

/** What fio puts between its results goes where it spoils none. */
function tellNotes({ messages, jobs }: RunPlan): void {
  for (const { text, job } of messages) tell(text, jobs[job ?? -1]?.spec.name);
}

function tellErrors({ messages, jobs }: RunResult): void {
  for (const { severity, text, job } of messages) {
    if (severity === "error") tell(text, jobs.find(({ index }) => index === job)?.name);
  }
}

function tell(text: string, name: string | undefined): void {
  writeErr(`fio: ${name === undefined ? "" : `${JSON.stringify(name)}: `}${text}\n`);
}
