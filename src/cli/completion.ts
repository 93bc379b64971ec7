/**
 * `fathom completion SHELL`: a script that completes verbs, flags and their values. What there is
 * to complete is read off the verbs as they declare themselves and off the table of options; how a
 * shell is told is in `shells.ts`.
 */
import { Argument, Command, type Option } from "commander";
import { EXIT } from "../base/errors.ts";
import { ENGINE_NAMES } from "../engine/registry.ts";
import { FIO_FLAGS, type FioFlag } from "../fio/flags.ts";
import { type ReferenceEntry, reference } from "../options/reference.ts";
import { BARE_OPTIONS } from "../options/spelling.ts";
import type { Invocation } from "./main.ts";
import { writeOut } from "./output.ts";
import { type Flag, SHELLS, type Shell, type Verb } from "./shells.ts";

/** Placeholders whose value is the name of a file. */
const FILES: ReadonlySet<string> = new Set(["PATH", "FILE", "DEVICE", "DIR"]);

export function completionCommand({ done, verbs }: Invocation): Command {
  const shells = Object.keys(SHELLS);
  return new Command("completion")
    .addArgument(new Argument("<SHELL>", "whose script to print").choices(shells))
    .action(async (shell: Shell) => {
      writeOut(SHELLS[shell](completable(await verbs(), await reference())));
      done(EXIT.ok);
    });
}

/** What can follow `fathom`, and what each of them. */
export function completable(
  commands: readonly Command[],
  entries: readonly ReferenceEntry[],
): readonly Verb[] {
  const names = commands.map((command) => command.name());
  const help: Verb = {
    name: "help",
    summary: "say what a verb does and which flags it has",
    operands: names,
    flags: [],
  };
  return [...commands.map((command) => verb(command, entries)), help];
}

function verb(command: Command, entries: readonly ReferenceEntry[]): Verb {
  const helped: Flag = { names: ["--help"], summary: "show help", takes: "nothing", values: [] };
  return {
    name: command.name(),
    summary: command.description(),
    operands: operands(command, entries),
    flags:
      command.name() === "fio" ? fioFlags(entries) : [...flags(command.options, entries), helped],
  };
}

/** Words that may stand behind the verb; undefined for the names of files. */
function operands(
  command: Command,
  entries: readonly ReferenceEntry[],
): readonly string[] | undefined {
  if (command.commands.length > 0) return command.commands.map((below) => below.name());
  const [argument] = command.registeredArguments;
  if (argument === undefined) return [];
  if (argument.name() !== "NAME") return argument.argChoices;
  const groups = new Set(entries.map(({ group }) => group.replaceAll(" ", "-")));
  return [...new Set([...entries.map(({ name }) => name), ...groups, ...ENGINE_NAMES])];
}

/** One for each option; aliases, which the help hides, follow the name they belong to. */
function flags(options: readonly Option[], entries: readonly ReferenceEntry[]): readonly Flag[] {
  const declared = new Map(entries.filter(({ later }) => !later).map((one) => [one.name, one]));
  return options
    .filter((option) => !option.hidden && option.long !== undefined)
    .map((option) => {
      const entry = declared.get(option.name());
      const metavar = /[<[](.*)[>\]]/.exec(option.flags)?.[1] ?? "";
      const values = option.argChoices ?? entry?.values ?? [];
      const takes = kindOf(option, metavar);
      return {
        names: [option.long!, ...(entry?.aliases ?? []).map((alias) => `--${alias}`)],
        summary: entry?.summary ?? option.description,
        takes,
        values: takes === "joined" ? ["true", "false"] : values,
      };
    });
}

function kindOf(option: Option, metavar: string): Flag["takes"] {
  if (!option.required) return option.optional ? "joined" : "nothing";
  return FILES.has(metavar) ? "file" : "word";
}

/** Words that fio's own flags take; `cmdhelp` and `enghelp` follow the tables. */
const FIO_VALUES: Readonly<Record<string, readonly string[]>> = {
  "output-format": ["normal", "terse", "json", "json+"],
  "terse-version": ["2", "3", "4", "5"],
  eta: ["auto", "always", "never"],
  "idle-prof": ["calibrate", "system", "percpu"],
  profile: ["tiobench", "act"],
  enghelp: ENGINE_NAMES,
};

/** The verb `fio` reads its words itself: fio's own flags that work here, then options of jobs. */
function fioFlags(entries: readonly ReferenceEntry[]): readonly Flag[] {
  const jobs = entries.filter(({ later, fio, name }) => !later && fio === name);
  const names = jobs.map(({ name }) => name);
  const own = Object.entries(FIO_FLAGS as Readonly<Record<string, FioFlag>>)
    .filter(([, { refused }]) => refused === undefined)
    .map(([name, { value, summary }]): Flag => {
      const kind = ({ none: "nothing", needed: "word", optional: "joined" } as const)[value];
      const takes = name === "output" ? "file" : kind;
      const values = name === "cmdhelp" ? names : (FIO_VALUES[name] ?? []);
      return { names: [`--${name}`], summary, takes, values };
    });
  return [...own, ...jobs.map(fioOption)];
}

/** fio's booleans are 1 and 0, and only some may stand without. */
function fioOption({ name, aliases, summary, metavar, values }: ReferenceEntry): Flag {
  const boolean = metavar === "";
  const takes = boolean && BARE_OPTIONS.has(name) ? "joined" : FILES.has(metavar) ? "file" : "word";
  return {
    names: [`--${name}`, ...aliases.map((alias) => `--${alias}`)],
    summary,
    takes,
    values: boolean ? ["1", "0"] : values,
  };
}
