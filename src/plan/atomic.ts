/** atomic: whether engine, files and block sizes of a job can have writes that are whole or not. */
import { atomicBytes } from "../../ffi/file.ts";
import type { EngineDefinition } from "../engine/engine.ts";
import type { Clone } from "./clones.ts";
import type { Complaints } from "./input.ts";
import { showBytes, showPath } from "./show.ts";
import type { Aim } from "./targets.ts";
import { workOf } from "./work.ts";

/** Of a file that is still to be made nothing is known: then the kernel refuses the first write. */
export function checkAtomic(
  clone: Clone,
  { name, traits }: Pick<EngineDefinition, "name" | "traits">,
  aims: readonly Aim[],
  complaints: Complaints,
): void {
  const { spec } = clone;
  if (!spec.atomic || !workOf(spec).writes) return;
  if (traits.atomicWrites !== true) {
    const message = `${name} has no atomic writes; use io_uring, libaio or pvsync2`;
    complaints.add(clone, "atomic", message);
    return;
  }
  for (const { target } of aims) {
    const wrong = target.exists ? mistakeOf(target.path, spec.bs.write) : undefined;
    if (wrong !== undefined) complaints.add(clone, "atomic", wrong);
  }
}

function mistakeOf(raw: string, block: number): string | undefined {
  const path = showPath(raw);
  const bytes = atomicBytes(raw);
  if (bytes === undefined) {
    return (
      `${path} has no atomic writes: its device, its file system or this kernel (they came with ` +
      "Linux 6.11) does not offer them; leave it out"
    );
  }
  const { least, most } = bytes;
  const power = Number.isInteger(Math.log2(block));
  if (power && block >= least && block <= most) return undefined;
  const range = `a power of two from ${showBytes(least)} to ${showBytes(most)}`;
  return `an atomic write to ${path} is ${range}, and bs is ${showBytes(block)}; change bs`;
}
