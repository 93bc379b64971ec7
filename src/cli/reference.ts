/**
 * The table of options as text for a terminal: all of it, a group of it, or one entry whole. Pure:
 * entries and a width in, lines out, none wider than that unless a single word is.
 */
import type { ReferenceEntry } from "../options/reference.ts";

/** A longer default is cut: the whole of it is in the option's own entry. */
const WIDEST_DEFAULT = 12;
/** Where the facts of one entry begin. */
const FACTS = 11;
/** A narrower column than this is unreadable: the text goes below the name instead. */
const LEAST_TEXT = 24;

/** Every option that is here by group, then the names of those that are not. */
export function showTable(entries: readonly ReferenceEntry[], width: number): readonly string[] {
  const here = Map.groupBy(
    entries.filter(({ later }) => !later),
    ({ group }) => group,
  );
  const tables = [...here].flatMap(([group, members]) => [...table(group, members, width), ""]);
  const missing = Map.groupBy(
    entries.filter(({ later }) => later),
    ({ group }) => group,
  );
  const column = 4 + Math.max(0, ...[...missing.keys()].map((group) => group.length));
  const names = [...missing].flatMap(([group, members]) =>
    aside(group, members.map(({ name }) => name).join(", "), width, column),
  );
  return [...tables, "not implemented yet", ...names];
}

/** One heading with its options, those still to come under a heading of their own. */
export function showGroup(
  heading: string,
  entries: readonly ReferenceEntry[],
  width: number,
): readonly string[] {
  const here = entries.filter(({ later }) => !later);
  const missing = entries.filter(({ later }) => later);
  return [
    ...(here.length === 0 ? [] : table(heading, here, width)),
    ...(here.length === 0 || missing.length === 0 ? [] : [""]),
    ...(missing.length === 0 ? [] : table(`${heading}, not implemented yet`, missing, width)),
  ];
}

/** The whole entry of one option. */
export function showEntry(entry: ReferenceEntry, width: number): readonly string[] {
  const facts: readonly (readonly [string, string])[] = [
    ["also", entry.aliases.join(", ")],
    ["value", takes(entry)],
    ["default", shownDefault(entry) || "unset"],
    ["group", entry.group],
    [entry.engines.length === 1 ? "engine" : "engines", entry.engines.join(", ")],
    ["in fio", entry.fio],
  ];
  const detail = [entry.detail, entry.repeatable ? "The flag may be given several times." : ""];
  return [
    entry.name,
    ...wrap(entry.summary, width - 2).map(indented),
    ...(entry.later ? ["", indented("is not implemented yet")] : []),
    "",
    ...facts.flatMap(([what, text]) => (text === "" ? [] : aside(what, text, width, FACTS))),
    ...detail.flatMap((text) => (text === "" ? [] : ["", ...wrap(text, width - 2).map(indented)])),
  ];
}

function takes({ metavar, values, range, bare }: ReferenceEntry): string {
  if (metavar === "") return "true or false; the flag alone is true";
  const listed = metavar === values.join("|") ? "" : values.join(", ");
  const value = [metavar, listed && `one of ${listed}`, range].filter((part) => part !== "");
  return `${value.join(", ")}${bare ? "; the flag may stand alone" : ""}`;
}

function shownDefault({ fallback }: ReferenceEntry): string {
  return fallback === "[]" ? "" : fallback;
}

function table(
  heading: string,
  members: readonly ReferenceEntry[],
  width: number,
): readonly string[] {
  const fallbacks = members.map((entry) => cut(shownDefault(entry), WIDEST_DEFAULT));
  const nameWidth = Math.max(...members.map(({ name }) => name.length));
  const fallbackWidth = Math.max(...fallbacks.map((text) => text.length));
  const rows = members.flatMap((entry, at) => {
    const head = `${entry.name.padEnd(nameWidth)}  ${fallbacks[at]!.padEnd(fallbackWidth)}`;
    const only = entry.engines.length === 0 ? "" : ` [${entry.engines.join(", ")}]`;
    return aside(head, `${entry.summary}${only}`, width, 2 + head.length + 2);
  });
  return [heading, ...rows];
}

/** A word on the left, text to the right of it, or below where the width is too small. */
function aside(left: string, text: string, width: number, column: number): readonly string[] {
  const beside = width - column >= LEAST_TEXT && left.length + 4 <= column;
  const start = beside ? column : 6;
  const lines = wrap(text, width - start).map((line) => " ".repeat(start) + line);
  const head = indented(left);
  if (!beside) return [head.trimEnd(), ...lines];
  return [`${head.padEnd(start)}${lines[0]!.slice(start)}`.trimEnd(), ...lines.slice(1)];
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function indented(text: string): string {
  return `  ${text}`;
}

/** Lines of at most that many characters; a longer word has a line of its own. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1)!;
    if (last === "") lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
