/**
 * Draws against the formula of their distribution: chi-square where there are few blocks,
 * Kolmogorov and Smirnov where there are many. Seeds are fixed, so a test fails always or never;
 * limits are those that one seed in a thousand would pass.
 */
import { Taus88 } from "../../src/workload/random.ts";

export const seed = (number: number): Taus88 => new Taus88(BigInt(number));
export interface Source {
  draw(): number;
}

export function draws(source: Source, count: number): number[] {
  return Array.from({ length: count }, () => source.draw());
}

/** Standard deviations by which chi-square is above its mean; cells of under 8 are put together. */
export function chiSquare(blocks: readonly number[], shares: readonly number[]): number {
  const counts = new Float64Array(shares.length);
  for (const block of blocks) counts[block]!++;
  let cells = 0;
  let sum = 0;
  let [seen, expected] = [0, 0];
  const close = (): void => {
    sum += (seen - expected) ** 2 / expected;
    cells++;
    [seen, expected] = [0, 0];
  };
  shares.forEach((share, block) => {
    seen += counts[block]!;
    expected += share * blocks.length;
    if (expected >= 8) close();
  });
  if (expected > 0) close();
  return (sum - (cells - 1)) / Math.sqrt(2 * (cells - 1));
}

/**
 * Largest distance of whole numbers to the formula, in units of the one that a sample in a thousand
 * reaches.
 */
export function kolmogorov(samples: readonly number[], upTo: (value: number) => number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const distances = sorted.flatMap((value, i) => [
    ...(value === sorted[i - 1] ? [] : [Math.abs(upTo(value - 1) - i / sorted.length)]),
    ...(value === sorted[i + 1] ? [] : [Math.abs((i + 1) / sorted.length - upTo(value))]),
  ]);
  return (Math.max(...distances) * Math.sqrt(sorted.length)) / 1.95;
}

/** A thousandth of chi-squares with many cells is further above its mean. */
export const UNLIKELY = 3.3;

export function zipfShares(blocks: number, theta: number): number[] {
  const weights = Array.from({ length: blocks }, (_, rank) => (rank + 1) ** -theta);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** The integral of the bell: Abramowitz and Stegun 7.1.26, to 1.5e-7. */
export function bell(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const terms = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  const erf = 1 - terms.reduce((sum, term) => (sum + term) * t, 0) * Math.exp(-x * x);
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}
