/** Text → TOML values with their places, or the one mistake that makes it no TOML. */
import { parse, TomlError } from "smol-toml";
import type { RawTable } from "../base/option.ts";
import type { Problem } from "../base/problem.ts";
import { quote } from "../base/quote.ts";
import { lineOf, Places, placeAt } from "./places.ts";

export interface Toml {
  readonly root: RawTable;
  readonly places: Places;
}

/** `name` is what the text is called in messages. */
export function readToml(name: string, text: string): Toml | Problem {
  try {
    return { root: parse(text) as RawTable, places: new Places(name, text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const { line, column } = error;
    const written = lineOf(text, line);
    const said = /^Invalid TOML document: (.*)/.exec(error.message)?.[1] ?? "not TOML";
    const place = placeAt(name, written, line, column);
    return { place, message: sentence(said, written, column) };
  }
}

function sentence(said: string, line: string, column: number): string {
  if (said.includes("losslessly")) return "a whole number is at most 9007199254740991 (2^53 - 1)";
  return `${said.replace(/\.$/, "")}${hint(line, column)}`;
}

/** What to write instead, where the mistake is one that people bring from fio's job files. */
function hint(line: string, column: number): string {
  const wholeLine = /^\s*([A-Za-z_]+)\s*([#;].*)?$/.exec(line);
  if (wholeLine !== null) return `; write ${wholeLine[1]} = true, if that is what it is to be`;
  if (line.trimStart().startsWith(";")) return "; a comment begins with #";
  const pair = /^\s*[\w.-]+\s*=\s*/.exec(line);
  const value = pair === null ? "" : line.slice(pair[0].length).replace(/\s*([#;].*)?$/, "");
  const isBare = value !== "" && !/^["'[{]/.test(value);
  if (pair === null || !isBare || column <= pair[0].trimEnd().length - 1) return "";
  return `; text and numbers with a unit stand in quotes: ${quote(value)}`;
}
