/** fio's --cmdhelp and --enghelp, answered from the table of options. */
import { nearest } from "../base/nearest.ts";
import { ENGINE_NAMES } from "../engine/registry.ts";
import { foreignOption } from "../options/foreign.ts";
import { foreignEngine } from "../options/foreignengines.ts";
import { type ReferenceEntry, reference } from "../options/reference.ts";
import { showEntry, showGroup, showTable } from "./reference.ts";

/** Width of what may be piped anywhere. */
const WIDTH = 100;

export interface Help {
  readonly out: readonly string[];
  readonly err: readonly string[];
  readonly found: boolean;
}

/** An option of jobs, or the nearest to it; all of them for none or `all`. */
export async function commandHelp(name: string | undefined): Promise<Help> {
  const entries = await reference();
  if (name === undefined || name === "" || name === "all") return shown(showTable(entries, WIDTH));
  return oneOf(entries, name);
}

/** The engines, the options of one, or one of these. */
export async function engineHelp(text: string | undefined): Promise<Help> {
  const [name = "", option] = (text ?? "").split(",");
  if (name === "")
    return shown(["Available IO engines:", ...ENGINE_NAMES.map((one) => `\t${one}`)]);
  if (!ENGINE_NAMES.includes(name)) {
    const reason = foreignEngine(name) ?? `is none of ${ENGINE_NAMES.join(", ")}`;
    return { out: [], err: [`fio: engine ${JSON.stringify(name)} ${reason}`], found: false };
  }
  const own = (await reference()).filter(({ engines }) => engines.includes(name));
  if (option !== undefined) return oneOf(own, option);
  if (own.length === 0) return shown([`Engine ${name} has no options`]);
  return shown(showGroup(`engine ${name}`, own, WIDTH));
}

function oneOf(entries: readonly ReferenceEntry[], name: string): Help {
  const named = (word: string): ReferenceEntry | undefined =>
    entries.find((entry) => [entry.name, ...entry.aliases].includes(word));
  const entry = named(name);
  if (entry !== undefined) return shown(showEntry(entry, WIDTH));
  const foreign = foreignOption(name);
  if (foreign !== undefined) return shown([`${name} ${foreign}`]);
  const near = nearest(
    name,
    entries.flatMap((one) => [one.name, ...one.aliases]),
  );
  const none = `fio: no such option: ${JSON.stringify(name)}`;
  if (near === undefined) return { out: [], err: [none], found: false };
  return { out: showEntry(named(near)!, WIDTH), err: [`${none}; this is ${near}`], found: true };
}

function shown(out: readonly string[]): Help {
  return { out, err: [], found: true };
}
