/**
 * Byte patterns as fio writes them: 0x and hex digits (bytes in the order written), a decimal
 * number (its bytes, the lowest first), "text", 'file' (what is in it), %o (the block's offset), or
 * several of them one after the other. A job file may also list the pieces, and name their kind.
 */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { OFFSET_BYTES, type Pattern } from "./filling.ts";
import type { Option, RawTable, RawValue } from "./option.ts";
import { Mistake } from "./problem.ts";
import { quote, show } from "./quote.ts";
import { type About, option } from "./values.ts";

export type { Pattern } from "./filling.ts";

const HELP =
  "0x and hex digits, a decimal number, \"text\" in double quotes, 'file' in single ones, or %o";

/** What a decimal number may be: 32 bits, signed or not, as in fio. */
const LOWEST = -(2 ** 31);
const HIGHEST = 2 ** 32 - 1;

/** Bytes of a pattern at most: MAX_PATTERN_SIZE of fio 3.42. What a file has beyond is left out. */
const LONGEST = 128 * 2 ** 20;

/** The pieces, each with the space after it. Hex and decimal digits end where a "0x" begins. */
const HEX = /0[xX]((?:(?!0[xX])[0-9a-fA-F])+)\s*/;
const DECIMAL = /([+-]?\d+?)(?=0[xX]|\D|$)\s*/;
const TEXT = /"([^"]*)"\s*/;
const FILE = /'([^']+)'\s*/;
const OFFSET = /(%o)\s*/;
const PIECE = new RegExp(
  [HEX, DECIMAL, TEXT, FILE, OFFSET].map(({ source }) => source).join("|"),
  "y",
);

/** Bytes that are repeated over a buffer; unset by default. */
export function pattern(about: About<undefined>): Option<Pattern | undefined> {
  const kinds = Object.keys(PIECES);
  const text = { type: "string", minLength: 1 };
  const piece = {
    type: "object",
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    properties: Object.fromEntries(kinds.map((kind) => [kind, text])),
  };
  const items = { anyOf: [text, piece, { type: "integer", minimum: LOWEST, maximum: HIGHEST }] };
  return option<Pattern, undefined>(about, {
    metavar: "PATTERN",
    parse: (raw) => {
      if (typeof raw === "number") {
        throw new Mistake(`${raw} is a number; write the pattern in quotes, "${raw}" or "0x…"`);
      }
      return parsePattern(textOf(raw));
    },
    format: formatPattern,
    schema: { anyOf: [text, piece, { type: "array", minItems: 1, items }] },
  });
}

/** The pieces of a job file's table or list, written as fio writes them. */
function textOf(raw: RawValue): string {
  if (typeof raw === "string") return raw;
  if (typeof raw === "number" && Number.isInteger(raw)) return String(raw);
  if (Array.isArray(raw)) return (raw as readonly RawValue[]).map(textOf).join(" ");
  if (typeof raw === "object" && !(raw instanceof Date)) {
    const [entry, more] = Object.entries(raw as RawTable);
    const write = PIECES[entry?.[0] ?? ""];
    if (entry === undefined || more !== undefined || write === undefined) {
      throw new Mistake(`${show(raw)} is not a piece of a pattern; write ${TABLE}`);
    }
    if (typeof entry[1] !== "string" || entry[1] === "") {
      throw new Mistake(`${entry[0]} = ${show(entry[1])} is no text; write ${TABLE}`);
    }
    return write(entry[1]);
  }
  throw new Mistake(`${show(raw)} is not a pattern; write ${HELP}`);
}

const TABLE = '{ text = "abcd" }, { hex = "deadbeef" } or { file = "path" }';

const PIECES: Readonly<Record<string, (value: string) => string>> = {
  text: (value) =>
    value.includes('"') ? `0x${new TextEncoder().encode(value).toHex()}` : `"${value}"`,
  hex: (value) => {
    if (!/^[0-9a-fA-F]+$/.test(value)) throw new Mistake(`hex = ${quote(value)} is not hex digits`);
    return `0x${value}`;
  },
  file: (value) => {
    if (value.includes("'")) {
      throw new Mistake(`${quote(value)} has a single quote in it; give the file another name`);
    }
    return `'${value}'`;
  },
};

/** At least one byte. A file is read here and now. Throws Mistake. */
export function parsePattern(text: string): Pattern {
  const trimmed = text.trim();
  const pieces: Uint8Array[] = [];
  const offsets: number[] = [];
  let length = 0;
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < trimmed.length) {
    const at = PIECE.lastIndex;
    const match = PIECE.exec(trimmed);
    if (match === null) throw new Mistake(notAPattern(trimmed, at));
    if (match[5] !== undefined) offsets.push(length);
    const bytes = bytesOf(match, LONGEST - length);
    length += bytes.length;
    pieces.push(bytes);
  }
  if (length === 0) throw new Mistake(`${quote(text)} has no byte in it; write ${HELP}`);
  if (length > LONGEST) throw new Mistake(`${quote(text)} has more than 128 MiB; write less`);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { bytes, offsets, text: trimmed };
}

function bytesOf([, hex, decimal, text, path]: RegExpExecArray, room: number): Uint8Array {
  if (hex !== undefined) return hexBytes(hex);
  if (decimal !== undefined) return decimalBytes(decimal);
  if (text !== undefined) return new TextEncoder().encode(text);
  return path === undefined ? new Uint8Array(OFFSET_BYTES) : fileBytes(path, room);
}

/** As it was written: "0xdeadbeef". */
export function formatPattern({ text }: Pattern): string {
  return text;
}

/** An odd number of digits gets a zero in front. */
function hexBytes(digits: string): Uint8Array {
  return Uint8Array.fromHex(digits.length % 2 === 0 ? digits : `0${digits}`);
}

/** As few bytes as hold it, the lowest first; a number below zero has four. */
function decimalBytes(digits: string): Uint8Array {
  const value = Number(digits);
  if (value < LOWEST || value > HIGHEST) {
    throw new Mistake(
      `${digits.length > 20 ? quote(digits) : digits} is not between ${LOWEST} and ${HIGHEST}; ` +
        "write longer ones in hex",
    );
  }
  const four = new Uint8Array([value, value >>> 8, value >>> 16, value >>> 24]);
  const used = value < 0 ? 4 : Math.max(1, four.findLastIndex((byte) => byte !== 0) + 1);
  return four.slice(0, used);
}

/** What a regular file holds, or as much of it as there is room for. */
function fileBytes(path: string, room: number): Uint8Array {
  try {
    const facts = statSync(path);
    if (!facts.isFile())
      throw new Mistake(`'${path}' is not a regular file; a pattern is read from one`);
    const bytes = new Uint8Array(Math.min(facts.size, room));
    const fd = openSync(path, "r");
    try {
      return bytes.subarray(0, readSync(fd, bytes));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (error instanceof Mistake || !(error instanceof Error)) throw error;
    const code = "code" in error ? String(error.code) : error.message;
    const reason = code === "ENOENT" ? "is not there" : `cannot be read: ${code}`;
    throw new Mistake(`the pattern's file ${quote(path)} ${reason}`);
  }
}

function notAPattern(text: string, at: number): string {
  const rest = text.slice(at);
  if (rest.startsWith("%"))
    return `${quote(rest)}: the only % of a pattern is %o, its block's offset`;
  if (rest.startsWith("''")) return "'' names no file; write 'path'";
  if (/^['"]/.test(rest)) return `${quote(rest)} has no closing quote`;
  return at === 0
    ? `${quote(text)} is not a pattern; write ${HELP}`
    : `${quote(text)} is not a pattern from ${quote(rest)} on; write ${HELP}`;
}
