/**
 * Options that engines with flags for each transfer (RWF_*) have in common, and their sentences.
 */
import { EAGAIN, EINVAL, EOPNOTSUPP } from "../../ffi/errno.ts";
import { flag } from "../base/values.ts";

export const nowait = flag({
  group: "engine",
  summary: "fail with EAGAIN instead of waiting (RWF_NOWAIT)",
  detail:
    "A unit that would have to wait, for a lock, for memory or for the device to read what is " +
    "not cached, comes back at once with EAGAIN, an error of that unit, or with a part.",
});

export const uncached = flag({
  group: "engine",
  summary: "drop what passed through the page cache (RWF_DONTCACHE)",
  detail: "Buffered I/O that leaves nothing behind in the cache. Needs Linux 6.14.",
});

/** Options of this file as an engine has them. */
interface TransferOptions {
  readonly nowait: boolean;
  readonly uncached?: boolean;
}

/** Why `uncached` cannot be had, or undefined. */
export function refuseUncached(direct: boolean, options: TransferOptions): string | undefined {
  if (options.uncached !== true || !direct) return undefined;
  return "uncached is about the page cache, which direct = true passes by: leave out one of them";
}

/** What an errno means with these options; empty when they have nothing to do with it. */
export function transferHint(errno: number, { nowait, uncached }: TransferOptions): string {
  if (errno === EAGAIN && nowait)
    return "it would have had to wait, and nowait = true forbids that";
  if (errno !== EOPNOTSUPP && errno !== EINVAL) return "";
  if (uncached === true) return "uncached needs Linux 6.14 and a file system that offers it";
  return nowait ? "this file system or device does not know nowait: leave it out" : "";
}
