/**
 * A mistake in what the user wrote, with the place where it was written, and how it is shown.
 * Knows nothing of options or job files: they make problems, this file prints them.
 */

/** Where a value was written. A flag has no line; `source` is then the flag as typed. */
export interface Place {
  readonly source: string;
  /** From 1; absent for a flag. */
  readonly line?: number;
  /** From 1, in characters; absent for a flag. */
  readonly column?: number;
  /** The whole line, for the code frame. */
  readonly text?: string;
}

export interface Problem {
  readonly place: Place;
  /** The option's name, when the problem is about one. */
  readonly option?: string;
  /** What is wrong with which value, and what to write instead; one sentence, no full stop. */
  readonly message: string;
}

/** Thrown by a parser of one value: the caller knows the place and the option and adds them. */
export class Mistake extends Error {
  override readonly name = "Mistake";
}

/** Longest line shown in a code frame; a longer one is cut around the column. */
const FRAME_WIDTH = 100;

/** The problem in one to three lines: `file:line:column: option: message`, the line, a caret. */
export function showProblem({ place, option, message }: Problem): string {
  const { source, line, column, text } = place;
  const at = line === undefined ? source : `${source}:${line}:${column ?? 1}`;
  const head = option === undefined ? `${at}: ${message}` : `${at}: ${option}: ${message}`;
  if (line === undefined || text === undefined) return head;
  const start = Math.max(0, (column ?? 1) - 1 - FRAME_WIDTH / 2);
  const cut = text.slice(start, start + FRAME_WIDTH).replaceAll("\t", " ");
  const gutter = `${line} | `;
  const caret = " ".repeat(gutter.length + (column ?? 1) - 1 - start);
  return `${head}\n${gutter}${cut}\n${caret}^`;
}
