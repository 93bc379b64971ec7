/** What is mounted and what is swapped to, read from /proc; knows files, not devices' insides. */
import { join } from "node:path";
import type { Roots } from "./environment.ts";
import { text } from "./sysfs.ts";

export interface Mount {
  /** `major:minor` of the file system; 0:N where it has no device of its own, as btrfs. */
  readonly number: string;
  readonly point: string;
  readonly type: string;
  readonly source: string;
}

/** Every mount this process sees; proc(5), /proc/self/mountinfo. */
export function mounts({ proc }: Pick<Roots, "proc">): readonly Mount[] {
  const table = text(join(proc, "self/mountinfo")) ?? "";
  return table.split("\n").flatMap((line) => {
    const [before = "", after = ""] = line.split(" - ");
    const [, , number, , point] = before.split(" ");
    const [type, source] = after.split(" ");
    if (number === undefined || point === undefined) return [];
    return [{ number, point: unescaped(point), type: type ?? "", source: unescaped(source ?? "") }];
  });
}

/** Paths of swap devices and files; proc(5), /proc/swaps. */
export function swaps({ proc }: Pick<Roots, "proc">): readonly string[] {
  const [, ...lines] = (text(join(proc, "swaps")) ?? "").split("\n");
  return lines.map((line) => unescaped(line.split(/\s/)[0] ?? "")).filter((path) => path !== "");
}

/** The tables write space, tab, newline and backslash as three octal digits. */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
