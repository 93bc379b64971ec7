/** The shared counts of a flow in memory of the test: one place for each weight, in their order. */
import { FLOW_WEIGHT, type FlowBoard } from "../../src/pace/board.ts";

export function boardOf(weights: readonly number[]): FlowBoard[] {
  const doubles = new Float64Array(weights.length * 8);
  const all = Int32Array.from(weights, (_, job) => job * 8);
  for (const [job, weight] of weights.entries()) doubles[job * 8 + FLOW_WEIGHT] = weight;
  return weights.map((_, job) => ({ doubles, own: job * 8, all }));
}
