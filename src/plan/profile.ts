/**
 * Where the ways of fathom and of fio part: one small record that the plan asks, so that both are
 * the same plan. What fio does in silence and fathom refuses is here only where people's recipes
 * rely on it.
 */

import { FIO_WAYS, NATIVE_WAYS, type Ways } from "../base/ways.ts";

export interface Profile {
  /** Engine of a job that names none, whatever its depth; undefined: what suits the depth. */
  readonly engine: string | undefined;
  /** Whether a file name that begins with / stands below the job's directory all the same. */
  readonly joinsAbsolute: boolean;
  /** Whether a job that reads may extend a file that was there and is too short. */
  readonly extendsFiles: boolean;
  /** Whether a size that a device has no room for means all of the device. */
  readonly clampsToDevices: boolean;
  /** Whether a device that carries something is written when nothing but its name says so. */
  readonly writesOverSignatures: boolean;
  /** Whether what a trace decides may be written all the same, and is not looked at. */
  readonly tracesOverride: boolean;
  /**
   * Where the states of verified jobs are saved and looked for; undefined where there is no such
   * folder. Empty is the current directory.
   */
  readonly stateFolder: string | undefined;
  /** Whether a verified writer saves its state when nobody says so. */
  readonly savesStates: boolean;
  /** What parts them once a job runs. */
  readonly ways: Ways;
}

export const NATIVE: Profile = {
  engine: undefined,
  joinsAbsolute: false,
  extendsFiles: false,
  clampsToDevices: false,
  writesOverSignatures: false,
  tracesOverride: false,
  stateFolder: "",
  savesStates: false,
  ways: NATIVE_WAYS,
};

/** fio-semantics: psync is the default engine, any reader forces overwrite, a name is consent. */
export const FIO: Profile = {
  engine: "psync",
  joinsAbsolute: true,
  extendsFiles: true,
  clampsToDevices: true,
  writesOverSignatures: true,
  tracesOverride: true,
  stateFolder: "",
  savesStates: true,
  ways: FIO_WAYS,
};
