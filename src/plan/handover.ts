/** Who has the units in flight: whether the engine, or a lock of their file, can have as many. */
import { type EngineDefinition, isSynchronous } from "../engine/engine.ts";
import type { Clone } from "./clones.ts";
import type { Complaints } from "./input.ts";

export function checkHandOver(
  clone: Clone,
  definition: EngineDefinition,
  complaints: Complaints,
): void {
  const { spec } = clone;
  if (spec.io_submit_mode === "offload" && definition.traits.offload !== true) {
    const message = `${definition.name} cannot have several threads at one file; use psync`;
    complaints.add(clone, "io_submit_mode", `${message}, or leave it out`);
  }
  if (spec.lockfile !== "none" && !isSynchronous(definition, spec) && spec.iodepth > 1) {
    const several = `${spec.iodepth} units in flight at once cannot hold one lock`;
    complaints.add(clone, "lockfile", `${several}; use iodepth = 1, or leave it out`);
  }
}
