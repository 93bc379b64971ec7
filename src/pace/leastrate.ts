/**
 * rate_min and rate_iops_min: the job fails when a direction does less. Judged by fio's rules: two
 * seconds are for settling, then windows of rate_cycle follow one another, and each is judged at
 * the first unit that comes back after its end. Nothing is judged in a ramp.
 */
import { DIRECTIONS, SYNC } from "../base/direction.ts";
import { CHECK, type Units } from "../io/units.ts";
import { Part } from "./part.ts";

/** 2 s in ns (fio: check_min_rate). */
const SETTLING = 2e9;
/** errno.h; fio's error of a rate that was not met. */
const EIO = 5;

export interface LeastRateParts {
  readonly units: Units;
  readonly depth: number;
  /** Bytes and units a second, a direction; 0 for no limit. */
  readonly bytes: readonly number[];
  readonly ios: readonly number[];
  /** ns of a window. */
  readonly cycle: number;
}

export class LeastRate extends Part {
  readonly #units: Units;
  readonly #leastBytes: readonly number[];
  readonly #leastIos: readonly number[];
  readonly #cycle: number;
  /** Of the present window, a direction. */
  readonly #bytes = new Float64Array(3);
  readonly #ios = new Float64Array(3);
  /** When the windows began, and when each is judged. */
  readonly #from = new Float64Array(3);
  readonly #until = new Float64Array(3);

  constructor(parts: LeastRateParts) {
    super(parts.depth);
    this.#units = parts.units;
    this.#leastBytes = parts.bytes;
    this.#leastIos = parts.ios;
    this.#cycle = parts.cycle;
  }

  /** A direction that has settled begins its first window with the next unit that comes back. */
  override begin(now: number, measured: boolean): void {
    this.#from.fill(0);
    this.#until.fill(measured ? now + SETTLING : Number.POSITIVE_INFINITY);
  }

  admit(direction: number): number {
    return direction;
  }

  override completed(unit: number, now: number): void {
    const units = this.#units;
    const direction = units.direction[unit]!;
    if (direction === SYNC || units.kind[unit] === CHECK) return;
    this.#bytes[direction] = this.#bytes[direction]! + units.length[unit]!;
    this.#ios[direction] = this.#ios[direction]! + 1;
    if (now < this.#until[direction]!) return;
    const from = this.#from[direction]!;
    if (from > 0) this.#judge(direction, now - from);
    this.#bytes[direction] = 0;
    this.#ios[direction] = 0;
    this.#from[direction] = now;
    this.#until[direction] = now + this.#cycle;
  }

  #judge(direction: number, ns: number): void {
    const bytes = Math.floor((this.#bytes[direction]! / ns) * 1e9);
    const ios = Math.floor((this.#ios[direction]! / ns) * 1e9);
    const over = `over ${(ns / 1e9).toFixed(3)} s`;
    const name = DIRECTIONS[direction]!;
    const leastBytes = this.#leastBytes[direction]!;
    const leastIos = this.#leastIos[direction]!;
    if (bytes < leastBytes) {
      const message = `${name} moved ${bytes} bytes a second ${over}, less than rate_min`;
      this.fail(EIO, "rate_min", `${message} = ${leastBytes}`);
    } else if (ios < leastIos) {
      const message = `${name} did ${ios} units a second ${over}, less than rate_iops_min`;
      this.fail(EIO, "rate_iops_min", `${message} = ${leastIos}`);
    }
  }
}
