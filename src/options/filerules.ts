/** What options about files may not say together: the rules of `rules.ts` that are about them. */
import { does } from "./resolve.ts";
import type { Rule } from "./rules.ts";

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
} as const satisfies Readonly<Record<string, Rule>>;
