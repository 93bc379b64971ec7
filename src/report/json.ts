/**
 * The JSON document of a run: the result as it is, in its own order of keys, laid out so that a
 * person can read it too. Arrays of numbers and rows of a histogram stay on one line.
 */
import type { RunResult } from "../measure/result.ts";

type Json = string | number | boolean | null | undefined | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json;
}

/** One JSON text with a newline at its end. */
export function jsonReport(result: RunResult): string {
  return `${write(result as unknown as JsonObject, "")}\n`;
}

function write(value: Json, indent: string): string {
  if (value === null || typeof value !== "object") return scalar(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    if (items.every((item) => item === null || typeof item !== "object")) {
      return `[${items.map(scalar).join(", ")}]`;
    }
    return `[\n${items.map((item) => inner + write(item, inner)).join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value as JsonObject).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return "{}";
  const lines = numerically(entries).map(
    ([key, item]) => `${inner}${JSON.stringify(key)}: ${write(item, inner)}`,
  );
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

/** JSON knows no NaN and no infinity; a figure that is neither known nor finite is null. */
function scalar(value: Json): string {
  return JSON.stringify(value) ?? "null";
}

/** Percentiles in the order of their numbers: an object puts "50" before "0.1". */
function numerically(entries: [string, Json][]): [string, Json][] {
  if (!entries.every(([key]) => /^[0-9.]+$/.test(key))) return entries;
  return entries.sort(([a], [b]) => Number(a) - Number(b));
}
