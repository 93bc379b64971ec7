/**
 * argv → verb. Each verb is a file of its own, loaded when it is asked for; here are only the
 * names, what a mistake in the command line says, and how an error becomes an exit value.
 */
import { basename } from "node:path";
import { Command, CommanderError } from "commander";
import { EXIT, SystemError, UserError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { showPath } from "../plan/show.ts";
import { layOutHelp } from "./help.ts";
import { writeErr } from "./output.ts";

/**
 * Runs one command line to its end and leaves the process. `entry` is the URL Workers start from.
 */
export async function main(argv: readonly string[], entry: string): Promise<never> {
  // A binary that is called fio, by a link, is fio.
  const words = basename(process.argv0) === FIO ? [FIO, ...argv] : argv;
  process.exit(await exitValue(words, entry));
}

async function exitValue(argv: readonly string[], entry: string): Promise<number> {
  try {
    return await dispatch(argv, entry);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof UserError) {
      writeErr(`${error.message}\n`);
      return EXIT.usage;
    }
    if (error instanceof SystemError) {
      writeErr(`fathom: ${error.message}\n`);
      return EXIT.failed;
    }
    writeErr(`fathom: a mistake in fathom itself: ${String(error)}\n`);
    if (process.env["FATHOM_DEBUG"] !== undefined && error instanceof Error) {
      writeErr(`${error.stack}\n`);
    } else {
      writeErr("Set FATHOM_DEBUG=1 to see where, and please report it.\n");
    }
    return EXIT.failed;
  }
}

/** What every verb's file gets, and gives back. */
export interface Invocation {
  /** URL that Workers start from. */
  readonly entry: string;
  /** The words as typed. */
  readonly argv: readonly string[];
  /** Says the exit value. */
  readonly done: (exit: number) => void;
  /** Every verb with all it declares, in the order of the help. */
  readonly verbs: () => Promise<readonly Command[]>;
}

/** The verb whose words are fio's to read, --help and --version among them. */
const FIO = "fio";

type Load = (invocation: Invocation) => Promise<Command>;

const VERBS: readonly (readonly [name: string, summary: string, load: Load])[] = [
  [
    "run",
    "run job files, or the job that the flags describe, and report",
    async (invocation) => (await import("./run.ts")).runCommand(invocation),
  ],
  [
    "check",
    "print what a run would do, without touching anything",
    async (invocation) => (await import("./check.ts")).checkCommand(invocation),
  ],
  [
    FIO,
    "take fio's command line and job files, and print fio's reports",
    async (invocation) => (await import("./fio.ts")).fioCommand(invocation),
  ],
  [
    "convert",
    "print a job file of fio as TOML, or the other way round",
    async (invocation) => (await import("./convert.ts")).convertCommand(invocation),
  ],
  [
    "example",
    "print a small job file that runs anywhere",
    async (invocation) => (await import("./example.ts")).exampleCommand(invocation),
  ],
  [
    "options",
    "show the options of a job",
    async (invocation) => (await import("./options.ts")).optionsCommand(invocation),
  ],
  [
    "completion",
    "print a script that completes command lines in a shell",
    async (invocation) => (await import("./completion.ts")).completionCommand(invocation),
  ],
  [
    "schema",
    "print a JSON Schema",
    async (invocation) => (await import("./schema.ts")).schemaCommand(invocation),
  ],
];

/** A command and those below it: they say their mistakes as fathom does, and never exit. */
function prepare(command: Command): void {
  layOutHelp(command.exitOverride(), said);
  command.commands.forEach(prepare);
}

/** A word too long to be repeated whole. */
const LONG_WORD = /\S{200,}/g;

/** What commander says of a mistake, as fathom says it. */
function said(text: string): string {
  return text.replace(/^error: /, "fathom: ").replace(LONG_WORD, showPath);
}

async function dispatch(argv: readonly string[], entry: string): Promise<number> {
  let exit: number = EXIT.ok;
  const program = new Command("fathom")
    .description("Measures storage: runs job files and reports IOPS, bandwidth and latency")
    .version(VERSION, "-V, --version")
    .helpCommand(true)
    .showHelpAfterError("(fathom --help lists the verbs)");
  const done = (value: number): void => {
    exit = value;
  };
  const verbs = (all: boolean): Promise<readonly Command[]> =>
    Promise.all(
      VERBS.map(async ([name, summary, load]) => {
        const command =
          all || name === wanted ? await load(invocation) : new Command(name).allowUnknownOption();
        return command.description(summary);
      }),
    );
  const invocation: Invocation = { entry, argv, done, verbs: () => verbs(true) };
  const wanted = argv[0] === "help" ? argv[1] : argv[0];
  for (const verb of await verbs(false)) program.addCommand(verb);
  prepare(program);
  if (argv.length === 0) {
    program.outputHelp({ error: true });
    return EXIT.usage;
  }
  await program.parseAsync(argv[0] === FIO ? [FIO] : [...argv], { from: "user" });
  return exit;
}
