/**
 * `npm run docs`: writes the option index of README.md, between its two markers, from the one table
 * of options and the engines' own. With `--check` it writes nothing and fails when the index is not
 * what the table says.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FlagHelp, flagHelp } from "../src/options/flags.ts";
import { ROOT } from "./command.ts";

const START = "<!-- options:start -->";
const END = "<!-- options:end -->";

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

/** The text with a new index between the markers; undefined when it lacks one of them. */
export function withIndex(text: string, index: string): string | undefined {
  const start = text.indexOf(START);
  const end = text.indexOf(END, start);
  if (start < 0 || end < 0) return undefined;
  return `${text.slice(0, start + START.length)}\n\n${index}\n${text.slice(end)}`;
}

if (import.meta.main) {
  const path = join(ROOT, "README.md");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const made = withIndex(text, optionIndex(await flagHelp()));
  if (made === undefined) {
    process.stderr.write(`README.md lacks the markers ${START} and ${END}\n`);
    process.exitCode = 1;
  } else if (!process.argv.includes("--check")) {
    if (made !== text) writeFileSync(path, made);
  } else if (made !== text) {
    process.stderr.write("README.md: the option index is stale; run `npm run docs`\n");
    process.exitCode = 1;
  }
}
