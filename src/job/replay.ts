/**
 * The stages of a replay, loaded by the jobs that have one: a workload that takes the trace's
 * units, and a pacer that holds them back; what they have to say at the end.
 */
import { READ, TRIM, WRITE } from "../base/direction.ts";
import { PIECE_BYTES, Piece, type PieceSource, StoredPieces } from "../io/trace/pieces.ts";
import type { ReplayPlan } from "../io/trace/plan.ts";
import { FetchedPieces } from "../io/trace/ring.ts";
import { Schedule } from "../io/trace/schedule.ts";
import type { Units } from "../io/units.ts";
import type { ReplayOutcome } from "../measure/outcome.ts";
import { sink } from "../measure/sinks.ts";
import { LAG, RESPONSE, STATS_DOUBLES } from "../measure/statsblock.ts";
import type { Pacer } from "../pace/pacer.ts";
import { ReplayPacer } from "../pace/replay.ts";
import { ReplayWork } from "../workload/replay.ts";
import type { JobPlan } from "./jobplan.ts";

export class ReplayStage {
  readonly workload: ReplayWork;
  readonly pacer: ReplayPacer;
  readonly #source: PieceSource;

  constructor(
    { spec, passUnits }: JobPlan,
    replay: ReplayPlan,
    units: Units,
    stats: Float64Array,
    behind: Pacer,
  ) {
    const { ring, buffers, timed } = replay;
    const schedule = new Schedule(timed);
    const source = ring === undefined ? new StoredPieces(buffers) : new FetchedPieces(ring);
    const endless = spec.time_based;
    const most = endless ? Number.POSITIVE_INFINITY : passUnits;
    this.workload = new ReplayWork({ units, source, schedule, endless, most });
    // A rate has due times of its own, and keeps these latencies from them on.
    const { rate, rate_iops } = spec;
    const rates = [rate, rate_iops].flatMap(({ read, write, trim }) => [read, write, trim]);
    const own = timed && rates.every((each) => each === 0);
    const { gtod_reduce: none, disable_lat, disable_slat } = spec;
    this.pacer = new ReplayPacer(units, schedule, behind, {
      stats: own ? stats : new Float64Array(STATS_DOUBLES),
      response: sink(own && !none && !disable_lat ? "histogram" : "off", stats, RESPONSE),
      lag: sink(own && !none && !disable_slat ? "histogram" : "off", stats, LAG),
    });
    this.#source = source;
  }

  /** The job is over: how the trace's times were kept. */
  outcome(): ReplayOutcome {
    this.#source.close();
    const { lag, lastLag, readerWait } = this.pacer;
    return { lag, lastLag, readerWait };
  }
}

const WAYS: Readonly<Record<string, readonly number[]>> = {
  read: [READ],
  write: [WRITE],
  trim: [TRIM],
  rw: [READ, WRITE],
};

/**
 * A trace for the warm-up: so many units in the directions of the job, all due at once, in blocks
 * that the warm-up has room for.
 */
export function warmTrace(
  { spec, targets }: Pick<JobPlan, "spec" | "targets">,
  units: number,
  bytes: number,
): ReplayPlan {
  const ways = WAYS[spec.rw]!;
  const buffer = new SharedArrayBuffer(PIECE_BYTES);
  const piece = new Piece(buffer);
  for (let row = 0; row < units; row++) {
    piece.add({
      time: 0,
      offset: (row % 64) * bytes,
      length: bytes,
      file: row % targets.length,
      action: ways[row % ways.length]!,
    });
  }
  piece.end();
  const shape = {
    skip: 0,
    scale: 1,
    align: 0,
    timeScale: 100,
    noStall: false,
    redirected: false,
  };
  return {
    source: { paths: [], shape },
    buffers: [buffer],
    ring: undefined,
    units,
    duration: 0,
    timed: true,
    mergedPath: undefined,
  };
}
