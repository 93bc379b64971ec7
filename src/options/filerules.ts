/** What options about files may not say together: the rules of `rules.ts` that are about them. */
import { formatSize } from "../base/quantity.ts";
import type { JobSpec } from "./options.ts";
import { does } from "./resolve.ts";
import type { Objection, Rule } from "./rules.ts";

export const FILE_RULES = {
  deletedFilesAreWritten({ spec }) {
    if (!spec.unlink_each_loop || spec.loops === 1 || !does(spec, "read")) return [];
    const message =
      "the second pass of a job that reads would find its files deleted; leave it out, or write " +
      'rw = "write" or "randwrite"';
    return [{ options: ["unlink_each_loop", "rw"], message }];
  },

  layoutsMakeFiles({ spec }) {
    if (spec.allow_file_create || !spec.create_on_open) return [];
    const message = "create_on_open makes files, and allow_file_create = false forbids it";
    return [{ options: ["create_on_open", "allow_file_create"], message }];
  },

  fillingIsWriting({ spec }) {
    if (!spec.fill_device) return [];
    if (does(spec, "read") || does(spec, "trim")) {
      const message = `rw = ${spec.rw} is not filling; write rw = "write" or "randwrite"`;
      return [{ options: ["fill_device", "rw"], message }];
    }
    if (!spec.overwrite) return [];
    const message = "overwrite lays the files out first, and then there is nothing to fill";
    return [{ options: ["fill_device", "overwrite"], message }];
  },

  zonesHaveSizes({ spec }) {
    const { zonemode, zonesize, zonerange, zoneskip } = spec;
    if (zonemode === "strided" && zonesize === 0) {
      return [{ options: ["zonemode"], message: 'needs a zonesize; write one, such as "64k"' }];
    }
    if (zonemode === "strided") return [...blockFitsZone(spec), ...evenZones(spec)];
    const detail = (["zonesize", "zonerange", "zoneskip"] as const).find(
      (name) => ({ zonesize, zonerange, zoneskip })[name] !== 0,
    );
    if (detail === undefined) return [];
    const message = 'there are no zones; write zonemode = "strided" and a zonesize, or drop it';
    return [{ options: [detail], message }];
  },
} as const satisfies Readonly<Record<string, Rule>>;

function blockFitsZone({ bs, zonerange, rw }: JobSpec): readonly Objection[] {
  const used = (["read", "write", "trim"] as const).filter((name) => does({ rw }, name));
  const largest = Math.max(...used.map((name) => bs[name]));
  if (largest <= zonerange) return [];
  const message =
    `a block of ${formatSize(largest)} does not fit a zone of ${formatSize(zonerange)}; write a ` +
    "smaller bs, or a larger zonerange or zonesize";
  return [{ options: ["bs", "zonerange", "zonesize"], message }];
}

/** A distribution is over a whole file, and there is none over zones. */
function evenZones({ rw, random_distribution: asked }: JobSpec): readonly Objection[] {
  const uneven = [asked.read, asked.write, asked.trim].some(({ kind }) => kind !== "random");
  if (!rw.startsWith("rand") || !uneven) return [];
  const message = "goes over a whole file, not over zones; leave one of the two out";
  return [{ options: ["random_distribution", "zonemode", "zonesize"], message }];
}
