/** Key → place in the text of one document, and the order in which things were written. */
import type { Place } from "../base/problem.ts";
import { clean } from "../base/quote.ts";
import { type Node, scan } from "./scan.ts";

type Path = readonly string[];

export class Places {
  readonly #source: string;
  readonly #text: string;
  readonly #root: Node;
  /** Offset of each line's first character. */
  readonly #lines: number[] = [0];

  constructor(source: string, text: string) {
    this.#source = source;
    this.#text = text;
    this.#root = scan(text);
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
      this.#lines.push(at + 1);
    }
  }

  /** Of the key at the end of the path; the document's start when there is none. */
  key(path: Path): Place {
    return this.at(this.#find(path)?.keyAt ?? 0);
  }

  /** Of its value. */
  value(path: Path): Place {
    return this.at(this.#find(path)?.valueAt ?? 0);
  }

  /** Names below the path, in the order of the text. */
  names(path: Path): readonly string[] {
    return [...(this.#find(path)?.children.keys() ?? [])];
  }

  /** The place of a character of the text. */
  at(offset: number): Place {
    let low = 0;
    for (let high = this.#lines.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if (this.#lines[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    const start = this.#lines[low]!;
    return placeAt(this.#source, lineFrom(this.#text, start), low + 1, offset - start + 1);
  }

  #find(path: Path): Node | undefined {
    let at: Node | undefined = this.#root;
    for (const name of path) at = at?.children.get(name);
    return at;
  }
}

/** A place whose line is fit for a terminal. */
export function placeAt(source: string, text: string, line: number, column: number): Place {
  return { source: clean(source), line, column, text: clean(text) };
}

/** The line that begins there, without its end. */
function lineFrom(text: string, start: number): string {
  const end = text.indexOf("\n", start);
  return text.slice(start, end < 0 ? text.length : end).replace(/\r$/, "");
}

/** The line of that number, from 1. */
export function lineOf(text: string, line: number): string {
  let start = 0;
  for (let i = 1; i < line; i++) start = text.indexOf("\n", start) + 1;
  return lineFrom(text, start);
}
