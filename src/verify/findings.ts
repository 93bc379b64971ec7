/** What a job found wrong: all of it counted, the first of it kept. */
import type { Finding } from "../measure/finding.ts";

/** Findings that are kept whole; all are counted. */
const KEPT = 20;

/** A header's time further from now than this, in seconds, is of another clock: ten years. */
const FAR = 10 * 365 * 86_400;

export class Findings {
  /** Bytes that were examined. */
  bytes = 0;
  /** Units that were read to be examined. */
  units = 0;
  /** Pieces that were wrong. */
  wrong = 0;
  readonly kept: Finding[] = [];

  checked(bytes: number): void {
    this.bytes += bytes;
    this.units++;
  }

  /** Notes one; it is described only when it is kept. */
  add(describe: () => Finding): void {
    this.wrong++;
    if (this.kept.length < KEPT) this.kept.push(describe());
  }

  /** Time of day of a header, ISO 8601; null when it is no time near now: fio keeps another. */
  readonly timeOf = (seconds: number, nanoseconds: number): string | null => {
    const now = Date.now() / 1000;
    if (Math.abs(now - seconds) > FAR || nanoseconds >= 1e9) return null;
    return new Date(seconds * 1000 + nanoseconds / 1e6).toISOString();
  };
}
