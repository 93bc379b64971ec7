/**
 * Random traffic through an engine against a model that says what the file holds and which rows
 * are out: whatever the order, every row comes back once, with its bytes.
 */
import { expect } from "bun:test";
import { FDATASYNC, FSYNC, READ, SYNC, TRIM, WRITE } from "../../src/base/direction.ts";
import { BLOCK, byteAt, type Rig, randomFrom } from "./rig.ts";

const FREE = 0;
const QUEUED = 1;
const GIVEN = 2;

/** Blocks of one unit at most. */
const MOST_BLOCKS = 4;

export class Traffic {
  readonly #random: (below: number) => number;
  /** FREE, QUEUED or GIVEN (committed), by row. */
  readonly #rows: Uint8Array;
  /** Row that works on a block, plus one. */
  readonly #busy: Uint32Array;
  #inFlight = 0;
  completions = 0;

  constructor(
    private readonly rig: Rig,
    /** What the file holds; kept up to date. */
    private readonly model: Uint8Array,
    seed: number,
  ) {
    this.#random = randomFrom(seed);
    this.#rows = new Uint8Array(rig.units.depth);
    this.#busy = new Uint32Array(model.length / BLOCK);
  }

  /** `steps` random calls, then everything is reaped. */
  run(steps: number): void {
    const { engine, units } = this.rig;
    for (let step = 0; step < steps; step++) {
      const what = this.#random(4);
      if (what < 2) this.#queue();
      else if (what === 2) this.#commit();
      else this.#reap(this.#random(this.#given() + 1), 1 + this.#random(units.depth));
    }
    this.#commit();
    while (this.#inFlight > 0) this.#reap(1, units.depth);
    expect(engine.getevents(0, units.depth, 0)).toBe(0);
  }

  #given(): number {
    return this.#rows.reduce((sum, state) => sum + (state === GIVEN ? 1 : 0), 0);
  }

  #queue(): void {
    const { rig } = this;
    const unit = this.#rows.indexOf(FREE);
    const blocks = 1 + this.#random(MOST_BLOCKS);
    const first = this.#random(this.#busy.length - blocks);
    if (unit < 0 || this.#busy.subarray(first, first + blocks).some((row) => row !== 0)) return;
    const direction = [READ, READ, WRITE, WRITE, TRIM, SYNC][this.#random(6)]!;
    const length = direction === SYNC ? 0 : blocks * BLOCK;
    const offset = direction === SYNC ? 0 : first * BLOCK;
    if (direction !== SYNC) this.#busy.fill(unit + 1, first, first + blocks);
    rig.prepare(unit, direction, offset, length, this.#random(2) === 0 ? FSYNC : FDATASYNC);
    const buffer = rig.buffer(unit, MOST_BLOCKS * BLOCK);
    const salt = this.#random(256);
    if (direction === WRITE) {
      for (let at = 0; at < length; at++) buffer[at] = byteAt(offset + at, salt);
      this.model.set(buffer.subarray(0, length), offset);
    } else {
      buffer.fill(salt);
    }
    if (direction === TRIM) this.model.fill(0, offset, offset + length);
    this.#rows[unit] = QUEUED;
    this.#inFlight++;
    rig.engine.queue(unit);
  }

  #commit(): void {
    const before = this.rig.now();
    this.rig.engine.commit();
    const { issuedAt, startedAt } = this.rig.units;
    for (let unit = 0; unit < this.#rows.length; unit++) {
      if (this.#rows[unit] !== QUEUED) continue;
      this.#rows[unit] = GIVEN;
      const issued = issuedAt[unit]!;
      expect(issued === startedAt[unit] || issued >= before).toBe(true);
    }
  }

  #reap(min: number, max: number): void {
    const { units, engine } = this.rig;
    const most = Math.max(min, max);
    const found = engine.getevents(min, most, this.rig.now() + 5e9);
    // A synchronous engine's units are over when they are queued.
    expect(found).toBeGreaterThanOrEqual(min);
    expect(found).toBeLessThanOrEqual(most);
    for (let i = 0; i < found; i++) this.#completed(units.completed[i]!);
  }

  #completed(unit: number): void {
    const { units } = this.rig;
    expect(this.#rows[unit]).not.toBe(FREE);
    this.#rows[unit] = FREE;
    this.#inFlight--;
    this.completions++;
    const direction = units.direction[unit]!;
    const length = units.length[unit]!;
    const offset = units.offset[unit]!;
    expect(units.result[unit]).toBe(direction < TRIM ? length : 0);
    if (direction === READ) {
      const right = Buffer.from(this.model.buffer, offset, length);
      expect(right.equals(this.rig.buffer(unit, length))).toBe(true);
    }
    for (let block = 0; block < this.#busy.length; block++) {
      if (this.#busy[block] === unit + 1) this.#busy[block] = 0;
    }
  }
}
