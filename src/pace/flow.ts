/**
 * Shares among jobs (flow, flow_id, flow_sleep): a job waits while its part of all units of its
 * flow is larger than its part of the flow's weights. Each job counts its own units in memory that
 * all of them see, so that nobody writes what another one writes; a job's weight is there from the
 * time it gets ready until it ends. fio's rule (flow.c), which keeps one sum that all add to.
 */
import { FLOW_COUNT, FLOW_WEIGHT, type FlowBoard } from "./board.ts";
import { Part } from "./part.ts";

/** Units that may go between two looks at the others, so that one that has ended is noticed. */
const MOST_UNSEEN = 1000;
/**
 * Part of its own units that a job may get ahead once it is not: at a unit or two each time, fast
 * jobs would spend their time in naps, waiting for each other (measured: 20,000 units a second).
 */
const LEAD = 1 / 128;
/** Between two looks of a job that waits and has no flow_sleep: fio yields and burns a core, ns. */
const NAP = 100e3;

export class Flow extends Part {
  readonly #board: FlowBoard;
  /** Units that may go before the others have to be looked at. */
  #granted = 0;
  #asleepUntil = 0;

  /** Takes part from now on. */
  constructor(
    depth: number,
    board: FlowBoard,
    private readonly weight: number,
    /** ns that a job sleeps, with nothing in flight, when it is ahead; 0 for short naps. */
    private readonly sleep: number,
  ) {
    super(depth);
    this.#board = board;
    board.doubles[board.own + FLOW_COUNT] = 0;
    board.doubles[board.own + FLOW_WEIGHT] = weight;
  }

  admit(direction: number, now: number, inFlight: number): number {
    if (this.#granted > 0) return direction;
    if (now < this.#asleepUntil) return -1;
    this.#granted = this.#look();
    if (this.#granted > 0) return direction;
    if (this.sleep === 0) this.wakeAt = now + NAP;
    else if (inFlight > 0) this.wakeAt = Number.POSITIVE_INFINITY;
    else this.wakeAt = this.#asleepUntil = now + this.sleep;
    return -1;
  }

  override queued(): void {
    const { doubles, own } = this.#board;
    doubles[own + FLOW_COUNT] = doubles[own + FLOW_COUNT]! + 1;
    this.#granted--;
  }

  /** The others are not to wait for one that has ended. */
  override close(): void {
    const { doubles, own } = this.#board;
    doubles[own + FLOW_WEIGHT] = 0;
  }

  /** Units that may go as long as no other job takes one; 0 when this one is ahead. */
  #look(): number {
    const { doubles, own, all } = this.#board;
    // fio's counter begins at one, so that the first share is no division by zero.
    let count = 1;
    let weights = 0;
    for (let i = 0; i < all.length; i++) {
      const at = all[i]!;
      const weight = doubles[at + FLOW_WEIGHT]!;
      if (weight === 0) continue;
      weights += weight;
      count += doubles[at + FLOW_COUNT]!;
    }
    const others = weights - this.weight;
    if (others <= 0) return MOST_UNSEEN;
    const mine = doubles[own + FLOW_COUNT]!;
    // The n-th more may go while (mine + n) / (count + n) <= weight / weights.
    const left = (this.weight * count - weights * mine) / others;
    if (left < 0) return 0;
    return Math.min(Math.floor(left + mine * LEAD) + 1, MOST_UNSEEN);
  }
}
