/**
 * The shape of a job file: `[global]`, `[job.NAME]`, and `destroy`, the only key at the top. Knows
 * tables, not options.
 */
import { didYouMean } from "../base/nearest.ts";
import type { RawTable, RawValue } from "../base/option.ts";
import type { Place, Problem } from "../base/problem.ts";
import { quote, show } from "../base/quote.ts";
import { commonName } from "../options/lookup.ts";
import type { RawEntry } from "./entry.ts";
import type { Places } from "./places.ts";
import { readToml } from "./toml.ts";

/** Text of a job file and what it is called in messages. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

export interface JobTable {
  /** Of its header. */
  readonly place: Place;
  /** Its name in the header, as the option it is. */
  readonly name: RawEntry;
  readonly entries: readonly RawEntry[];
}

export interface Document {
  /** What stands at the top of the file, then [global]. */
  readonly defaults: readonly (readonly RawEntry[])[];
  /** In the order of the text. */
  readonly jobs: readonly JobTable[];
  readonly problems: readonly Problem[];
}

export function readDocument({ name, text }: Source): Document {
  const toml = readToml(name, text);
  if ("message" in toml) return { defaults: [], jobs: [], problems: [toml] };
  const { root, places } = toml;
  const reader = new DocumentReader(name, root, places);
  const top = reader.entriesOf([], ["destroy"], (line) => `${name}:${line}`);
  const global = reader.global();
  const jobs = reader.jobs();
  reader.strangers();
  if (jobs.length === 0 && reader.problems.length === 0) {
    const message = 'there is no job in it; write [job.NAME] and below it for example rw = "read"';
    reader.problems.push({ place: { source: name }, message });
  }
  return { defaults: [top, global], jobs, problems: reader.problems };
}

class DocumentReader {
  readonly problems: Problem[] = [];

  constructor(
    private readonly name: string,
    private readonly root: RawTable,
    private readonly places: Places,
  ) {}

  global(): readonly RawEntry[] {
    const { global } = this.root;
    if (global === undefined) return [];
    if (isTable(global)) {
      if (global["name"] !== undefined) {
        this.#refuse(["global", "name"], "a job has the name of its own table; leave it out here");
      }
      return this.entriesOf(["global"], undefined, (line) => `[global] ${this.name}:${line}`);
    }
    this.#refuse(["global"], "global is a table; write [global] and its options below it");
    return [];
  }

  jobs(): readonly JobTable[] {
    const { job } = this.root;
    if (job === undefined) return [];
    if (!isTable(job)) {
      this.#refuse(["job"], "a job is a table with a name; write [job.NAME]");
      return [];
    }
    return this.places.names(["job"]).flatMap((name) => {
      const path = ["job", name];
      if (isTable(job[name])) {
        const from = (line: number): string => `${this.name}:${line}`;
        const place = this.places.key(path);
        const header = { key: "name", raw: name, text: false, from: from(place.line ?? 1) };
        return [
          {
            place,
            name: { ...header, keyPlace: place, valuePlace: place },
            entries: this.entriesOf(path, undefined, from),
          },
        ];
      }
      const what =
        commonName(name) === undefined ? `${quote(name)} is not a table` : `${name} is an option`;
      this.#refuse(path, `${what}, and a job is a table with a name; write [job.NAME]`);
      return [];
    });
  }

  /** Keys at the top that are none of ours. */
  strangers(): void {
    for (const key of this.places.names([])) {
      if (["global", "job", "destroy"].includes(key)) continue;
      const value = this.root[key];
      const shown = quote(key).slice(1, -1);
      if (isTable(value) || Array.isArray(value)) {
        const meant = didYouMean(key, ["global", "job"]);
        const job = /^[\w-]+$/.test(shown) ? `[job.${shown}]` : `[job."${shown}"]`;
        this.#refuse([key], `[${shown}] is neither [global] nor a job${meant || `; write ${job}`}`);
      } else {
        const where = "an option stands in [global] or in a job, [job.NAME]";
        this.#refuse([key], `${shown} = ${show(value)} is outside of any table; ${where}`);
      }
    }
  }

  /** The options of a table in the order of the text; `only` leaves the other keys alone. */
  entriesOf(
    path: readonly string[],
    only: readonly string[] | undefined,
    from: (line: number) => string,
  ): readonly RawEntry[] {
    let table: RawTable = this.root;
    for (const name of path) table = table[name] as RawTable;
    return this.places.names(path).flatMap((key): RawEntry[] => {
      const raw = table[key];
      if (raw === undefined || (only !== undefined && !only.includes(key))) return [];
      const keyPlace = this.places.key([...path, key]);
      const valuePlace = this.places.value([...path, key]);
      return [{ key, raw, text: false, keyPlace, valuePlace, from: from(keyPlace.line ?? 1) }];
    });
  }

  #refuse(path: readonly string[], message: string): void {
    this.problems.push({ place: this.places.key(path), message });
  }
}

function isTable(value: RawValue | undefined): value is RawTable {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}
