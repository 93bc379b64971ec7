/**
 * Alignment: with direct I/O the kernel takes only whole sectors, and a trim of a device discards
 * only whole ones. fio leaves that to an EINVAL at run time; here it is a problem that names the
 * sector.
 */
import { blocksOf, writtenIn } from "../base/blocks.ts";
import type { Clone } from "./clones.ts";
import type { Complaints } from "./input.ts";
import { showBytes, showPath } from "./show.ts";
import type { Aim } from "./targets.ts";
import { workOf } from "./work.ts";

export function checkAlignment(clone: Clone, aims: readonly Aim[], complaints: Complaints): void {
  const { spec } = clone;
  const { directions, trims, random, skip } = workOf(spec);
  for (const { facts, target } of aims) {
    if (facts === undefined || !(spec.direct || (trims && facts.kind === "block"))) continue;
    const grain = facts.directGrain();
    const path = showPath(facts.path);
    if (grain === 0) {
      const cure = "use direct = false, or a file on another file system";
      complaints.add(clone, "direct", `${path} does no direct I/O; ${cure}`);
      continue;
    }
    const why = `${spec.direct ? "direct I/O on" : "a trim of"} ${path}`;
    const demand = (option: string, what: string, bytes: number): void => {
      if (bytes % grain === 0) return;
      const not = `${what} ${showBytes(bytes)} is not a multiple of ${grain} bytes`;
      complaints.add(clone, option, `${not}, the logical sector that ${why} works in`);
    };
    if (clone.trace !== undefined) {
      const cure = `use direct = false, or replay_align = "${grain}"`;
      const odd = `the trace has units that are no multiples of ${grain} bytes`;
      const wrong = clone.trace.lowBits % grain !== 0;
      if (wrong) complaints.add(clone, "read_iolog", `${odd}, as ${why} needs; ${cure}`);
      continue;
    }
    for (const direction of directions) {
      const { least, most } = blocksOf(spec, direction);
      const option = writtenIn(spec, direction);
      for (const bytes of new Set([least, most])) demand(option, `a ${direction} of`, bytes);
      // The default alignment is the block: then bs has said it.
      const align = spec.blockalign[direction];
      if (random && align !== least) demand("blockalign", "an alignment of", align);
    }
    demand("rw", "a skip of", Math.abs(skip));
    if (spec.bs_unaligned && grain > 1) {
      const message = `gives sizes that ${why} does not take; leave bs_unaligned out`;
      complaints.add(clone, "bs_unaligned", message);
    }
    const option = clone.clone > 0 && spec.offset_increment !== 0 ? "offset_increment" : "offset";
    demand(option, "a start at", target.offset);
  }
}
