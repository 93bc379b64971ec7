/**
 * Where the state of a verified job is saved, and what a saved one says to the job that reads after
 * it. fio saves one of every verified writer, into the current directory; fathom only on demand and
 * beside the report.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeState, stateName } from "../verify/state.ts";
import type { VerifyPlan } from "../verify/verifyplan.ts";
import type { Clone } from "./clones.ts";
import type { Complaints } from "./input.ts";
import type { Profile } from "./profile.ts";
import { showPath } from "./show.ts";
import { workOf } from "./work.ts";

type States = Pick<VerifyPlan, "statePath" | "until">;

export function statesOf(
  clone: Clone,
  { stateFolder, savesStates }: Profile,
  complaints: Complaints,
): States {
  const { spec, index } = clone;
  const { changes } = workOf(spec);
  const written = complaints.writtenOf(clone, "verify_state_save") !== undefined;
  const saves = changes && (written ? spec.verify_state_save : savesStates);
  const wrong = (option: string, message: string): States => {
    complaints.add(clone, option, message);
    return { statePath: undefined, until: undefined };
  };
  if (spec.verify_state_load && changes) {
    const reads = "is for a job that reads what another has written before";
    return wrong("verify_state_load", `${reads}, and this one changes it; use read or randread`);
  }
  if (!saves && !spec.verify_state_load) return { statePath: undefined, until: undefined };
  const option = saves ? "verify_state_save" : "verify_state_load";
  if (stateFolder === undefined) {
    return wrong(option, "the state lies beside the report; name its file with --output FILE");
  }
  const path = join(stateFolder, stateName(spec.name, index));
  if (saves) return { statePath: path, until: undefined };
  const state = stateAt(path);
  if (typeof state === "string") return wrong(option, `${showPath(path)} ${state}`);
  const { writes, depth, inFlight, completed, version } = state;
  const places = version === 3 ? completed : undefined;
  return { statePath: undefined, until: { writes, depth, inFlight, completed: places } };
}

function stateAt(path: string): ReturnType<typeof decodeState> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT"
      ? "is not there: a job of this name and number saves it with verify_state_save"
      : `cannot be read: ${code}`;
  }
  return decodeState(bytes);
}
