/**
 * Text of an fio job file → sections with their lines, each with its place. Knows fio's syntax
 * (headers, comments, include), not its options. What was a comment is kept, for a conversion.
 */
import type { Place, Problem } from "../../base/problem.ts";
import { quote } from "../../base/quote.ts";
import type { Source } from "../document.ts";
import { placeAt } from "../places.ts";

export interface IniOption {
  readonly key: string;
  /** Undefined: the key stood alone. */
  readonly text: string | undefined;
  readonly keyPlace: Place;
  readonly valuePlace: Place;
}

/** A line of a section: an option, a comment, both or nothing. */
export interface IniLine {
  readonly option: IniOption | undefined;
  /** Without its sign; undefined when there is none. */
  readonly comment: string | undefined;
}

export interface IniSection {
  readonly name: string;
  /** Whether it holds what is the same for all jobs after it. */
  readonly isGlobal: boolean;
  readonly place: Place;
  readonly comment: string | undefined;
  readonly lines: readonly IniLine[];
}

export interface Ini {
  /** Comments above the first section. */
  readonly head: readonly IniLine[];
  readonly sections: readonly IniSection[];
  readonly problems: readonly Problem[];
}

/** The text of a file that is included, or the sentence that says why there is none. */
export type Include = (path: string, from: string) => Source | string;

/** Files within files; a file that includes itself ends there. fio's limit. */
const DEEPEST = 16;
/** Lines of all files together: an include that doubles itself ends there. */
const MOST_LINES = 1_000_000;

export function isGlobalName(name: string): boolean {
  return name.startsWith("global");
}

export function readIni(source: Source, include: Include): Ini {
  const reader = new IniReader(include);
  reader.read(source, 0);
  return reader;
}

class IniReader implements Ini {
  readonly head: IniLine[] = [];
  readonly sections: IniSection[] = [];
  readonly problems: Problem[] = [];
  #lines: IniLine[] = this.head;
  #count = 0;

  constructor(private readonly include: Include) {}

  read({ name, text }: Source, depth: number): void {
    const all = text.replace(/^\ufeff/, "").split(/\r?\n/);
    if (all.at(-1) === "") all.pop();
    this.#count += all.length;
    all.forEach((written, i) => {
      const cut = /[;#]/.exec(written)?.index ?? written.length;
      const line = written.slice(0, cut).trimEnd();
      const comment = cut < written.length ? written.slice(cut + 1).trimEnd() : undefined;
      const at = (column: number): Place => placeAt(name, written, i + 1, column + 1);
      const indent = line.length - line.trimStart().length;
      const path = /^include\s+(\S.*)$/.exec(line.trimStart())?.[1];
      if (line.trim() === "") this.#lines.push({ option: undefined, comment });
      else if (line[indent] === "[") this.#header(line.trim(), at(indent), comment);
      else if (path !== undefined) this.#include(path, name, at(line.lastIndexOf(path)), depth);
      else this.#option(line, indent, at, comment);
    });
  }

  #header(line: string, place: Place, comment: string | undefined): void {
    const end = line.lastIndexOf("]");
    const name = line.slice(1, end < 0 ? line.length : end);
    if (end < 0 || name === "") {
      const message = `${quote(line)} is no header of a section; write [NAME]`;
      this.problems.push({ place, message });
    }
    const lines: IniLine[] = [];
    this.#lines = lines;
    if (name !== "") {
      this.sections.push({ name, isGlobal: isGlobalName(name), place, comment, lines });
    }
  }

  #include(path: string, from: string, place: Place, depth: number): void {
    const found =
      depth >= DEEPEST || this.#count > MOST_LINES
        ? "is included by files that include each other"
        : this.include(path, from);
    if (typeof found === "string") {
      this.problems.push({ place, message: `${quote(path)} ${found}` });
    } else {
      this.read(found, depth + 1);
    }
  }

  #option(
    line: string,
    indent: number,
    at: (column: number) => Place,
    comment: string | undefined,
  ): void {
    if (this.sections.length === 0) {
      const message = "an option stands in a section; write [global] or [NAME] above it";
      this.problems.push({ place: at(indent), message });
      return;
    }
    const sign = line.indexOf("=");
    const text = sign < 0 ? undefined : line.slice(sign + 1);
    const value = text === undefined ? indent : line.length - text.trimStart().length;
    const option: IniOption = {
      key: line.slice(0, sign < 0 ? line.length : sign).trim(),
      text: text?.trim(),
      keyPlace: at(indent),
      valuePlace: at(value),
    };
    this.#lines.push({ option, comment });
  }
}
