/**
 * Sizes of files where `filesize` is a range: drawn from the job's own stream, one draw for each
 * file that does not have a size in the range already, as fio does it (filesetup.c).
 */
import { FILE_SIZE, streamsOf } from "../workload/streams.ts";
import type { Clone } from "./clones.ts";
import { smallestBlock } from "./work.ts";

/** Says the next file's size: what `filesize` gives, or else what the file has. */
export type SizeOf = (has: number | undefined) => number | undefined;

export function sizesOf({ spec, index }: Pick<Clone, "spec" | "index">): SizeOf {
  const { filesize } = spec;
  if (typeof filesize !== "object") return (has) => filesize ?? has;
  const { least, most } = filesize;
  const random = streamsOf(spec, index + 1).stream(FILE_SIZE);
  const block = smallestBlock(spec);
  return (has) => {
    if (has !== undefined && has >= least && has <= most) return has;
    const drawn = least + random.below(most - least);
    return drawn - (drawn % block);
  };
}
