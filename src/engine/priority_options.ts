/**
 * Options of the engines that can give each unit an I/O priority of its own, and what they say
 * together. Who sets it for a unit is the workload; how the kernel is told, the engine.
 */
import { EPERM } from "../../ffi/errno.ts";
import { integers } from "../base/lists.ts";
import { everywhere, type Option, type OptionTable } from "../base/option.ts";
import { type PriorityChance, priorityOf, REALTIME } from "../base/priority.ts";
import { Mistake } from "../base/problem.ts";
import { formatSize, parseSize } from "../base/quantity.ts";
import { quote, show } from "../base/quote.ts";
import { option } from "../base/values.ts";

const group = "engine";

/** One entry of a split: units of that length get the priority that often. */
interface SplitEntry {
  readonly bytes: number;
  readonly percent: number;
  /** Absent: those of cmdprio_class, cmdprio and cmdprio_hint. */
  readonly priority?: number;
}

interface Split {
  readonly read: readonly SplitEntry[];
  readonly write: readonly SplitEntry[];
}

const EXAMPLE = '"4k/10:64k/50", or with class and level "4k/10/1/0:64k/50/3/7"';

export const PRIORITY_OPTIONS = {
  cmdprio_percentage: integers({
    group,
    summary: "share of units that get a priority of their own, in percent: reads, writes",
    detail:
      "The others keep the job's (prio, prioclass). The report then has latencies of each " +
      "priority. Realtime is for root, and only a device that obeys priorities tells them apart.",
    fallback: everywhere(0),
    least: 0,
    most: 100,
  }),
  cmdprio_class: integers({
    group,
    summary: "class of those units: 1 realtime, 2 best effort, 3 idle; 0 for realtime",
    fallback: everywhere(0),
    least: 0,
    most: 3,
  }),
  cmdprio: integers({
    group,
    summary: "level of those units within their class; 0 is the highest",
    fallback: everywhere(0),
    least: 0,
    most: 7,
  }),
  cmdprio_hint: integers({
    group,
    summary: "hint of those units: 1 to 7 choose a duration limit of the device",
    fallback: everywhere(0),
    least: 0,
    most: 1023,
  }),
  cmdprio_bssplit: splits(),
} satisfies OptionTable;

interface PrioritySettings {
  readonly cmdprio_percentage: { readonly read: number; readonly write: number };
  readonly cmdprio_class: { readonly read: number; readonly write: number };
  readonly cmdprio: { readonly read: number; readonly write: number };
  readonly cmdprio_hint: { readonly read: number; readonly write: number };
  readonly cmdprio_bssplit: Split | undefined;
}

function splits(): Option<Split | undefined> {
  return option<Split, undefined>(
    {
      group,
      summary: "that share for each length of units, SIZE/PERCENT:…, reads and writes",
      detail:
        "An entry may have a priority of its own: SIZE/PERCENT/CLASS/LEVEL[/HINT]. Lengths that " +
        "are not listed keep the job's priority. Excludes cmdprio_percentage.",
      fallback: undefined,
    },
    {
      metavar: "SIZE/PERCENT:…",
      parse: (raw) => {
        if (typeof raw !== "string") {
          throw new Mistake(`${show(raw)} is no split; write ${EXAMPLE}`);
        }
        const parts = raw.split(",");
        if (parts.length > 3) throw new Mistake(`${quote(raw)} has too many parts; write two`);
        const read = entriesOf(parts[0]!);
        // What stands for trims is not looked at, as in fio.
        return { read, write: parts[1] === undefined ? read : entriesOf(parts[1]) };
      },
      format: ({ read, write }) => {
        const [reads, writes] = [formatEntries(read), formatEntries(write)];
        return reads === writes ? reads : `${reads},${writes}`;
      },
      schema: { type: "string", pattern: "/" },
    },
  );
}

function entriesOf(text: string): SplitEntry[] {
  if (text.trim() === "") return [];
  const entries = text.split(":").map((part): SplitEntry => {
    const [size = "", share = "", ...own] = part.split("/");
    const percent = wholeUpTo(share, 100);
    const entry = { bytes: parseSize(size), percent };
    if (own.length === 0) return entry;
    if (own.length === 1 || own.length > 3) {
      throw new Mistake(`${quote(part)} is no entry of a split; write ${EXAMPLE}`);
    }
    const [kind, level, hint = "0"] = own as [string, string, string?];
    const priority = priorityOf({
      class: wholeUpTo(kind, 3),
      level: wholeUpTo(level, 7),
      hint: wholeUpTo(hint, 1023),
    });
    return { ...entry, priority };
  });
  for (const { bytes } of entries) {
    const sum = entries
      .filter((entry) => entry.bytes === bytes)
      .reduce((all, { percent }) => all + percent, 0);
    if (sum > 100) {
      throw new Mistake(`the shares of ${formatSize(bytes)} are ${sum} % together; at most 100`);
    }
  }
  return entries;
}

function wholeUpTo(text: string, most: number): number {
  if (/^\s*\d{1,9}\s*$/.test(text) && Number(text) <= most) return Number(text);
  throw new Mistake(`${quote(text)} is not a whole number up to ${most}; write ${EXAMPLE}`);
}

function formatEntries(entries: readonly SplitEntry[]): string {
  return entries
    .map(({ bytes, percent, priority }) => {
      const head = `${formatSize(bytes)}/${percent}`;
      if (priority === undefined) return head;
      const own = [priority >> 13, priority & 7, (priority >> 3) & 0x3ff];
      return [head, ...(own[2] === 0 ? own.slice(0, 2) : own)].join("/");
    })
    .join(":");
}

/** The priorities that units can get beside the job's own; of reads and writes. */
export function priorityChances(settings: PrioritySettings): PriorityChance[] {
  return (["read", "write"] as const).flatMap((name, direction): PriorityChance[] => {
    const usual = priorityOf({
      class: settings.cmdprio_class[name] || REALTIME,
      level: settings.cmdprio[name],
      hint: settings.cmdprio_hint[name],
    });
    const split = settings.cmdprio_bssplit?.[name] ?? [];
    const percent = settings.cmdprio_percentage[name];
    const whole = percent > 0 ? [{ direction, percent, priority: usual }] : [];
    const parts = split
      .filter((entry) => entry.percent > 0)
      .map(({ bytes, percent: share, priority = usual }) => ({
        direction,
        bytes,
        percent: share,
        priority,
      }));
    return [...whole, ...parts];
  });
}

/** Why these options cannot stand together; undefined when they can. */
export function refusePriorities(settings: PrioritySettings): string | undefined {
  const { cmdprio_percentage: percent, cmdprio_bssplit: split } = settings;
  if (split !== undefined && (percent.read > 0 || percent.write > 0)) {
    return "cmdprio_percentage and cmdprio_bssplit both say which units: leave one of them out";
  }
  const details = ["cmdprio_class", "cmdprio", "cmdprio_hint"] as const;
  const idle = details.find((name) => settings[name].read > 0 || settings[name].write > 0);
  if (idle === undefined || split !== undefined || percent.read > 0 || percent.write > 0) {
    return undefined;
  }
  return `${idle} is of units that cmdprio_percentage chooses: write that too, such as 10`;
}

/** What an errno of a unit means where units have priorities; empty when none have. */
export function priorityHint(errno: number, settings: PrioritySettings): string {
  if (errno !== EPERM || priorityChances(settings).length === 0) return "";
  return "I/O of the realtime class is for root (CAP_SYS_NICE): cmdprio_class = 2 is for everybody";
}

/** The settings of a warm-up, which needs no rights. */
export function withoutPriorities<O extends PrioritySettings>(options: O): O {
  return { ...options, cmdprio_percentage: everywhere(0), cmdprio_bssplit: undefined };
}
