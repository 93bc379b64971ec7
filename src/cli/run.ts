/** `fathom run`: plans, holds the devices, runs, and writes one document. */
import { Command, Option } from "commander";
import { EXIT, SystemError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { fioJson } from "../fio/json.ts";
import { fioNormal } from "../fio/normal.ts";
import { fioTerse } from "../fio/terse.ts";
import type { RunResult } from "../measure/result.ts";
import { holdDevices, releaseDevices } from "../plan/hold.ts";
import { jsonReport } from "../report/json.ts";
import { textReport } from "../report/text.ts";
import { withWarnings } from "../report/warnings.ts";
import { execute } from "../run/execute.ts";
import { LiveLine } from "../run/live.ts";
import { signalExit } from "../run/signals.ts";
import { terminalColumns } from "../run/terminal.ts";
import { type Destination, destinationOf, writeDocument } from "./destination.ts";
import { JobFlags } from "./jobflags.ts";
import { planRun } from "./jobs.ts";
import type { Invocation } from "./main.ts";
import { writeErr, writeOut } from "./output.ts";

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
    const planned = await planRun(await flags.operands(words), flags.given);
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
        observers: terminalColumns(2) !== undefined ? [liveLine()] : [],
      });
      const delivered = deliver(withWarnings(result), own.outputFormat, destination);
      if (signal !== undefined) done(signalExit(signal));
      else done(succeeded && delivered ? EXIT.ok : EXIT.failed);
    } finally {
      releaseDevices(held);
    }
  });
}

function liveLine(): LiveLine {
  return new LiveLine(writeErr, () => terminalColumns(2) ?? 80);
}

/** False when the document did not come where it was asked for. */
function deliver(result: RunResult, format: Format, destination: Destination | undefined): boolean {
  tellErrors(result);
  const colour =
    destination === undefined &&
    terminalColumns(1) !== undefined &&
    process.env["NO_COLOR"] === undefined;
  const document = documentOf(result, format, colour);
  if (destination === undefined) {
    writeOut(document);
    return true;
  }
  try {
    writeDocument(destination, document);
    return true;
  } catch (error) {
    // The run may have taken hours: its figures are not thrown away with the file.
    if (!(error instanceof SystemError)) throw error;
    writeErr(`fathom: ${error.message}; the document goes to standard output instead\n`);
    writeOut(document);
    return false;
  }
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
  for (const { severity, text, job } of messages) {
    if (severity !== "error") continue;
    const name = jobs.find(({ index }) => index === job)?.name;
    writeErr(`fathom: ${name === undefined ? "" : `${JSON.stringify(name)}: `}${text}\n`);
  }
}
