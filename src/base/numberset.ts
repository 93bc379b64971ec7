/** Builder of options that are a set of small numbers, as the kernel lists CPUs: `0,2-3`. */
import type { Option, RawValue } from "./option.ts";
import { Mistake } from "./problem.ts";
import { show } from "./quote.ts";
import { type About, option } from "./values.ts";

/** fio's FIO_MAX_CPUS and what a cpu_set_t holds: numbers from 0 to one less. */
export const MOST_NUMBERS = 1024;

const ITEM = "\\d{1,4}(\\s*-\\s*\\d{1,4})?";
const LIST = `${ITEM}(\\s*,\\s*${ITEM})*`;

/** Numbers in ascending order, each once; "all" where `all` lets it be said. */
export function numberSet(
  about: About<undefined> & { readonly all?: boolean },
): Option<readonly number[] | "all" | undefined> {
  const words = about.all ? "|all" : "";
  return option<readonly number[] | "all", undefined>(about, {
    metavar: about.all ? "LIST|all" : "LIST",
    parse: (raw) => (about.all && raw === "all" ? "all" : readNumbers(raw)),
    format: (value) => (value === "all" ? value : formatNumbers(value)),
    schema: {
      anyOf: [
        { type: "integer", minimum: 0, maximum: MOST_NUMBERS - 1 },
        { type: "string", pattern: `^(${LIST}${words})$` },
        {
          type: "array",
          items: { type: "integer", minimum: 0, maximum: MOST_NUMBERS - 1 },
          minItems: 1,
        },
      ],
    },
  });
}

/** The numbers of `0,2-3`, of a number, or of an array of them. Throws Mistake. */
export function readNumbers(raw: RawValue): readonly number[] {
  const items = typeof raw === "string" ? raw.split(",") : Array.isArray(raw) ? raw : [raw];
  if (items.length === 0) throw new Mistake('an empty list names nothing; write "0,2-3"');
  const numbers = (items as readonly RawValue[]).flatMap((item) => rangeOf(item, raw));
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function rangeOf(item: RawValue, whole: RawValue): number[] {
  const match = /^\s*(\d{1,9})(?:\s*-\s*(\d{1,9}))?\s*$/.exec(
    typeof item === "number" ? String(item) : typeof item === "string" ? item : "",
  );
  if (match === null) throw new Mistake(`${show(whole)} is not a list of numbers; write "0,2-3"`);
  const from = Number(match[1]);
  const to = Number(match[2] ?? from);
  if (to < from) {
    throw new Mistake(`${show(whole)} has a range that ends before it begins; write "0,2-3"`);
  }
  if (to >= MOST_NUMBERS) {
    throw new Mistake(`${to} is too large; write numbers up to ${MOST_NUMBERS - 1}`);
  }
  return Array.from({ length: to - from + 1 }, (_, step) => from + step);
}

/** As the kernel writes it: `0,2-3`. */
export function formatNumbers(numbers: readonly number[]): string {
  const parts: [from: number, to: number][] = [];
  for (const number of numbers) {
    const last = parts.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(",");
}
