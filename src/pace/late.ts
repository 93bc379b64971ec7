/** A unit that took longer than it may, as the failure of its job: which, where, how long. */
import { DIRECTIONS } from "../base/direction.ts";
import type { Target } from "../io/target.ts";
import type { Units } from "../io/units.ts";
import type { JobFailure } from "../measure/outcome.ts";

/** asm-generic/errno.h, which all of Linux's architectures that Bun runs on share. */
export const ETIMEDOUT = 110;

/** What a late unit is told from. */
export interface UnitsOf {
  readonly units: Units;
  readonly targets: readonly Target[];
}

/** `beyond` goes on from "read of 4096 bytes at offset 0 of FILE took 5 ms". */
export function lateUnit(
  { units, targets }: UnitsOf,
  unit: number,
  took: number,
  option: string,
  beyond: string,
): JobFailure {
  const direction = DIRECTIONS[units.direction[unit]!]!;
  const offset = units.offset[unit]!;
  const length = units.length[unit]!;
  const path = targets[units.file[unit]!]?.path ?? "";
  const where = path === "" ? "" : ` of ${path}`;
  const what = `${direction} of ${length} bytes at offset ${offset}${where}`;
  return {
    call: option,
    subject: path,
    errno: ETIMEDOUT,
    message: `${what} took ${spell(took)}${beyond}`,
    direction,
    offset,
    length,
  };
}

/** A time to be read: three digits and a unit. */
export function spell(ns: number): string {
  const [size, unit] =
    ns < 1e3 ? [1, "ns"] : ns < 1e6 ? [1e3, "us"] : ns < 1e9 ? [1e6, "ms"] : [1e9, "s"];
  const value = ns / Number(size);
  return `${Number(value < 100 ? value.toPrecision(3) : value.toFixed(0))} ${unit}`;
}
