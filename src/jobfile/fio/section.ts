/**
 * Lines of one section, or the options of one job on fio's command line → entries like those of a
 * TOML table. What says nothing is left out, what fathom does not know stays for the common answer.
 */
import type { KiloBase } from "../../base/fioquantity.ts";
import type { Option, RawValue } from "../../base/option.ts";
import { Mistake, type Problem } from "../../base/problem.ts";
import { commonName, engineOptions } from "../../options/lookup.ts";
import { OPTIONS } from "../../options/options.ts";
import { BARE_OPTIONS } from "../../options/spelling.ts";
import { optionOf, type RawEntry, readValue } from "../entry.ts";
import type { IniOption } from "./ini.ts";
import { mootness } from "./moot.ts";
import { expand, type Machine, translate } from "./values.ts";

export interface Section {
  /** Each option once: in fio the last one counts. */
  readonly entries: readonly RawEntry[];
  readonly kilo: KiloBase;
  readonly problems: readonly Problem[];
}

/** An option of fio's with its declaration here. */
export interface Declared {
  readonly name: string;
  readonly option: Option<unknown>;
}

/** Undefined when neither the common table nor an engine has it. */
export async function declared(key: string): Promise<Declared | undefined> {
  const name = commonName(key);
  if (name !== undefined) return { name, option: OPTIONS[name] as Option<unknown> };
  const own = (await engineOptions()).get(key);
  const [option] = own?.engines.values() ?? [];
  return own === undefined || option === undefined ? undefined : { name: own.name, option };
}

/** What becomes of one line. */
export type Reading =
  | { readonly kind: "value"; readonly declared: Declared; readonly raw: RawValue }
  | { readonly kind: "nothing"; readonly detailOf?: readonly string[] }
  | { readonly kind: "unknown" }
  | { readonly kind: "wrong"; readonly message: string };

export async function readOption(
  { key, text }: Pick<IniOption, "key" | "text">,
  kilo: KiloBase,
  machine: Machine,
): Promise<Reading> {
  try {
    const found = await declared(key);
    const value = text === undefined ? undefined : expand(text, machine);
    if (found === undefined) {
      const moot = mootness(key, value);
      if (moot === undefined) return { kind: "unknown" };
      return { kind: "nothing", ...(moot === "usual" ? {} : { detailOf: moot }) };
    }
    const { option } = found;
    if (value === undefined) {
      if (option.bare !== undefined && BARE_OPTIONS.has(key)) {
        return { kind: "value", declared: found, raw: option.bare as RawValue };
      }
      throw new Mistake(`needs a value; write ${key}=${option.metavar}`);
    }
    if (value.trim() === "")
      throw new Mistake(`has an empty value; write ${key}=${option.metavar}`);
    const raw = translate(option, value, kilo, BARE_OPTIONS.has(key));
    // No passes: fio makes one all the same.
    if (found.name === "loops" && raw === 0) return { kind: "value", declared: found, raw: 1 };
    return raw === undefined ? { kind: "nothing" } : { kind: "value", declared: found, raw };
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { kind: "wrong", message: error.message };
  }
}

/** The base that a section's sizes are read with: it counts wherever in the section it stands. */
export function kiloOf(options: readonly IniOption[], inherited: KiloBase): KiloBase {
  const text = options.findLast(({ key }) => key === "kb_base")?.text;
  if (text === "1000") return 1000;
  return text === "1024" ? 1024 : inherited;
}

/** `prefix` stands in front of a line's place where `check` shows where a value came from. */
export async function readSection(
  options: readonly IniOption[],
  inherited: KiloBase,
  machine: Machine,
  prefix = "",
): Promise<Section> {
  const kilo = kiloOf(options, inherited);
  const problems: Problem[] = [];
  const entries = new Map<string, RawEntry>();
  for (const option of options) {
    const { key, text: written, keyPlace, valuePlace } = option;
    const { source, line } = keyPlace;
    const text = line === undefined;
    const from = text ? source : `${prefix}${source}:${line}`;
    const reading = await readOption(option, kilo, machine);
    const entry = { key, text, keyPlace, valuePlace, from };
    if (reading.kind === "wrong") {
      problems.push({
        place: valuePlace,
        ...optionOf(entry as RawEntry),
        message: reading.message,
      });
    } else if (reading.kind === "nothing") {
    } else {
      const id = reading.kind === "value" ? reading.declared.name : key;
      const raw = reading.kind === "value" ? reading.raw : written;
      const before = entries.get(id);
      if (before !== undefined && reading.kind === "value") {
        // fio reads it too before it takes the later one.
        const value = readValue(before, reading.declared.option);
        if ("problem" in value) problems.push(value.problem);
      }
      entries.delete(id);
      // A list of numbers as a flag would have it.
      const isNumbers = reading.kind === "value" && reading.declared.option.fio === "numbers";
      entries.set(id, { ...entry, raw: text && isNumbers ? String(raw) : raw });
    }
  }
  return { entries: [...entries.values()], kilo, problems };
}
