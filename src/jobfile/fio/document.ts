/**
 * fio's job files and the jobs of its command line → jobs as layers of entries, in its order: what
 * a [global] says is for the jobs after it, each later file waits behind a stonewall, and what
 * stands before a file on the command line is for the first file only.
 */
import type { KiloBase } from "../../base/fioquantity.ts";
import type { RawValue } from "../../base/option.ts";
import type { Place, Problem } from "../../base/problem.ts";
import { clean } from "../../base/quote.ts";
import { commonName } from "../../options/lookup.ts";
import type { RawEntry } from "../entry.ts";
import type { Host } from "./host.ts";
import { type IniOption, type IniSection, isGlobalName, readIni } from "./ini.ts";
import { readSection } from "./section.ts";

/** A job file, or what makes one job on the command line, its name among it. */
export type FioPart =
  | {
      readonly kind: "file";
      readonly name: string;
      readonly text: string;
      /** Only these sections are run; absent for all. */
      readonly sections?: readonly string[];
    }
  | {
      readonly kind: "job";
      readonly options: readonly (readonly [name: string, text: string | undefined])[];
    };

export interface FioJob {
  readonly place: Place;
  /** What every [global] above it says together; the same list for all jobs after it. */
  readonly defaults: readonly RawEntry[];
  readonly own: readonly (readonly RawEntry[])[];
}

export interface FioDocument {
  readonly jobs: readonly FioJob[];
  /** Each [global] by itself: a mistake in one is shown though no job comes after it. */
  readonly globals: readonly (readonly RawEntry[])[];
  readonly problems: readonly Problem[];
}

/** `waits`: even the first file stands behind a stonewall, as it is not the run's first. */
export async function readFio(
  parts: readonly FioPart[],
  host: Host,
  waits = false,
): Promise<FioDocument> {
  const reader = new FioReader(host);
  let files = waits ? 1 : 0;
  for (const part of parts) {
    if (part.kind === "job") await reader.job(part.options);
    else await reader.file(part, files++);
  }
  return reader;
}

const COMMAND_LINE: Place = { source: "command line" };

class FioReader implements FioDocument {
  readonly jobs: FioJob[] = [];
  readonly globals: (readonly RawEntry[])[] = [];
  readonly problems: Problem[] = [];
  #defaults: readonly RawEntry[] = [];
  #kilo: KiloBase = 1024;

  constructor(private readonly host: Host) {}

  async job(options: readonly (readonly [string, string | undefined])[]): Promise<void> {
    const written = options.map(([key, text]): IniOption => {
      const place = { source: clean(`--${key}`) };
      return { key, text, keyPlace: place, valuePlace: place };
    });
    const name = options.find(([key]) => key === "name")?.[1];
    if (name === undefined || isGlobalName(name)) {
      const shared = written.filter(({ key }) => key !== "name");
      this.#keep(await this.#read(shared, ""));
    } else {
      this.#add(COMMAND_LINE, name, [(await this.#read(written, "")).entries]);
    }
  }

  /** `order`: how many files come before it. */
  async file(part: Extract<FioPart, { kind: "file" }>, order: number): Promise<void> {
    if (order > 0) this.#forget();
    const { sections, problems } = readIni(part, this.host.include);
    this.problems.push(...problems);
    let isFirst = true;
    for (const section of sections) {
      const options = section.lines.flatMap(({ option }) => option ?? []);
      if (section.isGlobal) {
        this.#keep(await this.#read(options, "[global] "));
      } else if (part.sections === undefined || part.sections.includes(section.name)) {
        const { entries } = await this.#read(options, "");
        const wall = isFirst && order > 0 ? [headerEntry(section, "stonewall", true)] : [];
        const named = headerEntry(section, "name", section.name);
        this.#add(section.place, section.name, [[named, ...wall], entries]);
        isFirst = false;
      }
    }
  }

  async #read(
    options: readonly IniOption[],
    prefix: string,
  ): Promise<{ readonly entries: readonly RawEntry[]; readonly kilo: KiloBase }> {
    const { entries, kilo, problems } = await readSection(options, this.#kilo, this.host, prefix);
    this.problems.push(...problems);
    return { entries, kilo };
  }

  #keep(section: { readonly entries: readonly RawEntry[]; readonly kilo: KiloBase }): void {
    this.globals.push(section.entries);
    const all = new Map<string, RawEntry>();
    for (const entry of [...this.#defaults, ...section.entries]) {
      const id = commonName(entry.key) ?? entry.key;
      // Behind the others, as it was written last: of direct and buffered that one counts.
      all.delete(id);
      all.set(id, entry);
    }
    this.#defaults = [...all.values()];
    this.#kilo = section.kilo;
  }

  #forget(): void {
    this.#defaults = [];
    this.#kilo = 1024;
  }

  #add(place: Place, name: string, own: readonly (readonly RawEntry[])[]): void {
    const defaults = this.#defaults;
    const device = deviceName(name, [...defaults, ...own.flat()], this.host);
    const target = entryAt(place, "filename", name);
    const all = device ? [...own, [target]] : own;
    this.jobs.push({
      place,
      defaults,
      own: [...all, ...inOrder(place, [...defaults, ...own.flat()])],
    });
  }
}

/** What fio does not look at in a job that goes in order, and fathom would refuse. */
const OF_RANDOM: ReadonlyMap<string, RawValue> = new Map<string, RawValue>([
  ["random_distribution", "random"],
  ["random_sequence_stride", false],
]);

function inOrder(place: Place, entries: readonly RawEntry[]): RawEntry[][] {
  const all = new Map(entries.map(({ key, raw }) => [commonName(key), raw]));
  if (String(all.get("rw") ?? "read").startsWith("rand")) return [];
  return [...OF_RANDOM]
    .filter(([key]) => all.has(key as Parameters<typeof all.has>[0]))
    .map(([key, raw]) => [entryAt(place, key, raw)]);
}

/** Whether a job is about the device it is called like. */
export function deviceName(
  name: string,
  entries: readonly Pick<RawEntry, "key" | "raw">[],
  host: Host,
): boolean {
  const all = new Map(entries.map(({ key, raw }) => [commonName(key), raw]));
  const files = all.get("nrfiles") ?? 1;
  return !all.has("filename") && files === 1 && host.isSpecial(name);
}

function headerEntry({ place }: IniSection, key: string, raw: RawValue): RawEntry {
  return entryAt(place, key, raw);
}

function entryAt(place: Place, key: string, raw: RawValue): RawEntry {
  const { source, line } = place;
  const text = line === undefined;
  const from = text ? source : `${source}:${line}`;
  return { key, raw, text, keyPlace: place, valuePlace: place, from };
}
