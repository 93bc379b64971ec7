/**
 * Byte patterns as fio writes them: 0x and hex digits (bytes in the order written), a decimal
 * number (its bytes, the lowest first), "text", or several of them one after the other.
 */
import type { Option } from "./option.ts";
import { Mistake } from "./problem.ts";
import { quote, show } from "./quote.ts";
import { type About, option } from "./values.ts";

const HELP = `0x and hex digits, a decimal number, or text in double quotes, as in '"text"'`;

/** What a decimal number may be: 32 bits, signed or not, as in fio. */
const LOWEST = -(2 ** 31);
const HIGHEST = 2 ** 32 - 1;

/** One piece and the space after it: hex, decimal, text. */
const PIECE = /0x([0-9a-fA-F]+)\s*|(-?\d{1,10})\s*|"([^"]*)"\s*/y;

/** Bytes that are repeated over a buffer; unset by default. */
export function pattern(about: About<undefined>): Option<Uint8Array | undefined> {
  return option<Uint8Array, undefined>(about, {
    metavar: "PATTERN",
    parse: (raw) => {
      if (typeof raw === "number") {
        throw new Mistake(`${raw} is a number; write the pattern in quotes, "${raw}" or "0x…"`);
      }
      if (typeof raw !== "string")
        throw new Mistake(`${show(raw)} is not a pattern; write ${HELP}`);
      return parsePattern(raw);
    },
    format: formatPattern,
    schema: { type: "string", minLength: 1 },
  });
}

/** At least one byte. Throws Mistake. */
export function parsePattern(text: string): Uint8Array {
  const trimmed = text.trim();
  const pieces: Uint8Array[] = [];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < trimmed.length) {
    const at = PIECE.lastIndex;
    const match = PIECE.exec(trimmed);
    if (match === null) throw new Mistake(notAPattern(trimmed, at));
    const [, hex, decimal, string] = match;
    if (hex !== undefined) pieces.push(hexBytes(hex));
    else if (decimal !== undefined) pieces.push(decimalBytes(decimal));
    else pieces.push(new TextEncoder().encode(string));
  }
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length === 0) throw new Mistake(`${quote(text)} has no byte in it; write ${HELP}`);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** All of it in hex: "0xdeadbeef". */
export function formatPattern(bytes: Uint8Array): string {
  return `0x${bytes.toHex()}`;
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
      `${digits} is not between ${LOWEST} and ${HIGHEST}; write longer ones in hex`,
    );
  }
  const four = new Uint8Array([value, value >>> 8, value >>> 16, value >>> 24]);
  const used = value < 0 ? 4 : Math.max(1, four.findLastIndex((byte) => byte !== 0) + 1);
  return four.slice(0, used);
}

function notAPattern(text: string, at: number): string {
  const rest = text.slice(at);
  if (rest.startsWith("%")) return "%o, the block's offset in the pattern, is not implemented yet";
  if (rest.startsWith("'")) return "a pattern from a file ('path') is not implemented yet";
  if (rest.startsWith('"')) return `${quote(rest)} has no closing quote`;
  return at === 0
    ? `${quote(text)} is not a pattern; write ${HELP}`
    : `${quote(text)} is not a pattern from ${quote(rest)} on; write ${HELP}`;
}
