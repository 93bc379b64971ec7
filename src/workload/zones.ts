/**
 * zonemode = strided: the places of a job in zones with gaps between them. Wraps a place that knows
 * one zone only. fio's order (setup_strided_zone_mode), except that each file has its own zones,
 * and that a zone that the file's end cuts is passed over: fio ends the job there.
 */
import { blocksOf } from "../base/blocks.ts";
import { workOf } from "../base/rw.ts";
import type { JobSpec } from "../options/options.ts";
import type { WorkOf } from "./create.ts";
import { NONE_LEFT, type Place, type Region } from "./places.ts";

const WAYS = ["read", "write", "trim"] as const;

/** `within` makes the place of one zone. */
export function stridedPlace(
  { spec }: Pick<WorkOf, "spec">,
  file: Region,
  within: (zone: Region) => Place,
): Place {
  const { random } = workOf(spec);
  const { zonerange } = spec;
  // In order a block may reach beyond its zone, at random it may not.
  const end = random ? zonerange : Number.POSITIVE_INFINITY;
  return new StridedPlace(file, within({ start: 0, length: zonerange, end }), {
    size: spec.zonesize,
    range: zonerange,
    step: zonerange + skipOf(spec, file),
    whole: random ? zonerange : 0,
  });
}

function skipOf(spec: JobSpec, { end }: Region): number {
  const { zoneskip } = spec;
  if (typeof zoneskip === "number") return zoneskip;
  const block = Math.min(...WAYS.map((way) => blocksOf(spec, way).least));
  return Math.floor((end * zoneskip.percent) / 100 / block) * block;
}

interface Zones {
  /** Bytes moved in a zone before the next. */
  readonly size: number;
  /** Bytes of a zone, and from the start of one to that of the next. */
  readonly range: number;
  readonly step: number;
  /** Bytes that the file must have from a zone's start on for the zone to count. */
  readonly whole: number;
}

class StridedPlace implements Place {
  length = 0;
  readonly #file: Region;
  readonly #zone: Place;
  readonly #size: number;
  readonly #range: number;
  readonly #step: number;
  readonly #whole: number;
  /** Where the zone begins, and the bytes moved in it. */
  #start: number;
  #moved = 0;

  constructor(file: Region, zone: Place, { size, range, step, whole }: Zones) {
    this.#file = file;
    this.#zone = zone;
    this.#size = size;
    this.#range = range;
    this.#step = step;
    this.#whole = whole;
    this.#start = file.start;
  }

  pick(direction: number): number {
    if (this.#moved >= this.#size) this.#begin(this.#start + this.#step);
    const zone = this.#zone;
    // A zone that is gone over again is a new round of it.
    if (this.#moved % this.#range === 0) zone.reset();
    let at = zone.pick(direction);
    if (at === NONE_LEFT) {
      zone.reset();
      at = zone.pick(direction);
    }
    if (this.#start + at + zone.length > this.#file.end) {
      this.#begin(this.#file.start);
      zone.reset();
      at = zone.pick(direction);
    }
    this.length = zone.length;
    this.#moved += zone.length;
    return this.#start + at;
  }

  capacity(): number {
    return Number.POSITIVE_INFINITY;
  }

  /** The zone goes on: only what was done of it is forgotten. */
  reset(): void {
    this.#zone.reset();
  }

  #begin(start: number): void {
    const { start: first, end } = this.#file;
    this.#start = start < end && start + this.#whole <= end ? start : first;
    this.#moved = 0;
  }
}
