/** fio's --showcmd: a job file as the command line that says the same. */
import type { FioPart } from "../jobfile/fio/document.ts";
import { thisHost } from "../jobfile/fio/host.ts";
import { type IniSection, readIni } from "../jobfile/fio/ini.ts";

/** One line for each file, fit for a shell. Jobs that are a command line already have none. */
export function commandLines(parts: readonly FioPart[]): readonly string[] {
  const { include } = thisHost();
  return parts.flatMap((part) => {
    if (part.kind === "job") return [];
    const { sections } = readIni(part, include);
    const wanted = sections.filter(
      ({ name, isGlobal }) => isGlobal || (part.sections?.includes(name) ?? true),
    );
    return [["fio", ...wanted.flatMap(wordsOf)].join(" ")];
  });
}

/** What is for all jobs needs a name only when a job stands before it. */
function wordsOf({ name, isGlobal, lines }: IniSection, position: number): readonly string[] {
  const options = lines.flatMap(({ option }) => option ?? []);
  const head = isGlobal && position === 0 ? [] : [`--name=${quoted(name)}`];
  return [
    ...head,
    ...options.map(({ key, text }) =>
      text === undefined ? `--${key}` : `--${key}=${quoted(text)}`,
    ),
  ];
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
