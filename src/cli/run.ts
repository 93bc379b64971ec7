/** `fathom run`: plans, holds the devices, runs, and writes one document. */
import { dirname } from "node:path";
import { Command, Option } from "commander";
import { EXIT } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { fioJson } from "../fio/json.ts";
import { fioNormal } from "../fio/normal.ts";
import { fioTerse } from "../fio/terse.ts";
import type { RunResult } from "../measure/result.ts";
import { holdDevices, releaseDevices } from "../plan/hold.ts";
import { NATIVE } from "../plan/profile.ts";
import { jsonReport } from "../report/json.ts";
import { textReport } from "../report/text.ts";
import { withWarnings } from "../report/warnings.ts";
import { execute } from "../run/execute.ts";
import { liveLines } from "../run/live.ts";
import { signalExit } from "../run/signals.ts";
import { terminalColumns } from "../run/terminal.ts";
import { type Destination, deliver, destinationOf } from "./destination.ts";
import { JobFlags } from "./jobflags.ts";
import { planRun } from "./jobs.ts";
import type { Invocation } from "./main.ts";
import { writeErr } from "./output.ts";

const FORMATS = ["text", "json", "fio-json", "fio-json+", "fio-normal", "fio-terse"] as const;
type Format = (typeof FORMATS)[number];

/** The version fio prints when none is asked for. */
const TERSE_VERSION = 3;

interface RunFlags {
  readonly outputFormat: Format;
  readonly output?: string;
}

export async function runCommand({ entry, argv, done }: Invocation): Promise<Command> {
  const flags = await JobFlags.load();
  const command = new Command("run")
    .argument("[JOB...]", "job files in TOML, or *.fio; - is standard input, TOML")
    .addOption(
      new Option("--output-format <FORMAT>", "what to print").choices(FORMATS).default("text"),
    )
    .option("--output <FILE>", "write the document there; - is standard output");
  flags.declare(command);
  return command.action(async (words: string[], own: RunFlags) => {
    const destination = destinationOf(own.output);
    const planned = await planRun(await flags.operands(words), flags.given, {
      ...NATIVE,
      stateFolder: folderOf(own.output),
    });
    const held = holdDevices(planned.plan.devices);
    try {
      const { result, succeeded, signal } = await execute({
        jobs: planned.plan.jobs,
        options: planned.options,
        messages: planned.plan.messages,
        command: ["fathom", ...argv],
        jobFiles: planned.sources,
        version: VERSION,
        entry,
        observers: liveLines(writeErr),
        // Standard output is for the one document.
        status: { show: (soFar) => writeErr(textReport(withWarnings(soFar), { colour: false })) },
      });
      const report = withWarnings(result);
      tellErrors(report);
      const document = documentOf(report, own.outputFormat, inColour(destination));
      const delivered = deliver(document, destination, "fathom");
      if (signal !== undefined) done(signalExit(signal));
      else done(succeeded && delivered ? EXIT.ok : EXIT.failed);
    } finally {
      releaseDevices(held);
    }
  });
}

/** Where files beside the document go; undefined when it goes to standard output. */
function folderOf(output: string | undefined): string | undefined {
  return output === undefined || output === "-" ? undefined : dirname(output);
}

/** Colour is for a person: on a terminal that was not told otherwise. */
function inColour(destination: Destination | undefined): boolean {
  const terminal = destination === undefined && terminalColumns(1) !== undefined;
  return terminal && process.env["NO_COLOR"] === undefined;
}

function documentOf(result: RunResult, format: Format, colour: boolean): string {
  switch (format) {
    case "text":
      return textReport(result, { colour });
    case "json":
      return jsonReport(result);
    case "fio-normal":
      return fioNormal(result);
    case "fio-terse":
      return fioTerse(result, TERSE_VERSION);
    default:
      return fioJson(result, { plus: format === "fio-json+" });
  }
}

/** Errors of jobs on stderr too, where a person looks. */
function tellErrors({ messages, jobs }: RunResult): void {
  for (const { severity, code, text, job } of messages) {
    if (severity !== "error" && code !== "error_survived") continue;
    const name = jobs.find(({ index }) => index === job)?.name;
    writeErr(`fathom: ${name === undefined ? "" : `${JSON.stringify(name)}: `}${text}\n`);
  }
}
