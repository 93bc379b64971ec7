/**
 * From a name as somebody wrote it to the option: in the common table under its name or an alias,
 * in an engine's own table, or nowhere, and then the sentence that says so.
 */
import { didYouMean } from "../base/nearest.ts";
import type { Option, OptionTable } from "../base/option.ts";
import type { EngineDefinition } from "../engine/engine.ts";
import { ENGINE_NAMES, findEngine } from "../engine/registry.ts";
import { OPTIONS, type OptionName } from "./options.ts";

/** Every option of a table under its name and its aliases. */
export function namesOf(table: OptionTable): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [name, { aliases = [] }] of Object.entries(table)) {
    for (const spelling of [name, ...aliases]) names.set(spelling, name);
  }
  return names;
}

const COMMON = namesOf(OPTIONS) as ReadonlyMap<string, OptionName>;

/** The option's own name, or undefined when the common table has none of that name or alias. */
export function commonName(spelling: string): OptionName | undefined {
  return COMMON.get(spelling);
}

/** An option of engines, by its own name; engines may differ in what it takes. */
export interface EngineOption {
  readonly name: string;
  readonly spellings: readonly string[];
  /** Engine → its declaration. */
  readonly engines: ReadonlyMap<string, Option<unknown>>;
}

/** Every option that engines have beside the common table. Loads all engines. */
export async function engineOptions(): Promise<ReadonlyMap<string, EngineOption>> {
  const found = new Map<
    string,
    { name: string; spellings: string[]; engines: Map<string, Option<unknown>> }
  >();
  const definitions = await Promise.all(ENGINE_NAMES.map(findEngine));
  for (const { name: engine, options } of definitions.filter((one) => one !== undefined)) {
    for (const [name, option] of Object.entries(options) as [string, Option<unknown>][]) {
      const known = found.get(name) ?? { name, spellings: [name], engines: new Map() };
      known.engines.set(engine, option);
      known.spellings.push(
        ...(option.aliases ?? []).filter((one) => !known.spellings.includes(one)),
      );
      found.set(name, known);
    }
  }
  return new Map(
    [...found.values()].flatMap((one) => one.spellings.map((spelling) => [spelling, one] as const)),
  );
}

/** The engine's own option under that spelling. */
export function ownOption(
  engine: EngineDefinition,
  spelling: string,
): { readonly name: string; readonly option: Option<unknown> } | undefined {
  const name = namesOf(engine.options).get(spelling);
  const option = name === undefined ? undefined : (engine.options as OptionTable)[name];
  return name === undefined || option === undefined ? undefined : { name, option };
}

/**
 * Why a key cannot stand where it does. `engines` are those of the jobs it is for; `undefined` is
 * one still to be chosen. Undefined when it is an option of an engine and no engine is known.
 */
export async function whyNot(
  spelling: string,
  engines: readonly (string | undefined)[],
): Promise<string | undefined> {
  const options = await engineOptions();
  const owners = [...(options.get(spelling)?.engines.keys() ?? [])];
  if (owners.length > 0) {
    if (engines.length === 0) return undefined;
    const named = engines.filter((engine) => engine !== undefined);
    const what = `is an option of ${owners.join(", ")}`;
    return named.length === 0
      ? `${what}; name the engine too: ioengine = "${owners[0]}"`
      : `${what}, and the engine is ${[...new Set(named)].join(", ")}`;
  }
  // Loaded when somebody is wrong: all that fio has and fathom has not takes 7 MB.
  const { foreignOption } = await import("./foreign.ts");
  const foreign = foreignOption(spelling);
  if (foreign !== undefined) return foreign;
  const hint = didYouMean(spelling, [...COMMON.keys(), ...options.keys()]);
  return `there is no such option${hint}`;
}
