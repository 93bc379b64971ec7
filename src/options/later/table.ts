/**
 * All of fio's options that fathom will have and does not have yet, by name: what the reference,
 * the help and the answer to whoever writes one are made from.
 */
import type { LaterTable } from "./declare.ts";
import { LATER_ENGINE } from "./engines.ts";
import { LATER_MEASUREMENT } from "./measurement.ts";
import { LATER_PROCESSES } from "./processes.ts";
import { LATER_VERIFICATION } from "./verification.ts";

export type { LaterOption } from "./declare.ts";

export const LATER: LaterTable = {
  ...LATER_PROCESSES,
  ...LATER_VERIFICATION,
  ...LATER_MEASUREMENT,
  ...LATER_ENGINE,
};
