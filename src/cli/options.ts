/**
 * `fathom options [NAME|GROUP]`: the table of options in the terminal, those that fio has and
 * fathom not yet included.
 */
import { Command } from "commander";
import { EXIT, UserError } from "../base/errors.ts";
import { didYouMean } from "../base/nearest.ts";
import { ENGINE_NAMES } from "../engine/registry.ts";
import { foreignNames, foreignOption } from "../options/foreign.ts";
import { foreignEngine } from "../options/foreignengines.ts";
import { type ReferenceEntry, reference } from "../options/reference.ts";
import { showPath } from "../plan/show.ts";
import { terminalColumns } from "../run/terminal.ts";
import type { Invocation } from "./main.ts";
import { writeOut } from "./output.ts";
import { showEntry, showGroup, showTable } from "./reference.ts";

/** Width of what is read elsewhere: a pipe, a file. */
const PIPED = 80;
/** Below this nothing can be laid out. */
const NARROWEST = 40;

export function optionsCommand({ done }: Invocation): Command {
  return new Command("options")
    .argument("[NAME]", "an option, a group or an engine; else all options")
    .action(async (word: string | undefined) => {
      const width = terminalColumns(1) ?? PIPED;
      const lines = find(await reference(), word, Math.max(NARROWEST, width));
      writeOut(`${lines.join("\n")}\n`);
      done(EXIT.ok);
    });
}

/** What there is to say of the word. Throws UserError for one that nobody knows. */
function find(
  entries: readonly ReferenceEntry[],
  word: string | undefined,
  width: number,
): readonly string[] {
  if (word === undefined) return showTable(entries, width);
  const spellings = [word, word.replaceAll("-", "_")];
  const entry = entries.find(({ name, aliases }) =>
    [name, ...aliases].some((spelling) => spellings.includes(spelling)),
  );
  if (entry !== undefined) return showEntry(entry, width);
  const members = entries.filter(({ group }) => plain(group) === plain(word));
  if (members.length > 0) return showGroup(members[0]!.group, members, width);
  const foreign = foreignOption(word);
  if (foreign !== undefined) return [`${word} ${foreign}`];
  const later = foreignEngine(word);
  if (later === undefined && !ENGINE_NAMES.includes(word)) throw unknown(entries, word);
  const said = later === undefined ? [] : [`the engine ${word} ${later}`];
  const own = entries.filter(({ engines }) => engines.includes(word));
  if (own.length > 0) return [...said, ...showGroup(`engine ${word}`, own, width)];
  return said.length > 0 ? said : [`the engine ${word} has no options of its own`];
}

function unknown(entries: readonly ReferenceEntry[], word: string): UserError {
  const known = entries.flatMap(({ name, aliases, group }) => [name, ...aliases, group]);
  const hint = didYouMean(word, [...known, ...ENGINE_NAMES, ...foreignNames()]);
  const message = `there is no such option, group or engine${hint}`;
  return new UserError([{ place: { source: word === "" ? '""' : showPath(word) }, message }]);
}

/** `I/O`, `io` and `steady-state` name their groups too. */
function plain(group: string): string {
  return group.toLowerCase().replace(/[^a-z]/g, "");
}
