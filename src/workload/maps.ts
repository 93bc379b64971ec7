/** A region's random map, or none where that is allowed to fail. */
import { UserError } from "../base/errors.ts";
import { Coverage } from "./coverage.ts";

/** Throws UserError when there is no memory for it, unless `soft`: then undefined. */
export function mapOf(length: number, grain: number, soft: boolean): Coverage | undefined {
  try {
    return new Coverage(Math.floor(length / grain));
  } catch (error) {
    if (soft && error instanceof UserError) return undefined;
    throw error;
  }
}
