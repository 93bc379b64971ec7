/**
 * fio's command line → what is asked for: parts of jobs in the order they count, and settings of
 * the run. fio reads it with getopt_long_only: one dash or two, `--opt value` and `--opt=value`,
 * any prefix that only one option has, operands anywhere. Pure: files are not looked at, and what
 * a job option means is not known here, only which names there are.
 */
import { Mistake } from "../base/problem.ts";
import { FIO_FLAGS, type FioFlag, type FlagName } from "./flags.ts";
import { type BuiltIn, builtIn } from "./profiles.ts";
import { DEFAULTS, type Settings, setting } from "./settings.ts";

/** What the command line is about. */
export type Action =
  | { readonly kind: "jobs" | "version" | "help" | "cpuclock-test" }
  | { readonly kind: "cmdhelp" | "enghelp" | "crctest"; readonly name: string | undefined };

export type ArgvPart =
  | { readonly kind: "file"; readonly name: string }
  | { readonly kind: "job"; readonly options: readonly (readonly [string, string | undefined])[] };

export interface FioCommand {
  readonly action: Action;
  readonly settings: Settings;
  /** Options for all jobs, then jobs, then files: fio's order. */
  readonly parts: readonly ArgvPart[];
}

/** The names of options that jobs have. */
export interface JobNames {
  /** Of every job: these may be shortened. */
  readonly common: ReadonlySet<string>;
  /** Of some engine only, or of none that is built. */
  readonly others: ReadonlySet<string>;
  /** Those that may stand without a value. */
  readonly bare: ReadonlySet<string>;
  /** ", did you mean X?" or nothing, for a name that there is not. */
  readonly hint: (name: string, also: readonly string[]) => string;
}

/** Throws Mistake for the first word that is wrong. */
export function readFioArgv(words: readonly string[], names: JobNames): FioCommand {
  return new Argv(words, names).read();
}

const RW: ReadonlySet<string> = new Set(["rw", "readwrite"]);
/** Ways to go that change what is stored. */
const CHANGES = /^(rand)?(write|trim|rw|readwrite)/;

type Pair = readonly [string, string | undefined];

class Argv {
  #at = 0;
  #settings: Settings = DEFAULTS;
  readonly #files: string[] = [];
  readonly #jobs: Pair[][] = [];
  /** A job that --section leaves out takes its options with it. */
  #skipping = false;
  #profile: BuiltIn | undefined;
  readonly #ofProfile = new Map<string, string | undefined>();

  constructor(
    private readonly words: readonly string[],
    private readonly names: JobNames,
  ) {}

  read(): FioCommand {
    while (this.#at < this.words.length) {
      const word = this.words[this.#at++]!;
      if (word === "--") {
        this.#files.push(...this.words.slice(this.#at));
        break;
      }
      if (word === "-" || !word.startsWith("-")) {
        this.#operand(word);
        continue;
      }
      const action = this.#option(word);
      if (action !== undefined) return { action, settings: this.#settings, parts: [] };
    }
    const parts: ArgvPart[] = this.#allJobs().map((options) => ({ kind: "job", options }));
    parts.push(...this.#files.map((name) => ({ kind: "file", name }) as const));
    return { action: { kind: "jobs" }, settings: this.#settings, parts };
  }

  /** Those of the profile are for what stands beside it; options without a job are for its jobs. */
  #allJobs(): readonly (readonly Pair[])[] {
    if (this.#profile === undefined) return this.#jobs;
    const [shared = [], ...jobs] = this.#profile.jobs(this.#ofProfile);
    const isForAll = this.#jobs.length > 0 && this.#jobs[0]![0]?.[0] !== "name";
    const more = isForAll ? this.#jobs[0]! : [];
    return [[...shared, ...more], ...jobs, ...this.#jobs.slice(isForAll ? 1 : 0)];
  }

  #operand(word: string): void {
    // U+2012 to U+2015 and U+2212 are what word processors make of a hyphen or two.
    const dashes = /^[\u2012-\u2015\u2212]+/.exec(word)?.[0];
    if (dashes !== undefined) {
      const code = dashes.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
      const fixed = `--${word.slice(dashes.length)}`;
      throw new Mistake(`${word} begins with a dash that is not "-" (U+${code}); write ${fixed}`);
    }
    this.#files.push(word);
  }

  #option(word: string): Action | undefined {
    const equals = word.indexOf("=");
    const typed = word.slice(word.startsWith("--") ? 2 : 1, equals < 0 ? undefined : equals);
    const name = this.#nameOf(typed);
    const own = Object.hasOwn(FIO_FLAGS, name);
    const flag: FioFlag | undefined = own ? FIO_FLAGS[name as FlagName] : undefined;
    const inline = equals < 0 ? undefined : word.slice(equals + 1);
    const value = this.#valueOf(name, flag, inline);
    if (flag === undefined) {
      this.#jobOption(name, value);
      return undefined;
    }
    if (flag.refused !== undefined) throw new Mistake(`--${name}: ${flag.refused}`);
    if (name === "profile") this.#profile = builtIn(value!);
    const plain = name === "version" || name === "help" || name === "cpuclock-test";
    if (plain) return { kind: name };
    const named = name === "cmdhelp" || name === "enghelp" || name === "crctest";
    if (named) return { kind: name, name: value };
    this.#settings = setting(this.#settings, name as FlagName, value);
    return undefined;
  }

  #valueOf(
    name: string,
    flag: FioFlag | undefined,
    inline: string | undefined,
  ): string | undefined {
    const takes = flag?.value ?? (this.names.bare.has(name) ? "optional" : "needed");
    if (takes === "none" && inline !== undefined) {
      throw new Mistake(`--${name} takes no value; leave ${JSON.stringify(`=${inline}`)} out`);
    }
    if (takes !== "needed" || inline !== undefined) return inline;
    const next = this.words[this.#at++];
    if (next === undefined) throw new Mistake(`--${name} needs a value: --${name}=VALUE`);
    return next;
  }

  /** The whole name; throws for one that there is not, or that could be several. */
  #nameOf(typed: string): string {
    const flags = Object.keys(FIO_FLAGS);
    const { common, others } = this.names;
    if (Object.hasOwn(FIO_FLAGS, typed) || common.has(typed) || others.has(typed)) return typed;
    const begins = (name: string): boolean => typed !== "" && name.startsWith(typed);
    const usual = [...flags, ...common].filter(begins);
    const found = usual.length > 0 ? usual : [...others].filter(begins);
    if (found.length === 1) return found[0]!;
    if (found.length > 1) {
      const all = found.map((name) => `--${name}`).join(", ");
      throw new Mistake(`--${typed} is ambiguous; it could be ${all}`);
    }
    const hint = this.names.hint(typed, flags);
    throw new Mistake(`unrecognized option '--${typed}'${hint}`);
  }

  #jobOption(name: string, value: string | undefined): void {
    const { sections } = this.#settings;
    if (this.#profile?.options.has(name)) {
      this.#ofProfile.set(name, value);
      return;
    }
    if (name === "name") {
      // fio: whatever begins with global is for the jobs after it.
      const isGlobal = value!.startsWith("global");
      this.#skipping = !isGlobal && sections.length > 0 && !sections.includes(value!);
      if (!this.#skipping) this.#jobs.push([[name, value]]);
      return;
    }
    if (this.#skipping) return;
    if (this.#settings.readonly && RW.has(name) && CHANGES.test(value!)) {
      const job = this.#jobs.at(-1)?.find(([key]) => key === "name")?.[1] ?? "";
      throw new Mistake(
        `job <${job}> has write or trim bit set, but fio is in read-only mode; ` +
          `leave --readonly or --${name}=${value} out`,
      );
    }
    if (this.#jobs.length === 0) this.#jobs.push([]);
    this.#jobs.at(-1)!.push([name, value]);
  }
}
