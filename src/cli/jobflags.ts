/**
 * The options table as flags of a verb: every option of a job is a flag of the same name, in the
 * order given. What a value means, and whether it is right, the table decides.
 */
import { type Command, Option } from "commander";
import { UserError } from "../base/errors.ts";
import type { Problem } from "../base/problem.ts";
import type { Flag } from "../jobfile/flags.ts";
import { type FlagHelp, flagHelp } from "../options/flags.ts";
import { whyNot } from "../options/lookup.ts";
import { showPath } from "../plan/show.ts";

/** Texts that may follow a flag which needs no value; anything else is the next word. */
const BOOLEANS: ReadonlySet<string> = new Set(["true", "false", "0", "1"]);

export class JobFlags {
  /** As typed, in order: the reading of jobs wants to know which came last. */
  readonly given: Flag[] = [];

  private constructor(private readonly table: readonly FlagHelp[]) {}

  static async load(): Promise<JobFlags> {
    return new JobFlags(await flagHelp());
  }

  /** Declares every flag on a verb, under the headings of the table. */
  declare(command: Command): void {
    command.allowUnknownOption().optionsGroup("General");
    const parse = command.parseOptions.bind(command);
    command.parseOptions = (words) => parse(this.#normalize(words));
    for (const flag of this.table) {
      for (const name of [flag.name, ...flag.aliases]) {
        const value = flag.bare ? `[${flag.metavar || "BOOL"}]` : `<${flag.metavar}>`;
        const option = new Option(`--${name} ${value}`, summary(flag)).helpGroup(heading(flag));
        // The metavar itself may have brackets, which commander would take for its own.
        option.optional = flag.bare;
        option.required = !flag.bare;
        command.addOption(name === flag.name ? option : option.hideHelp());
        command.on(`option:${name}`, (text: string | null) => {
          this.given.push([name, text ?? undefined]);
        });
      }
    }
  }

  /** `--direct FILE` → `--direct=true FILE`: only a boolean right after it is the flag's value. */
  #normalize(argv: readonly string[]): string[] {
    const bare = new Set(
      this.table.filter((flag) => flag.bare).flatMap(({ name, aliases }) => [name, ...aliases]),
    );
    return argv.map((word, at) => {
      const alone = word.startsWith("--") && bare.has(dashed(word.slice(2)));
      if (!alone) return named(word);
      return BOOLEANS.has(argv[at + 1] ?? "") ? named(word) : `${named(word)}=true`;
    });
  }

  /** The operands among what commander could not place; throws UserError for flags nobody knows. */
  async operands(words: readonly string[]): Promise<readonly string[]> {
    const unknown = words.filter((word) => word.startsWith("-") && word !== "-");
    if (unknown.length === 0) return words;
    const problems = unknown.map(async (word): Promise<Problem> => {
      const flag = word.split("=", 1)[0]!;
      const reason = await whyNot(flag.replace(/^-+/, ""), [undefined]);
      return { place: { source: showPath(flag) }, message: reason ?? "there is no such option" };
    });
    throw new UserError(await Promise.all(problems));
  }
}

/** `--time-based` is taken for `--time_based`; the value is left alone. */
function named(word: string): string {
  if (!word.startsWith("--")) return word;
  const [name, ...value] = word.slice(2).split("=");
  return [`--${dashed(name!)}`, ...value].join("=");
}

/** Flags of the verbs themselves keep their dashes. */
const OWN: ReadonlySet<string> = new Set(["output-format", "show-distribution"]);

function dashed(name: string): string {
  return OWN.has(name) ? name : name.replaceAll("-", "_");
}

/** What counts without the flag, where that is worth a word. */
function summary({ summary, fallback, engines }: FlagHelp): string {
  const value = ["", "[]", "false"].includes(fallback) ? "" : ` (${fallback})`;
  return engines.length === 0 ? `${summary}${value}` : `${summary} [${engines.join(", ")}]`;
}

function heading({ group }: FlagHelp): string {
  return `${group.replace(/(?<=^|\/)[a-z]/g, (letter) => letter.toUpperCase())}:`;
}
