/** What a job was asked to do, as a result tells it. */
import { type BlockRange, blocksOf } from "../base/blocks.ts";
import { workOf } from "../base/rw.ts";
import type { MeasuredPlan } from "./jobresult.ts";
import type { WorkResult } from "./result.ts";

export function workResult({ spec, depth, synchronous, replay }: MeasuredPlan): WorkResult {
  const [read, write, trim] = (["read", "write", "trim"] as const).map((direction) =>
    blocksOf(spec, direction),
  ) as [BlockRange, BlockRange, BlockRange];
  const mixed = replay === undefined && workOf(spec).mixed;
  return {
    rw: spec.rw,
    read_percent: mixed ? spec.rwmixread : null,
    block_bytes: { read: read.least, write: write.least, trim: trim.least },
    block_most_bytes: { read: read.most, write: write.most, trim: trim.most },
    direct: spec.direct,
    iodepth: spec.iodepth,
    depth,
    synchronous,
  };
}
