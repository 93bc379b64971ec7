/** The mount table: which file system a path lies on. Knows only paths and mountinfo's text. */
import { readFileSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";

export interface Mount {
  readonly mountPoint: string;
  readonly type: string;
  readonly source: string;
  /** Of this mount and of the file system, joined; each once. */
  readonly options: string;
}

/**
 * The mounts in the order they were made, from the text of /proc/self/mountinfo (proc(5)). A line
 * that is not of that form is left out.
 */
export function parseMounts(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split("\n")) {
    const [left, right] = line.split(" - ");
    const [mountPoint, options] = left?.split(" ").slice(4) ?? [];
    const [type, source, superOptions = ""] = right?.split(" ") ?? [];
    if (mountPoint === undefined || options === undefined) continue;
    if (type === undefined || source === undefined) continue;
    const all = new Set([...options.split(","), ...superOptions.split(",")]);
    all.delete("");
    mounts.push({
      mountPoint: withoutEscapes(mountPoint),
      type,
      source: withoutEscapes(source),
      options: [...all].join(","),
    });
  }
  return mounts;
}

/** Blanks, tabs, newlines and backslashes are written as three octal digits. */
function withoutEscapes(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

/** The mount that shows at an absolute path: the deepest, and of two at one point the later. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounts) {
    const { mountPoint } = mount;
    const inside = mountPoint === "/" || path === mountPoint || path.startsWith(`${mountPoint}/`);
    if (inside && mountPoint.length >= (found?.mountPoint.length ?? 0)) found = mount;
  }
  return found;
}

/** The mounts of this process; none where /proc is not to be had. */
export function readMounts(proc: string): Mount[] {
  try {
    return parseMounts(readFileSync(`${proc}/self/mountinfo`, "utf8"));
  } catch {
    return [];
  }
}

/** The path with its links followed, or of what exists of it: a file that is still to be made. */
export function existingPath(path: string): string {
  for (let part = resolve(path); ; part = dirname(part)) {
    try {
      return realpathSync(part);
    } catch {
      if (part === dirname(part)) return part;
    }
  }
}
