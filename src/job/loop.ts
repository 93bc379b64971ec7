/**
 * The loop: takes units while there is room, hands them over, reaps, records. It knows no option
 * and no engine by name; what a job asks for is in the objects plugged into it, and in a few
 * numbers with neutral defaults. Nothing is allocated below it, and it is never left for a ramp,
 * a rate or a restart.
 */
import type { Clock } from "../../ffi/clock.ts";
import { TRIM } from "../base/direction.ts";
import type { Engine } from "../engine/engine.ts";
import type { BufferFiller } from "../io/buffers.ts";
import type { Units } from "../io/units.ts";
import type { Recorder } from "../measure/recorder.ts";
import { GO_ON, type Pacer } from "../pace/pacer.ts";
import { FAILED, type Verifier } from "../verify/verifier.ts";
import { DONE, NOTHING, TAKEN, type Workload } from "../workload/workload.ts";
import type { JobControl } from "./control.ts";
import { type Faults, RETRY } from "./faults.ts";
import type { Lingering } from "./lingering.ts";
import type { Phases } from "./phases.ts";

/** The longest a wait may last, so that a stop is seen: 100 ms in ns. */
const LONGEST_WAIT = 100e6;

/** Who holds the next unit back: only a pacer knows until when, the work waits for a completion. */
const FREE = 0;
const BY_PACER = 1;
const BY_WORK = 2;

/** Numbers of the loop, fio's iodepth_* rules already applied. */
export interface LoopLimits {
  /** Units queued before they are handed over. */
  readonly batch: number;
  /** Units a reap waits for, and takes at most. */
  readonly completeMin: number;
  readonly completeMax: number;
  /** Once the queue was full, nothing is taken until no more than this are in flight. */
  readonly low: number;
  /** Reap after every hand-over, as iodepth_batch_complete_min = 0 asks. */
  readonly polling: boolean;
}

export interface Loop {
  readonly units: Units;
  readonly engine: Engine;
  readonly workload: Workload;
  readonly pacer: Pacer;
  readonly filler: BufferFiller;
  readonly verifier: Verifier;
  readonly recorder: Recorder;
  readonly faults: Faults;
  readonly lingering: Pick<Lingering, "givesUp">;
  readonly phases: Pick<Phases, "nextAt" | "passed" | "exhausted">;
  readonly control: JobControl;
  readonly now: Clock;
  readonly sleepUntil: (instant: number) => void;
  readonly limits: LoopLimits;
}

/**
 * Runs one pass: until the workload, the phases, the pacer, a fault or a stop ends it, and drained.
 */
export function runLoop(loop: Loop): void {
  const { units, engine, workload, pacer, filler, verifier, recorder } = loop;
  const { phases, control, now } = loop;
  const { batch, completeMin, completeMax, low, polling } = loop.limits;
  let time = now();
  let inFlight = 0;
  let pending = 0;
  let draining = false;
  let open = !control.stopped;
  while (open || inFlight > 0) {
    let held: typeof FREE | typeof BY_PACER | typeof BY_WORK = FREE;
    while (open && !draining && pending < batch && inFlight < pacer.depth) {
      const wanted = workload.direction();
      const allowed = wanted === NOTHING ? NOTHING : pacer.admit(wanted, time, inFlight);
      if (allowed < 0) {
        if (wanted === NOTHING) open = phases.exhausted();
        else held = BY_PACER;
        break;
      }
      const unit = units.take();
      const verdict = workload.next(unit, allowed);
      if (verdict !== TAKEN) {
        units.give(unit);
        if (verdict === DONE) open = false;
        else held = BY_WORK;
        break;
      }
      filler.fill(unit);
      verifier.stamp(unit);
      units.moved[unit] = 0;
      units.startedAt[unit] = now();
      engine.queue(unit);
      pacer.queued(unit);
      pending++;
      inFlight++;
    }
    if (pending > 0) {
      engine.commit();
      recorder.committed(inFlight, pending);
      pending = 0;
    }
    if (inFlight >= pacer.depth) draining = true;
    if (draining || polling || held !== FREE || !open) {
      const until = waitUntil(loop, time, open, held === BY_PACER);
      if (inFlight === 0) {
        if (held !== FREE) loop.sleepUntil(until);
        time = now();
      } else {
        const min = open ? Math.min(completeMin, inFlight) : inFlight;
        const max = Math.min(Math.max(completeMax, min), inFlight);
        const reaped = engine.getevents(min, max, until);
        time = now();
        if (reaped === 0 && !open && loop.lingering.givesUp(time)) return;
        recorder.reaped(reaped);
        for (let i = 0; i < reaped; i++) {
          const fate = settle(loop, units.completed[i]!, time);
          if (fate === AGAIN) {
            pending++;
          } else {
            if (fate === LAST) open = false;
            inFlight--;
          }
        }
        if (inFlight <= low) draining = false;
      }
    }
    if (time >= phases.nextAt && !phases.passed(time)) open = false;
    if (control.stopped || pacer.verdict !== GO_ON) open = false;
  }
}

/** What became of a reaped unit: given back, queued again, or given back as the last of its job. */
const SETTLED = 0;
const AGAIN = 1;
const LAST = 2;

function settle(
  loop: Loop,
  unit: number,
  time: number,
): typeof SETTLED | typeof AGAIN | typeof LAST {
  const { units, faults } = loop;
  const asked = units.direction[unit]! < TRIM ? units.length[unit]! - units.moved[unit]! : 0;
  let fate: typeof SETTLED | typeof LAST = SETTLED;
  if (units.result[unit] === asked) {
    if (loop.verifier.check(unit) === FAILED) fate = LAST;
    loop.recorder.completed(unit, time);
    loop.workload.completed(unit);
    loop.pacer.completed(unit, time);
  } else if (faults.handle(unit) === RETRY) {
    loop.engine.queue(unit);
    return AGAIN;
  } else {
    loop.verifier.lost(unit);
    if (!faults.goOn) fate = LAST;
  }
  units.give(unit);
  return fate;
}

/** How long the next wait may be: to the next instant that matters, and so that a stop is seen. */
function waitUntil({ pacer, phases }: Loop, time: number, open: boolean, paced: boolean): number {
  // Nothing but completions matters to a job that takes no more.
  if (!open) return time + LONGEST_WAIT;
  const until = paced ? Math.min(pacer.wakeAt, phases.nextAt) : phases.nextAt;
  return Math.min(until, time + LONGEST_WAIT);
}
