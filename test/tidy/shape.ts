/**
 * The rules about a file by itself: how long, how wide, how it begins, which words are not in it.
 */

import type { Tree } from "./layers.ts";
import { functionsOf } from "./lexer.ts";

const LONGEST_FILE = 300;
const LONGEST_FUNCTION = 70;
const WIDEST_LINE = 100;
/** A module essay of fewer characters says nothing. */
const SHORTEST_ESSAY = 40;

/** Words of unfinished work, and a path of somebody's machine; in pieces, for this file's sake. */
const FORBIDDEN = new RegExp(
  ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "PLACE" + "HOLDER"]
    .map((word) => `\\b${word}\\b`)
    .concat(["wo" + "rk", "ro" + "ot", "ho" + "me"].map((folder) => `(?<![\\w.~/])/${folder}/\\w`))
    .join("|"),
);

export function tooLong(tree: Tree): string[] {
  return [...tree].flatMap(([file, text]) => {
    const lines = text.split("\n").length - 1;
    return lines > LONGEST_FILE ? [`${file}: ${lines} lines, over ${LONGEST_FILE}`] : [];
  });
}

/** A `describe` is a heading and no function. */
export function longFunctions(tree: Tree): string[] {
  return [...tree].flatMap(([file, text]) =>
    functionsOf(text)
      .filter(({ line }) => !/^\s*describe\b/.test(text.split("\n")[line - 1]!))
      .filter(({ lines }) => lines > LONGEST_FUNCTION)
      .map(
        ({ line, lines }) =>
          `${file}:${line}: a function of ${lines} lines, over ${LONGEST_FUNCTION}`,
      ),
  );
}

export function tooWide(tree: Tree): string[] {
  return eachLine(tree, (line) =>
    [...line].length > WIDEST_LINE ? `${[...line].length} columns, over ${WIDEST_LINE}` : undefined,
  );
}

export function forbiddenWords(tree: Tree): string[] {
  return eachLine(tree, (line) => {
    const word = FORBIDDEN.exec(line)?.[0];
    return word === undefined ? undefined : `"${word}" has no place here`;
  });
}

/** Files that do not begin by saying what they are for. */
export function noEssay(tree: Tree): string[] {
  return [...tree].flatMap(([file, text]) => {
    const essay = /^\/\*\*(.*?)\*\//s.exec(text)?.[1] ?? "";
    return essay.replaceAll(/[\s*]+/g, " ").length < SHORTEST_ESSAY
      ? [`${file}: begins with no comment that says what it is for`]
      : [];
  });
}

function eachLine(tree: Tree, complain: (line: string) => string | undefined): string[] {
  return [...tree].flatMap(([file, text]) =>
    text.split("\n").flatMap((line, index) => {
      const complaint = complain(line);
      return complaint === undefined ? [] : [`${file}:${index + 1}: ${complaint}`];
    }),
  );
}
