/**
 * How the plan says amounts, times and paths: to be read, and exact where numbers are compared.
 */
import { clean } from "../base/quote.ts";

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** `4 KiB`; where that is rounded, the exact number too: `1.37 GiB (1471026298 bytes)`. */
export function showBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return "no limit of bytes";
  if (bytes === 1) return "1 byte";
  let unit = 0;
  let value = bytes;
  while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  if (Math.round(value * 100) === 102400 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const text = `${Number(value.toFixed(2))} ${UNITS[unit]}`;
  return Number.isInteger(value * 100) || unit === 0 ? text : `${text} (${bytes} bytes)`;
}

/** The same, rounded only. */
export function roundBytes(bytes: number): string {
  return showBytes(bytes).replace(/ \(.*/, "");
}

/** Seconds, minutes and hours of a time in ns: `90 s` is `1m30s`. */
export function showTime(ns: number): string {
  if (ns < 1e9) return ns === 0 ? "0 s" : `${Number((ns / 1e6).toFixed(3))} ms`;
  const seconds = ns / 1e9;
  if (seconds < 60) return `${Number(seconds.toFixed(3))} s`;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = Number((seconds % 60).toFixed(3));
  const parts = [
    [hours, "h"],
    [minutes, "m"],
    [rest, "s"],
  ] as const;
  return parts.map(([value, unit]) => (value === 0 ? "" : `${value}${unit}`)).join("");
}

/** Longest path that is shown whole. */
const LONGEST = 160;

/** A path or name in one short line: nothing a terminal obeys, a long middle left out. */
export function showPath(path: string): string {
  if (path.length <= LONGEST) return clean(path);
  const [head, tail] = [path.slice(0, LONGEST / 2), path.slice(-LONGEST / 4)];
  return `${clean(head)}…${clean(tail)} (${path.length} characters)`;
}

/** Rows as lines, the columns aligned and two spaces apart. */
export function table(rows: readonly (readonly string[])[], indent = "  "): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell.padEnd(widths[column]!));
    return `${indent}${cells.join("  ")}`.trimEnd();
  });
}

/** Width of a line of running text. */
const LINE = 100;

/** Items in running text, parted by commas, in lines that are not too long. */
export function wrap(items: readonly string[], indent = "  "): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const [index, item] of items.entries()) {
    const word = index === items.length - 1 ? item : `${item},`;
    if (line !== "" && indent.length + line.length + 1 + word.length > LINE) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return line === "" ? lines : [...lines, indent + line];
}
