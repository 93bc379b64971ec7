/**
 * How help is laid out: the terminal's width, flags on the left, and what they do to the right of
 * them, or below where a flag is long. What is said is the verbs' and the table's.
 */
import type { Command, Help } from "commander";
import { terminalColumns } from "../run/terminal.ts";
import { writeErr, writeOut } from "./output.ts";

/** Where texts begin: on a narrow terminal below their flags. */
const COLUMN = 30;
const NARROW_COLUMN = 6;
const NARROW = 72;
/** Longer lines are hard to read. */
const WIDEST = 100;
const INDENT = "  ";

/** For a command and what its own file has added to it. */
export function layOutHelp(command: Command, error: (text: string) => string): void {
  command.configureHelp({ formatItem }).configureOutput({
    writeOut: (text) => void writeOut(text),
    writeErr,
    outputError: (text, write) => write(error(text)),
    getOutHelpWidth: () => terminalColumns(1) ?? WIDEST,
    getErrHelpWidth: () => terminalColumns(2) ?? WIDEST,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
}

function formatItem(term: string, _width: number, text: string, helper: Help): string {
  if (text === "") return INDENT + term;
  const width = Math.min(helper.helpWidth ?? WIDEST, WIDEST);
  const column = width < NARROW ? NARROW_COLUMN : COLUMN;
  const lines = helper.boxWrap(text, width - column).split("\n");
  const [first, ...rest] = lines.map((line) => " ".repeat(column) + line);
  const head = INDENT + term;
  // Two columns between a flag and its text.
  const beside = head.length + 2 <= column;
  return [beside ? head.padEnd(column) + lines[0]! : `${head}\n${first}`, ...rest].join("\n");
}
