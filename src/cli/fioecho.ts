/**
 * The options of jobs as their author wrote them, for the echo in fio's documents: those for all
 * jobs apart from each job's own. As fio's, it has each option under its own name, and none that
 * stood without a value.
 */
import type { FioPart } from "../jobfile/fio/document.ts";
import { isGlobalName } from "../jobfile/fio/ini.ts";
import type { ReadJob, Written } from "../jobfile/job.ts";
import { commonName } from "../options/lookup.ts";

export type Texts = Readonly<Record<string, string>>;
type Words = Extract<FioPart, { readonly kind: "job" }>["options"];

export interface Echo {
  /** Of the command line before its first job, and of every [global]. */
  readonly global: Texts;
  /** Of each job. */
  readonly own: readonly Texts[];
}

/** Jobs of the command line come first, in the order of their parts. */
export function echoOf(parts: readonly FioPart[], jobs: readonly ReadJob[]): Echo {
  const lines = parts.flatMap((part) => (part.kind === "job" ? [part.options] : []));
  const shared = lines.filter(isShared).map(fromWords);
  const own = lines.filter((options) => !isShared(options)).map(fromWords);
  const files = jobs.slice(own.length).map(({ written }) => [...written].flatMap(fromFile));
  return {
    global: Object.assign({}, ...shared, texts(files.flat(), true)),
    own: [...own, ...files.map((lines) => texts(lines, false))],
  };
}

function isShared(options: Words): boolean {
  const name = options.find(([key]) => key === "name")?.[1];
  return name === undefined || isGlobalName(name);
}

function fromWords(options: Words): Texts {
  return Object.fromEntries(
    options.flatMap(([name, text]) =>
      text === undefined ? [] : [[commonName(name) ?? name, text]],
    ),
  );
}

interface Line {
  readonly name: string;
  readonly text: string;
  readonly isGlobal: boolean;
}

function texts(lines: readonly Line[], isGlobal: boolean): Texts {
  const these = lines.filter((line) => line.isGlobal === isGlobal);
  return Object.fromEntries(these.map(({ name, text }) => [name, text]));
}

/** The value's own characters, from its place to the comment behind it; a header has none. */
function fromFile([name, { place, from }]: [string, Written]): Line[] {
  const { text = "", column = 1 } = place;
  if (!/=\s*$/.test(text.slice(0, column - 1))) return [];
  const value = text.slice(column - 1).replace(/[;#].*/, "");
  return [{ name, text: value.trim(), isGlobal: from.startsWith("[global]") }];
}
