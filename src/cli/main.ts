/**
 * argv → verb. Each verb is a file of its own, loaded when it is asked for; here are only the names,
 * what a mistake in the command line says, and how an error becomes an exit value.
 */
import { Command, CommanderError } from "commander";
import { EXIT, SystemError, UserError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { writeErr, writeOut } from "./output.ts";

/** Runs one command line to its end and leaves the process. `entry` is the URL Workers start from. */
export async function main(argv: readonly string[], entry: string): Promise<never> {
  process.exit(await exitValue(argv, entry));
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

async function dispatch(argv: readonly string[], entry: string): Promise<number> {
  let exit: number = EXIT.ok;
  const program = new Command("fathom")
    .description("Measures storage: runs job files and reports IOPS, bandwidth and latency")
    .version(VERSION, "-V, --version")
    .helpCommand(true)
    .showHelpAfterError("(fathom --help lists the verbs)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void writeOut(text),
      writeErr,
      outputError: (text, write) => write(text.replace(/^error: /, "fathom: ")),
    });
  const { JobFlags } = await import("./jobflags.ts");
  const { runCommand } = await import("./run.ts");
  const { checkCommand } = await import("./check.ts");
  const { exampleCommand } = await import("./example.ts");
  const { schemaCommand } = await import("./schema.ts");
  const done = (value: number): void => {
    exit = value;
  };
  const flags = await JobFlags.load();
  program.addCommand(await runCommand({ entry, argv }, flags, done));
  program.addCommand(await checkCommand(flags, done));
  program.addCommand(exampleCommand(done));
  program.addCommand(schemaCommand(done));
  if (argv.length === 0) {
    program.outputHelp({ error: true });
    return EXIT.usage;
  }
  await program.parseAsync(flags.normalize(argv), { from: "user" });
  return exit;
}
