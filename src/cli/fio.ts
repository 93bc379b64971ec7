/**
 * `fathom fio`: takes fio's command line and behaves as fio would. Here is only the way from words
 * to jobs; running them is loaded when there is something to run.
 */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { SystemError, UserError } from "../base/errors.ts";
import { Mistake } from "../base/problem.ts";
import { clean } from "../base/quote.ts";
import { workOf } from "../base/rw.ts";
import { type ArgvPart, type FioCommand, readFioArgv } from "../fio/argv.ts";
import { fioHelp } from "../fio/flags.ts";
import { FIO_VERSION } from "../fio/spelling.ts";
import { type FioPart, readFioJobs } from "../jobfile/fio/read.ts";
import type { ReadJob } from "../jobfile/job.ts";
import { showPath } from "../plan/show.ts";
import { jobNames } from "./fionames.ts";
import type { Invocation } from "./main.ts";
import { writeErr, writeOut } from "./output.ts";

/** fio: whatever is wrong before jobs run. */
const WRONG = 1;
const STDIN = "-";
/** A job file larger than this is none; 16 MiB. */
const LARGEST = 16 * 2 ** 20;

export function fioCommand({ argv, entry, done }: Invocation): Command {
  const command = new Command("fio")
    .argument("[WORDS...]", "as fio takes them")
    .addHelpText("after", `\n${fioHelp()}`);
  return command.action(async () => done(await fio(argv.slice(1), entry)));
}

/** The exit value. */
async function fio(words: readonly string[], entry: string): Promise<number> {
  try {
    const command = readFioArgv(words, await jobNames(words));
    return command.action.kind === "jobs" ? await jobs(command, words, entry) : await tell(command);
  } catch (error) {
    if (!(error instanceof Mistake || error instanceof UserError || error instanceof SystemError)) {
      throw error;
    }
    writeErr(error instanceof UserError ? `${error.message}\n` : `fio: ${shown(error.message)}\n`);
    return WRONG;
  }
}

/** A word too long to be repeated whole. */
const LONG_WORD = /\S{200,}/g;

/** Words that were typed may hold anything: nothing that a terminal obeys is left. */
function shown(message: string): string {
  return clean(message.replace(LONG_WORD, showPath));
}

async function tell({ action }: FioCommand): Promise<number> {
  if (action.kind === "cmdhelp" || action.kind === "enghelp") {
    const { commandHelp, engineHelp } = await import("./fiohelp.ts");
    const help = await (action.kind === "cmdhelp" ? commandHelp : engineHelp)(action.name);
    writeErr(help.err.map((line) => `${line}\n`).join(""));
    writeOut(help.out.map((line) => `${line}\n`).join(""));
    return help.found ? 0 : WRONG;
  }
  if (action.kind === "cpuclock-test" || action.kind === "crctest") {
    const { clockTest, checksumTest } = await import("./fioselftest.ts");
    const passed = action.kind === "crctest" ? checksumTest(action.name) : clockTest();
    return passed ? 0 : WRONG;
  }
  writeOut(action.kind === "version" ? `${FIO_VERSION}\n` : fioHelp());
  return 0;
}

async function jobs(
  { settings, parts }: FioCommand,
  words: readonly string[],
  entry: string,
): Promise<number> {
  if (settings.idleProf === "calibrate") {
    // As in fio: a word that ends the command.
    await (await import("./fiorun.ts")).calibrateIdle(entry);
    return 0;
  }
  const read = parts.map((part) => filled(part, settings.sections));
  const { jobs: found, problems } = await readFioJobs(read);
  if (problems.length > 0) throw new UserError(problems);
  const ofFiles = found.filter(({ place }) => place.line !== undefined);
  if (settings.readonly) refuseChanges(ofFiles);
  if (settings.showcmd) {
    const { commandLines } = await import("./fioshow.ts");
    writeOut(
      commandLines(read)
        .map((line) => `${line}\n`)
        .join(""),
    );
    return 0;
  }
  if (settings.parseOnly) return 0;
  if (found.length === 0) {
    writeErr(`No job(s) defined\n\n${fioHelp()}`);
    return WRONG;
  }
  if (settings.readonly) refuseChanges(found);
  if (settings.warningsFatal) refuseNotes(found);
  const { runFio } = await import("./fiorun.ts");
  return await runFio({ jobs: found, parts: read, settings, words, entry });
}

/** The part with the text of its file. Throws SystemError for one that cannot be read. */
function filled(part: ArgvPart, sections: readonly string[]): FioPart {
  if (part.kind === "job") return part;
  const { name } = part;
  const source = name === STDIN ? "(standard input)" : name;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(name === STDIN ? 0 : name);
  } catch (error) {
    const { errno, message } = error as NodeJS.ErrnoException;
    const reason = /^([A-Z]+): ([^,]+)/.exec(message);
    const meaning = reason === null ? message : `${reason[1]} (${reason[2]})`;
    const option = /=/.test(name) ? `if it is to be an option, write --${name}` : "";
    throw new SystemError("open", showPath(source), Math.abs(errno ?? 0), meaning, option);
  }
  if (bytes.length > LARGEST) throw new Mistake(`${showPath(source)} is too large for a job file`);
  const text = new TextDecoder().decode(bytes);
  return { kind: "file", name: source, text, ...(sections.length === 0 ? {} : { sections }) };
}

/** Throws UserError when something was passed over. */
function refuseNotes(found: readonly ReadJob[]): void {
  const problems = found.flatMap(({ notes, place, spec }) =>
    notes.map((note) => ({
      place,
      message: `${JSON.stringify(spec.name)}: ${note}, and --warnings-fatal takes no warning`,
    })),
  );
  if (problems.length > 0) throw new UserError(problems);
}

/** Throws UserError when a job would change what is stored. */
function refuseChanges(found: readonly ReadJob[]): void {
  const problems = found
    .filter(({ spec }) => workOf(spec).changes)
    .map(({ spec, place }) => ({
      place,
      message:
        `${JSON.stringify(spec.name)} has rw = ${spec.rw}, and --readonly allows no writes and ` +
        "no trims; drop one of the two",
    }));
  if (problems.length > 0) throw new UserError(problems);
}
