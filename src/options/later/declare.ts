/**
 * What is known of an option that fathom does not have yet: enough to show what it will be, and to
 * answer whoever writes it. It parses nothing. When an option is built, its line here goes and an
 * `Option` in the tables beside this folder takes its place.
 */

export interface LaterOption {
  /** Heading it will stand under. */
  readonly group: string;
  /** Placeholder of the value; empty for a flag. */
  readonly metavar: string;
  /** What counts when it is not given, as text; empty when that is nothing. */
  readonly fallback: string;
  /** One line, no full stop. */
  readonly summary: string;
  readonly aliases?: readonly string[];
  /** Words it takes, where the placeholder does not list them. */
  readonly values?: readonly string[];
  readonly least?: number;
  readonly most?: number;
  /** Whole sentences. */
  readonly detail?: string;
  /** Engines it will belong to; absent for an option of every job. */
  readonly engines?: readonly string[];
}

export type LaterTable = Readonly<Record<string, LaterOption>>;

type Entry = Omit<LaterOption, "group">;
type More = Omit<Entry, "metavar" | "fallback" | "summary">;

export function later(metavar: string, fallback: string, summary: string, more?: More): Entry {
  return { metavar, fallback, summary, ...more };
}

/** A switch that is off unless it is written. */
export function laterFlag(summary: string, more?: More): Entry {
  return later("", "false", summary, more);
}

export function grouped(group: string, table: Readonly<Record<string, Entry>>): LaterTable {
  return Object.fromEntries(
    Object.entries(table).map(([name, entry]) => [name, { group, ...entry }]),
  );
}

/** The same for options of engines. */
export function ofEngines(
  engines: readonly string[],
  table: Readonly<Record<string, Entry>>,
): LaterTable {
  return grouped(
    "engine",
    Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, { engines, ...entry }])),
  );
}
