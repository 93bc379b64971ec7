/** Tables of a job file → TOML text: how keys, values and comments are written and laid out. */
import type { Option, RawValue } from "../../base/option.ts";
import { clean } from "../../base/quote.ts";

/** An option, or a line that is none: a comment, or empty. */
export type Row =
  | {
      /** The option's own name. */
      readonly id: string;
      readonly key: string;
      readonly value: string;
      readonly comment: string | undefined;
    }
  | { readonly text: string };

export interface Table {
  /** Empty for what stands behind the last table. */
  readonly header: string;
  readonly comment: string | undefined;
  /** Comments above it. */
  readonly lead: Row[];
  rows: Row[];
}

/** A comment with TOML's sign; `comment` is what stood behind the first of fio's. */
export function commentText(comment: string): string {
  return clean(`#${comment.replace(/^;+/, (signs) => "#".repeat(signs.length))}`);
}

/** Bare where it can be. */
export function keyText(key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key).replaceAll("\x7f", "\\u007f");
}

/** In quotes, single ones where that saves escapes. */
export function textValue(text: string): string {
  const isPlain = clean(text) === text && !/['\t]/.test(text);
  if (/["\\]/.test(text) && isPlain) return `'${text}'`;
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}

/** The value as one writes it. Throws Mistake for one that the option does not take. */
export function valueText(option: Option<unknown>, raw: RawValue): string {
  const value = option.parse(raw, false);
  switch (option.fio) {
    case "flag":
    case "integer":
      return String(value);
    case "list":
      return list(value as readonly string[]);
    case "numbers":
      return `[${(value as readonly number[]).join(", ")}]`;
    case undefined:
      return textValue(typeof raw === "string" ? raw : option.format(value));
    default:
      return textValue(option.format(value));
  }
}

function list(items: readonly string[]): string {
  const [first] = items;
  return items.length === 1 && first !== undefined
    ? textValue(first)
    : `[${items.map(textValue).join(", ")}]`;
}

/** Longest key that others are aligned with. */
const WIDEST = 24;

/** The whole file: an empty line above each table and the comment that leads it. */
export function layOut(top: readonly Row[], tables: readonly Table[]): string {
  const lines = rowsText(top);
  for (const { header, comment, lead, rows } of tables) {
    if (header === "") {
      lines.push(...rowsText(lead));
      continue;
    }
    if (lead.length > 0) lines.push("", ...rowsText(lead));
    if (!isLed(lines)) lines.push("");
    lines.push(`${header}${remark(comment)}`, ...rowsText(rows));
  }
  const text = lines.join("\n").replace(/\n{3,}/g, "\n\n");
  return `${text.trim()}\n`;
}

/** Whether the last lines are comments that stand alone: they belong to what comes next. */
function isLed(lines: readonly string[]): boolean {
  const before = lines.findLastIndex((line) => !line.startsWith("#"));
  const isComment = before < lines.length - 1;
  return isComment && (before < 0 || lines[before] === "");
}

function rowsText(rows: readonly Row[]): string[] {
  const widths = rows.flatMap((row) => ("id" in row ? [row.key.length] : []));
  const width = Math.min(WIDEST, Math.max(0, ...widths));
  return rows.map((row) =>
    "id" in row ? `${row.key.padEnd(width)} = ${row.value}${remark(row.comment)}` : row.text,
  );
}

function remark(comment: string | undefined): string {
  return comment === undefined ? "" : `  ${commentText(comment)}`;
}
