/**
 * The verifier of a job: gives each write its header and its data, remembers what was written last,
 * says what is to be read back, and examines what comes. It never queues anything itself.
 */
import { READ, TRIM, WRITE } from "../base/direction.ts";
import { CHECK, type Units } from "../io/units.ts";
import { findingOf } from "./finding.ts";
import type { Findings } from "./findings.ts";
import { Header } from "./header.ts";
import { FINE, type Pieces, ZEROS, zeros } from "./piece.ts";
import type { Row } from "./row.ts";
import type { Seeds } from "./seeds.ts";
import type { Tail } from "./tail.ts";
import { FAILED, RELEASED, type Verifier } from "./verifier.ts";
import type { VerifyPlan } from "./verifyplan.ts";
import { Run, TRIMMED, UNKNOWN, WRITTEN, type Written } from "./written.ts";

/** What a job's verifier is made of. */
export interface VerifierParts {
  readonly plan: VerifyPlan;
  readonly units: Units;
  /** The units' buffers, by row. */
  readonly rows: readonly Row[];
  readonly pieces: Pieces;
  /** A record a target; empty when the job writes nothing. */
  readonly written: readonly Written[];
  readonly seeds: Seeds;
  readonly paths: readonly string[];
  /** fio's thread_number. */
  readonly thread: number;
  /** Time of day in ns since 1970, for the headers. */
  readonly wallClock: () => number;
  readonly findings: Findings;
  /** Whether a reader knows the seed that its block ought to have from its order or its place. */
  readonly readerKnows: boolean;
  readonly tail: Tail;
}

const SECOND = 1e9;

export class JobVerifier implements Verifier {
  /** Header of what is made, of what is wanted, and of what was found. */
  readonly #header = new Header();
  readonly #wanted = new Header();
  readonly #found = new Header();
  readonly #run = new Run();
  /** What a unit that reads back ought to find, by row. */
  readonly #seedLow: Uint32Array;
  readonly #seedHigh: Uint32Array;
  readonly #sequence: Float64Array;
  readonly #trimmed: Uint8Array;
  #writes = 0;
  /** Where reading back has come to. */
  #file = 0;
  #offset = 0;

  constructor(private readonly parts: VerifierParts) {
    const { depth } = parts.units;
    this.#seedLow = new Uint32Array(depth);
    this.#seedHigh = new Uint32Array(depth);
    this.#sequence = new Float64Array(depth);
    this.#trimmed = new Uint8Array(depth);
  }

  stamp(unit: number): void {
    const { units } = this.parts;
    if (units.kind[unit] === CHECK) return;
    const direction = units.direction[unit];
    if (direction === WRITE) this.#stampWrite(unit);
    else if (direction === TRIM) this.#record(unit, 0, 0);
    else if (direction === READ && this.parts.readerKnows) this.#seedForReader(unit);
  }

  check(unit: number): typeof RELEASED | typeof FAILED {
    const { units, plan, tail } = this.parts;
    const direction = units.direction[unit];
    if (direction === READ) {
      if (units.kind[unit] !== CHECK && plan.grains.length > 0) return RELEASED;
      return this.#examine(unit) || !plan.fatal ? RELEASED : FAILED;
    }
    if (direction === WRITE) {
      this.#end(unit, WRITTEN);
      tail.completed(units.file[unit]!, units.offset[unit]!);
    } else if (direction === TRIM) this.#end(unit, TRIMMED);
    return RELEASED;
  }

  lost(unit: number): void {
    const { units } = this.parts;
    const direction = units.direction[unit];
    if (direction === WRITE) this.parts.tail.lost(this.#sequence[unit]!);
    if (direction === WRITE || direction === TRIM) this.#end(unit, UNKNOWN);
  }

  /** Writes and trims so far. */
  get writes(): number {
    return this.#writes;
  }

  /** A new pass of the job begins. */
  restart(): void {
    this.parts.seeds.restart();
  }

  /** What was written is gone, with the files. */
  forget(): void {
    for (const record of this.parts.written) record.clear();
  }

  /** Reading back begins again at the first block of the first file. */
  rewind(): void {
    this.#file = 0;
    this.#offset = 0;
  }

  /** Makes the row read the next stretch that was written; false when there is none left. */
  nextCheck(unit: number, most: number): boolean {
    const { written } = this.parts;
    const run = this.#run;
    for (; this.#file < written.length; this.#file++, this.#offset = 0) {
      if (!written[this.#file]!.find(this.#offset, most, run)) continue;
      this.#offset = run.offset + run.length;
      this.#aim(unit, this.#file, run);
      return true;
    }
    return false;
  }

  putBack(unit: number): void {
    const { units } = this.parts;
    this.#file = units.file[unit]!;
    this.#offset = units.offset[unit]!;
  }

  #aim(unit: number, file: number, run: Run): void {
    const { units } = this.parts;
    units.direction[unit] = READ;
    units.kind[unit] = CHECK;
    units.file[unit] = file;
    units.offset[unit] = run.offset;
    units.length[unit] = run.length;
    this.#seedLow[unit] = run.seedLow;
    this.#seedHigh[unit] = run.seedHigh;
    this.#sequence[unit] = run.sequence;
    this.#trimmed[unit] = run.state === TRIMMED ? 1 : 0;
  }

  #stampWrite(unit: number): void {
    const { units, rows, pieces, plan, seeds, thread, wallClock } = this.parts;
    const header = this.#header;
    seeds.next(this.#writes, units.offset[unit]!);
    header.seedLow = seeds.low;
    header.seedHigh = seeds.high;
    header.sequence = this.#writes;
    header.thread = thread;
    const time = wallClock();
    header.seconds = Math.floor(time / SECOND);
    header.nanoseconds = time % SECOND;
    const row = rows[unit]!;
    const offset = units.offset[unit]!;
    const length = units.length[unit]!;
    for (let at = 0; at < length; at += plan.interval) {
      header.offset = offset + at;
      pieces.make(row, at, Math.min(length, at + plan.interval), header);
    }
    this.#record(unit, seeds.low, seeds.high);
  }

  #record(unit: number, seedLow: number, seedHigh: number): void {
    const { units, written } = this.parts;
    const sequence = this.#writes++;
    this.#sequence[unit] = sequence;
    const record = written[units.file[unit]!];
    record?.begin(units.offset[unit]!, units.length[unit]!, sequence, seedLow, seedHigh);
  }

  #seedForReader(unit: number): void {
    const { units, seeds } = this.parts;
    seeds.next(0, units.offset[unit]!);
    this.#seedLow[unit] = seeds.low;
    this.#seedHigh[unit] = seeds.high;
  }

  #end(unit: number, state: number): void {
    const { units, written } = this.parts;
    written[units.file[unit]!]?.end(units.offset[unit]!, units.length[unit]!, state);
  }

  /** Whether every piece of what was read is right; what is not was noted. */
  #examine(unit: number): boolean {
    const { units, rows, plan, pieces, findings } = this.parts;
    const row = rows[unit]!;
    const wanted = this.#wanted;
    wanted.seedLow = this.#seedLow[unit]!;
    wanted.seedHigh = this.#seedHigh[unit]!;
    wanted.sequence = this.#sequence[unit]!;
    const checked = units.kind[unit] === CHECK;
    const trimmed = checked && this.#trimmed[unit] === 1;
    const offset = units.offset[unit]!;
    const length = units.length[unit]!;
    let right = true;
    for (let at = 0; at < length; at += plan.interval) {
      const to = Math.min(length, at + plan.interval);
      wanted.offset = offset + at;
      wanted.length = to - at;
      const wrong = trimmed
        ? this.#examineTrimmed(row, at, to)
        : pieces.examine(row, at, to, wanted, this.#found);
      if (wrong === FINE) continue;
      right = false;
      this.#note(unit, at, to, wrong);
      if (plan.fatal) break;
    }
    findings.checked(length);
    return right;
  }

  #examineTrimmed(row: Row, from: number, to: number): number {
    return !this.parts.plan.trimsToZero || zeros(row, from, to) ? FINE : ZEROS;
  }

  #note(unit: number, from: number, to: number, wrong: number): void {
    const { units, rows, pieces, paths, thread, findings } = this.parts;
    const known = units.kind[unit] === CHECK;
    const wanted = Object.assign(new Header(), this.#wanted, { thread });
    const path = paths[units.file[unit]!] ?? "";
    const block = { offset: units.offset[unit]!, length: units.length[unit]! };
    const suspect = { path, block, row: rows[unit]!, from, to, wanted, known, wrong };
    findings.add(() => findingOf({ ...suspect, timeOf: findings.timeOf }, pieces));
  }
}
