/**
 * ignore_error: lists of errors, by name or number, for reads, writes and verification. Written as
 * fio does, "EIO:122,ENOSPC,EILSEQ", or as a table of arrays.
 */
import { constants } from "node:os";
import type { Option, RawTable, RawValue } from "../base/option.ts";
import { Mistake } from "../base/problem.ts";
import { show } from "../base/quote.ts";
import { type About, option } from "../base/values.ts";

/** Errors of each class that a job survives; a class without a list has an empty one. */
export interface IgnoredErrors {
  readonly read: readonly number[];
  readonly write: readonly number[];
  readonly verify: readonly number[];
}

const CLASSES = ["read", "write", "verify"] as const;
const EXAMPLE = '{ read = ["EIO"], write = ["ENOSPC", "EDQUOT"] }';

/** Errors are below this: MAX_ERRNO, linux/err.h. */
const MOST = 4095;

const NUMBERS = new Map(Object.entries(constants.errno));
const NAMES = new Map([...NUMBERS].map(([name, number]) => [number, name]));

export function ignoredErrors(about: About<undefined>): Option<IgnoredErrors | undefined> {
  const one = { anyOf: [{ type: "string" }, { type: "integer", minimum: 1, maximum: MOST }] };
  const list = { anyOf: [one, { type: "array", items: one }] };
  return option<IgnoredErrors, undefined>(about, {
    metavar: "LIST,LIST,LIST",
    parse: (raw) => {
      if (typeof raw === "string") return fromText(raw);
      if (typeof raw === "object" && !Array.isArray(raw) && !(raw instanceof Date)) {
        return fromTable(raw as RawTable);
      }
      throw new Mistake(`${show(raw)} is no list of errors; write ${EXAMPLE}`);
    },
    format: (value) => {
      const texts = CLASSES.map((name) => value[name].map((n) => NAMES.get(n) ?? n).join(":"));
      return texts.join(",").replace(/,+$/, "");
    },
    schema: {
      anyOf: [
        { type: "string" },
        {
          type: "object",
          properties: Object.fromEntries(CLASSES.map((name) => [name, list])),
          additionalProperties: false,
          minProperties: 1,
        },
      ],
    },
  });
}

function fromText(text: string): IgnoredErrors {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.length > CLASSES.length || parts.every((part) => part === "")) {
    const order = "lists of errors for read, write and verify, in this order";
    throw new Mistake(`${show(text)} is not at most three ${order}; write "EIO,ENOSPC:EDQUOT"`);
  }
  const [read, write, verify] = CLASSES.map((_, at) => {
    const part = parts[at] ?? "";
    return part === "" ? [] : part.split(":").map(numberOf);
  });
  return { read: read!, write: write!, verify: verify! };
}

function fromTable(table: RawTable): IgnoredErrors {
  const keys = Object.keys(table);
  const strange = keys.find((key) => !CLASSES.some((name) => name === key));
  if (strange !== undefined || keys.length === 0) {
    const what = strange === undefined ? "no class is named" : `${show(strange)} is no class`;
    throw new Mistake(`${what}; write read, write or verify, as in ${EXAMPLE}`);
  }
  const listOf = (name: (typeof CLASSES)[number]): readonly number[] => {
    const value = Object.hasOwn(table, name) ? table[name]! : [];
    return (Array.isArray(value) ? (value as readonly RawValue[]) : [value]).map(numberOf);
  };
  return { read: listOf("read"), write: listOf("write"), verify: listOf("verify") };
}

function numberOf(raw: RawValue): number {
  const word = typeof raw === "string" ? raw.trim() : raw;
  const named = typeof word === "string" ? NUMBERS.get(word) : undefined;
  const number = named ?? (typeof word === "string" && /^\d+$/.test(word) ? Number(word) : word);
  if (typeof number === "number" && Number.isInteger(number) && number > 0 && number <= MOST) {
    return number;
  }
  throw new Mistake(`${show(raw)} is no error; write a name as in errno(3), EIO, or its number, 5`);
}
