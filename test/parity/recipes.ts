/**
 * Published recipes, from a collection that lies beside the checkout: their commands and job files
 * with sizes that fit anywhere, and with files of the test where they name devices and directories.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const COLLECTION = join(import.meta.dir, "../../../shared/real-commands.md");

export interface Recipe {
  /** "R07.3": entry and position in it. */
  readonly id: string;
  /** A job file; undefined when it is a command. */
  readonly file: string | undefined;
  /** Words behind `fio`; of a job file none. */
  readonly words: readonly string[];
}

/** Undefined where there is no collection. */
export function recipes(directory: string): readonly Recipe[] | undefined {
  if (!existsSync(COLLECTION)) return undefined;
  const found: Recipe[] = [];
  let entry = "";
  let count = 0;
  const add = (file: string | undefined, words: readonly string[]): void => {
    found.push({ id: `${entry}.${++count}`, file, words });
  };
  const blocks = readFileSync(COLLECTION, "utf8").matchAll(
    /^### (R\d+)|^```(\w+)\n([\s\S]*?)^```/gm,
  );
  for (const [, title, language, text = ""] of blocks) {
    if (title !== undefined) {
      [entry, count] = [title, 0];
    } else if (language === "ini" && entry !== "") {
      add(moved(text, directory), []);
    } else if (language === "sh" && entry !== "") {
      for (const line of text.replaceAll("\\\n", " ").split("\n")) {
        if (line.startsWith("fio ")) add(undefined, split(moved(line.slice(4), directory)));
      }
    }
  }
  return found;
}

/** Devices and files become files of the directory, directories that one; sizes 16 MiB. */
function moved(text: string, directory: string): string {
  return text
    .replace(/((?:^|[-\s])filename[ =])([^\s:]+)/gm, `$1${directory}/target`)
    .replace(/((?:^|[-\s])directory[ =])\S+/gm, `$1${directory}`)
    .replace(/((?:^|[-\s])(?:file)?size[ =])\d[\w.]*/gm, "$116m")
    .replace(/^\[\/dev\/.*\]$/gm, `[job]\nfilename=${directory}/target`);
}

/** Words as a shell has them, as far as these lines need it. */
function split(line: string): readonly string[] {
  return [...line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/["']/g, ""),
  );
}
