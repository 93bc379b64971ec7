/** What the writes of a job carry, as far as it hangs on other jobs or on the size of a block. */
import { blocksOf } from "../base/blocks.ts";
import type { DedupePeer } from "../io/pages.ts";
import type { Message } from "../measure/result.ts";
import type { JobSpec } from "../options/options.ts";
import type { Clone } from "./clones.ts";
import { workOf } from "./work.ts";

/** The jobs that have one working set of repeated blocks, in the order of the run. */
export function dedupePeersOf(clones: readonly Clone[]): readonly DedupePeer[] {
  return clones
    .filter(({ spec }) => sharesPages(spec))
    .map(({ index, spec: { randseed } }) => ({ index, randseed }));
}

export function sharesPages(spec: JobSpec): boolean {
  return spec.dedupe_global && spec.dedupe_percentage > 0 && workOf(spec).writes;
}

/**
 * The options with no more of a pattern than a block can hold, because each thread gets its own
 * copy, and a file of 128 MiB may be one. A pattern begins anew in every block.
 */
export function withShortPattern(spec: JobSpec, bufferBytes: number): JobSpec {
  const { buffer_pattern: pattern } = spec;
  const most = Math.max(bufferBytes, blocksOf(spec, "write").most);
  if (pattern === undefined || pattern.bytes.length <= most) return spec;
  const bytes = pattern.bytes.slice(0, most);
  const offsets = pattern.offsets.filter((at) => at < most);
  return { ...spec, buffer_pattern: { ...pattern, bytes, offsets } };
}

/** What one may not expect of the options. */
export function remarkOnContents({ spec, index, clone }: Clone, messages: Message[]): void {
  const once = spec.buffer_compress_percentage > 0 && spec.buffer_compress_percentage < 100;
  if (clone > 0 || !once || spec.refill_buffers || spec.dedupe_percentage > 0) return;
  if (!workOf(spec).writes) return;
  const text =
    "each buffer compresses and is written again and again, the same; with refill_buffers = true " +
    "every write has new data";
  messages.push({ severity: "note", code: "compressed_once", text, job: index });
}
