/** Builder of options that are one size or a range of them, to be drawn from: `4k`, or `4k-1m`. */
import type { Option, RawValue } from "./option.ts";
import { Mistake } from "./problem.ts";
import { formatSize, SIZE_PATTERN } from "./quantity.ts";
import { show } from "./quote.ts";
import { type About, option, readSize, sizeSchema } from "./values.ts";

/** Both ends are allowed; they differ. */
export interface SizeRange {
  readonly least: number;
  readonly most: number;
}

/** Bytes, at least `least`, or a range of them. */
export function sizeOrRange<F extends number | undefined>(
  about: About<F> & { readonly least: number },
): Option<number | SizeRange | F> {
  const { least } = about;
  const one = SIZE_PATTERN.slice(1, -1);
  return option<number | SizeRange, F>(about, {
    metavar: "SIZE[-SIZE]",
    parse: (raw) => read(raw, least),
    format: (value) =>
      typeof value === "number"
        ? formatSize(value)
        : `${formatSize(value.least)}-${formatSize(value.most)}`,
    schema: {
      anyOf: [
        ...(sizeSchema(least)["anyOf"] as Record<string, unknown>[]),
        { type: "string", pattern: `^(${one})\\s*-\\s*(${one})$` },
      ],
    },
    fio: "range",
  });
}

function read(raw: RawValue, least: number): number | SizeRange {
  const ends = typeof raw === "string" ? raw.split("-") : [];
  if (ends.length !== 2) return readSize(raw, least);
  const [from, to] = ends.map((end) => readSize(end.trim(), least)) as [number, number];
  if (from > to) {
    throw new Mistake(`${show(raw)} ends before it begins; write the smaller size first`);
  }
  return from === to ? from : { least: from, most: to };
}
