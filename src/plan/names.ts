/**
 * Which files a clone works on, by name only: the list that was written, or names made from
 * filename_format in one of the directories. Looks at nothing.
 */
import type { JobSpec } from "../options/options.ts";
import type { Clone } from "./clones.ts";
import type { Complaints } from "./input.ts";
import { NATIVE, type Profile } from "./profile.ts";
import { showPath } from "./show.ts";

/** Longest file name and path in bytes, linux/limits.h. */
const NAME_MAX = 255;
const PATH_MAX = 4095;

/**
 * The paths in order. A list that was written is shared by all clones and lies in the first
 * directory; made names differ by clone and are spread over the directories (fio: filename,
 * directory). A path that cannot be one is reported and left out.
 */
export function pathsOf(
  clone: Clone,
  complaints: Complaints,
  { joinsAbsolute }: Pick<Profile, "joinsAbsolute"> = NATIVE,
): readonly string[] {
  const { spec } = clone;
  const written = spec.filename.length > 0;
  const names = written || spec.opendir !== undefined ? spec.filename : madeNames(clone);
  const directory = spec.directory[written ? 0 : clone.clone % Math.max(1, spec.directory.length)];
  const option = written ? "filename" : complaints.writtenOf(clone, "filename_format");
  const seen = new Set<string>();
  const paths: string[] = [];
  for (const name of names) {
    const path = directory === undefined ? name : `${directory.replace(/\/+$/, "")}/${name}`;
    const relative = joinsAbsolute ? name.replace(/^\/+/, "") : name;
    const wrong = mistakeOf(relative, path, directory) ?? repeated(path, seen, written);
    if (wrong === undefined) paths.push(path);
    else complaints.add(clone, option, wrong);
  }
  return paths;
}

function mistakeOf(name: string, path: string, directory: string | undefined): string | undefined {
  if (name === "") return "an empty file name; name a file, or leave filename out";
  if (name === "-")
    return "- is not a file here (fio takes it as stdin and stdout); write ./- if one is called so";
  if (name.includes("\0")) return `${showPath(name)} holds a NUL, which no file name can`;
  if (directory === "") return "an empty directory name; name a directory, or leave it out";
  if (directory !== undefined && name.startsWith("/")) {
    const both = `${showPath(name)} is absolute, and directory = ${showPath(directory)} is set too`;
    return `${both}; drop one of the two`;
  }
  const length = bytesOf(path);
  const longest = Math.max(...path.split("/").map((part) => bytesOf(part)));
  if (longest > NAME_MAX || length > PATH_MAX) {
    const [has, may] = longest > NAME_MAX ? [longest, NAME_MAX] : [length, PATH_MAX];
    const long = `${showPath(path)} is too long a name: ${has} bytes where ${may} may be`;
    return `${long}; write a shorter filename`;
  }
  return undefined;
}

function repeated(path: string, seen: Set<string>, written: boolean): string | undefined {
  if (seen.has(path)) {
    const cure = written ? "name each file once" : "put $filenum into filename_format";
    return `${showPath(path)} comes twice among the files of one job; ${cure}`;
  }
  seen.add(path);
  return undefined;
}

function madeNames({ spec, clone }: Clone): readonly string[] {
  return Array.from({ length: spec.nrfiles }, (_, file) => madeName(spec, clone, file));
}

/** fio's tokens; $clientuid is the client's address in server mode, which there is none of here. */
function madeName(spec: JobSpec, clone: number, file: number): string {
  const values: Readonly<Record<string, string>> = {
    $jobname: fileSafe(spec.name),
    $jobnum: String(clone),
    $filenum: String(file),
    $clientuid: "local",
  };
  return spec.filename_format.replace(/\$(jobname|jobnum|filenum|clientuid)/g, (t) => values[t]!);
}

/**
 * A job's name as part of a file name: a slash or a control character becomes `_`, so that a name
 * never leaves its directory. (fio makes directories of the slashes.)
 */
export function fileSafe(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in a name
  return name.replace(/[\u0000-\u001f\u007f/]/g, "_");
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
