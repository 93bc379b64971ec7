/** Every regular file below a directory, for `opendir`: by name, and nothing but regular files. */
import { type Dirent, readdirSync } from "node:fs";
import { errnoText } from "../../ffi/errno.ts";
import { showPath } from "./show.ts";

export interface Below {
  /** In the order of their names, a directory's files before those of directories in it. */
  readonly paths: readonly string[];
  /** Why they cannot be told. */
  readonly wrong: string | undefined;
}

/** Links are not followed: a link out of the directory is nobody's wish, and one into it a loop. */
export function filesBelow(directory: string): Below {
  const top = directory.replace(/\/+$/, "") || "/";
  try {
    const paths = gather(top);
    const wrong = `there is no regular file below ${showPath(directory)}; name another directory`;
    return { paths, wrong: paths.length === 0 ? wrong : undefined };
  } catch (error) {
    const { errno = 0, path = directory } = error as { errno?: number; path?: string };
    const wrong = `${showPath(path)} cannot be listed: ${errnoText(Math.abs(errno))}`;
    return { paths: [], wrong };
  }
}

function gather(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true }).sort(byName);
  const at = ({ name }: Dirent): string => `${directory === "/" ? "" : directory}/${name}`;
  return [
    ...entries.filter((entry) => entry.isFile()).map(at),
    ...entries.filter((entry) => entry.isDirectory()).flatMap((entry) => gather(at(entry))),
  ];
}

function byName(a: Dirent, b: Dirent): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
