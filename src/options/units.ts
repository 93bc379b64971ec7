/**
 * Units that fio's normal report is written in. The base of a kilobyte is also what fio's own job
 * files and `fathom fio` read sizes with; native sizes say it themselves.
 */
import type { Option } from "../base/option.ts";
import { Mistake } from "../base/problem.ts";
import { show } from "../base/quote.ts";
import { option } from "../base/values.ts";

const group = "units";

interface About<V extends number> {
  readonly summary: string;
  readonly detail: string;
  /** The first is the fallback. */
  readonly values: readonly [V, ...V[]];
}

/** A number that is one of few. */
function oneOf<const V extends number>({ values, ...about }: About<V>): Option<V> {
  const [fallback] = values;
  return option<V, V>(
    { ...about, group, fallback },
    {
      metavar: values.join("|"),
      parse: (raw, text) => {
        const wanted = values.find((value) => value === raw || (text && String(value) === raw));
        if (wanted !== undefined) return wanted;
        throw new Mistake(`${show(raw)} is none of ${values.join(", ")}`);
      },
      format: String,
      schema: { enum: [...values] },
      fio: "integer",
    },
  );
}

export const UNITS = {
  kb_base: oneOf({
    summary: "whether fio's report has powers of 1024 or of 1000 first",
    detail:
      "The other stands behind it in parentheses. In fio's job files and under `fathom fio` it " +
      "is also what a plain k is; sizes in TOML say it themselves: 4KiB is 4096, 4kB is 4000.",
    values: [1024, 1000],
  }),
  unit_base: oneOf({
    summary: "unit of the rates in fio's report: bytes (8) or bits (1), 0 for what fits",
    detail: "What fits is bytes, for every engine that moves no data over a network.",
    values: [0, 8, 1],
  }),
} as const;
