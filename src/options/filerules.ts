/** What options about files may not say together: the rules of `rules.ts` that are about them. */
import { blocksOf, writtenIn } from "../base/blocks.ts";
import { formatSize } from "../base/quantity.ts";
import { workOf } from "../base/rw.ts";
import type { JobSpec, OptionName } from "./options.ts";
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
    if (zonemode === "strided") {
      return [...blockFitsZone(spec), ...evenZones(spec), ...plainZones(spec)];
    }
    const detail = (["zonesize", "zonerange", "zoneskip"] as const).find(
      (name) => ({ zonesize, zonerange, zoneskip })[name] !== 0,
    );
    if (detail === undefined) return [];
    const message = 'there are no zones; write zonemode = "strided" and a zonesize, or drop it';
    return [{ options: [detail], message }];
  },
} as const satisfies Readonly<Record<string, Rule>>;

function blockFitsZone(spec: JobSpec): readonly Objection[] {
  const { zonerange } = spec;
  const { directions } = workOf(spec);
  const largest = Math.max(...directions.map((name) => blocksOf(spec, name).most));
  if (largest <= zonerange) return [];
  const message =
    `a block of ${formatSize(largest)} does not fit a zone of ${formatSize(zonerange)}; write a ` +
    "smaller bs, or a larger zonerange or zonesize";
  return [{ options: [writtenIn(spec, directions[0]!), "zonerange", "zonesize"], message }];
}

/** A distribution is over a whole file, and there is none over zones. */
function evenZones(spec: JobSpec): readonly Objection[] {
  const { random, directions } = workOf(spec);
  const uneven = directions.some((name) => spec.random_distribution[name].kind !== "random");
  if (!random || !uneven) return [];
  const message = "goes over a whole file, not over zones; leave one of the two out";
  return [{ options: ["random_distribution", "zonemode", "zonesize"], message }];
}

/** What goes from block to block by a rule of its own does not know where its zone ends. */
function plainZones(spec: JobSpec): readonly Objection[] {
  const { every, skip, rewrites, random } = workOf(spec);
  const told = (option: OptionName, what: string): Objection => ({
    options: [option, "zonemode", "zonesize"],
    message: `${what} and zones do not go together yet; leave one of the two out`,
  });
  return [
    ...(every > 1 || skip !== 0 || rewrites ? [told("rw", `rw = ${spec.rw}`)] : []),
    ...(random && spec.random_generator === "lfsr" ? [told("random_generator", "lfsr")] : []),
  ];
}
