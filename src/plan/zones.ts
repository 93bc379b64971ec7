/** Whether the first zone of a job lies in each of its files: there must be one to work in. */
import type { Clone } from "./clones.ts";
import type { Complaints } from "./input.ts";
import { showBytes, showPath } from "./show.ts";
import type { Aim } from "./targets.ts";
import { largestBlock, workOf } from "./work.ts";

export function checkZones(clone: Clone, aims: readonly Aim[], complaints: Complaints): void {
  const { spec } = clone;
  if (spec.zonemode === "none") return;
  const needed = workOf(spec).random ? spec.zonerange : largestBlock(spec);
  for (const { target } of aims) {
    const { path, offset, length, size, layout } = target;
    const room = Math.max(size, layout, offset + length) - offset;
    if (room >= needed) continue;
    const has = `${showPath(path)} has ${showBytes(room)} for it`;
    const wrong = `the first zone needs ${showBytes(needed)}, and ${has}`;
    const option = complaints.writtenOf(clone, "zonerange", "zonesize");
    complaints.add(clone, option, `${wrong}; write a smaller zonerange or zonesize`);
  }
}
