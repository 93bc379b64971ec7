/**
 * `npm run docs`: writes the generated parts of README.md, each between two markers: the index of
 * options, from the one table and the engines' own, and the names that fio has and fathom not yet.
 * With `--check` it writes nothing and fails when a part is not what the tables say.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FlagHelp, flagHelp } from "../src/options/flags.ts";
import { type ReferenceEntry, reference } from "../src/options/reference.ts";
import { ROOT } from "./command.ts";

/** One table a group, in the order of the groups' first options. */
export function optionIndex(options: readonly FlagHelp[]): string {
  const groups = Map.groupBy(options, ({ group }) => group);
  return [...groups].map(([group, members]) => table(group, members)).join("\n");
}

function table(group: string, members: readonly FlagHelp[]): string {
  const rows = members.map((option) => {
    const unset = option.fallback === "" || option.fallback === "[]";
    const fallback = unset ? "" : `\`${cell(option.fallback)}\``;
    return `| \`${option.name}\` | ${fallback} | ${cell(summary(option))} |`;
  });
  const head = `| ${group} | default | what it does |\n|---|---|---|`;
  return `${head}\n${rows.join("\n")}\n`;
}

function summary({ summary, engines, aliases }: FlagHelp): string {
  const only = engines.length === 0 ? [] : [`engine ${engines.join(", ")}`];
  const also = aliases.length === 0 ? [] : [`also ${aliases.join(", ")}`];
  const more = [...only, ...also];
  return more.length === 0 ? summary : `${summary} (${more.join("; ")})`;
}

/** A bar would end the cell, and an angle bracket begin a tag. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

/** One row a group, aliases in brackets; options of engines by engine. */
export function laterIndex(entries: readonly ReferenceEntry[]): string {
  const missing = entries.filter(({ later }) => later);
  const groups = Map.groupBy(missing, ({ group, engines }) =>
    `${group} ${engines.join(", ")}`.trim(),
  );
  const rows = [...groups].map(([group, members]) => {
    const names = members.map(({ name, aliases }) =>
      [`\`${name}\``, ...aliases.map((alias) => `(\`${alias}\`)`)].join(" "),
    );
    return `| ${group} | ${names.join(" ")} |`;
  });
  return `| ${missing.length} options | not implemented yet |\n|---|---|\n${rows.join("\n")}\n`;
}

/** The text with a new part between the markers of that name; undefined when it lacks one. */
export function withPart(text: string, name: string, part: string): string | undefined {
  const marker = `<!-- ${name}:start -->`;
  const start = text.indexOf(marker);
  const end = text.indexOf(`<!-- ${name}:end -->`, start);
  if (start < 0 || end < 0) return undefined;
  return `${text.slice(0, start + marker.length)}\n\n${part}\n${text.slice(end)}`;
}

function fail(message: string): void {
  process.stderr.write(`README.md: ${message}\n`);
  process.exitCode = 1;
}

if (import.meta.main) {
  const path = join(ROOT, "README.md");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const parts = {
    options: optionIndex(await flagHelp()),
    later: laterIndex(await reference()),
  };
  let made = text;
  for (const [name, part] of Object.entries(parts)) {
    const next = withPart(made, name, part);
    if (next === undefined) fail(`one of the two markers of the part "${name}" is missing`);
    else made = next;
  }
  if (made !== text) {
    if (process.argv.includes("--check")) fail("a generated part is stale; run `npm run docs`");
    else if (process.exitCode !== 1) writeFileSync(path, made);
  }
}
