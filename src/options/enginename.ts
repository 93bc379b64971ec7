/** The one option whose words come from the registry of engines. */
import { didYouMean } from "../base/nearest.ts";
import type { Option, RawValue } from "../base/option.ts";
import { Mistake } from "../base/problem.ts";
import { quote, show } from "../base/quote.ts";
import { type About, option } from "../base/values.ts";
import { ENGINE_NAMES } from "../engine/registry.ts";
import { foreignEngine } from "./foreignengines.ts";

/** The name of an engine there is; unset, the engine is chosen when the plan is made. */
export function engineName(about: Omit<About<undefined>, "fallback">): Option<string | undefined> {
  return option<string, undefined>(
    { ...about, fallback: undefined },
    {
      metavar: "ENGINE",
      parse: readName,
      format: (value) => value,
      schema: { enum: ENGINE_NAMES },
    },
  );
}

function readName(raw: RawValue): string {
  const all = ENGINE_NAMES.join(", ");
  if (typeof raw !== "string") throw new Mistake(`${show(raw)} is not a name; write one of ${all}`);
  if (ENGINE_NAMES.includes(raw)) return raw;
  const foreign = foreignEngine(raw);
  if (foreign !== undefined)
    throw new Mistake(`the engine ${quote(raw)} ${foreign}; there are ${all}`);
  throw new Mistake(
    `no engine is called ${quote(raw)}; there are ${all}${didYouMean(raw, ENGINE_NAMES)}`,
  );
}
