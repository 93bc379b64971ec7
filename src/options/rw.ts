/** The option rw: a word for directions and order, and behind a colon how far or how often. */
import { didYouMean } from "../base/nearest.ts";
import type { Option, RawValue } from "../base/option.ts";
import { Mistake } from "../base/problem.ts";
import { formatSize, parseSize } from "../base/quantity.ts";
import { quote, show } from "../base/quote.ts";
import { RW_WORDS, type Rw, type RwWord } from "../base/rw.ts";
import { type About, option } from "../base/values.ts";

const SPELLINGS: ReadonlyMap<string, RwWord> = new Map<string, RwWord>([
  ...RW_WORDS.map((word) => [word, word] as const),
  ["readwrite", "rw"],
]);

const SIZE = "-?\\d+(\\.\\d+)?([kKmMgGtTpP]|[kKmMgGtTpP]i[bB]|[kMGTP]?B)?";
const SEQUENTIAL = "(read|write|trim|rw|readwrite|trimwrite)";
const RANDOM = "rand(read|write|trim|rw|trimwrite)";

export function rwOption(about: About<Rw>): Option<Rw> {
  return option<Rw, Rw>(about, {
    metavar: "WORD[:N]",
    parse: readRw,
    format: (rw) => {
      const [word, suffix] = rw.split(":");
      if (suffix === undefined || rw.startsWith("rand")) return rw;
      const sign = suffix.startsWith("-") ? "-" : "";
      return `${word}:${sign}${formatSize(Math.abs(Number(suffix)))}`;
    },
    schema: {
      anyOf: [
        { enum: [...SPELLINGS.keys()] },
        { type: "string", pattern: `^(${SEQUENTIAL}:${SIZE}|${RANDOM}:[1-9]\\d*)$` },
      ],
    },
    fio: "rw",
  });
}

function readRw(raw: RawValue): Rw {
  const words = RW_WORDS.join(", ");
  if (typeof raw !== "string") {
    throw new Mistake(`${show(raw)} is not a word; write one of ${words}`);
  }
  const colon = raw.indexOf(":");
  const written = colon < 0 ? raw : raw.slice(0, colon);
  const word = SPELLINGS.get(written);
  if (word === undefined) {
    const near = didYouMean(written, SPELLINGS.keys());
    throw new Mistake(`${quote(written)} is none of ${words}${near}`);
  }
  if (colon < 0) return word;
  const suffix = raw.slice(colon + 1);
  return word.startsWith("rand") ? every(word, suffix) : skip(word, suffix);
}

function every(word: RwWord, suffix: string): Rw {
  const count = Number(suffix);
  if (!/^\d{1,15}$/.test(suffix) || count < 1) {
    throw new Mistake(
      `${quote(suffix)} is no count of units; write 1 or more, such as "${word}:8" for a new ` +
        "random place every 8 units",
    );
  }
  return count === 1 ? word : `${word}:${count}`;
}

function skip(word: RwWord, suffix: string): Rw {
  const backwards = suffix.startsWith("-");
  const bytes = parseSize(backwards ? suffix.slice(1) : suffix);
  if (bytes === 0) return word;
  return `${word}:${backwards ? -bytes : bytes}`;
}
