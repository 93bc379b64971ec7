/**
 * How a clone's blocks are verified: where headers stand, what is remembered of the writes, and
 * what cannot be verified at all, which is a problem here and not a false alarm later.
 */
import type { Traits } from "../engine/engine.ts";
import type { Target } from "../io/target.ts";
import { CHECKSUMS } from "../verify/checksums.ts";
import type { VerifyKind, VerifyPlan } from "../verify/verifyplan.ts";
import type { Clone } from "./clones.ts";
import type { Complaints } from "./input.ts";
import type { Profile } from "./profile.ts";
import { showBytes } from "./show.ts";
import { statesOf } from "./verifystate.ts";
import { largestBlock, type Work, workOf } from "./work.ts";

/** Bytes of the headers by their version: verify.h of fio 3.42 and 3.33. */
const HEADER_BYTES = { 129: 48, 5: 40 } as const;

/** Undefined of a clone that verifies nothing, and of one that cannot: that was reported. */
export function verificationOf(
  clone: Clone,
  targets: readonly Target[],
  { profile, traits }: { readonly profile: Profile; readonly traits: Traits },
  complaints: Complaints,
): VerifyPlan | undefined {
  const { spec } = clone;
  const { ways } = profile;
  const trimming = ways.checksAreReads ? undefined : trimmingMistake(spec);
  if (trimming !== undefined) complaints.add(clone, "trim_percentage", trimming);
  if (spec.verify === "none") return undefined;
  const kind: VerifyKind = spec.verify;
  const work = workOf(spec);
  const grain = grainOf(clone, work);
  const headless = kind === "pattern" || kind === "null";
  const interval = headless ? Number.MAX_SAFE_INTEGER : commonDivisor(grain, intervalOf(clone));
  const headerVersion = spec.verify_header_version === "5" ? 5 : 0x81;
  const plan: VerifyPlan = {
    kind,
    headerVersion,
    interval,
    headerAt: headless ? 0 : (spec.verify_offset ?? 0),
    grain,
    grains: work.changes ? targets.map((target) => grainsOf(clone, target, grain)) : [],
    pattern: spec.verify_pattern,
    patternInterval: spec.verify_pattern_interval,
    // fio's blocks of a pattern carry no seed.
    checksSeed:
      spec.verify_header_seed &&
      (work.changes || ways.checksAreReads) &&
      spec.verify_pattern === undefined,
    checksSequence: spec.verify_write_sequence && work.changes,
    readsBack: spec.do_verify && work.changes && kind !== "null",
    trimsToZero: spec.trim_verify_zero,
    fatal: spec.verify_fatal || ways.checksAreReads,
    ...statesOf(clone, profile, complaints),
  };
  const wrong = traits.diskless
    ? { option: "verify", message: "this engine moves no data that could be verified" }
    : mistakeOf(clone, plan);
  if (wrong === undefined) return plan;
  complaints.add(clone, wrong.option, wrong.message);
  return undefined;
}

/** Bytes that what is remembered of the writes takes at most. */
export function recordBytes({ grains, readsBack }: VerifyPlan, grainBytes: number): number {
  if (!readsBack) return 0;
  return grains.reduce((sum, count) => sum + count * grainBytes, 0);
}

interface Wrong {
  readonly option: string;
  readonly message: string;
}

/** What fio passes over in silence: shares of blocks that would never be trimmed. */
function trimmingMistake(spec: Clone["spec"]): string | undefined {
  const { trim_percentage: percent, trim_backlog: backlog, verify } = spec;
  if (percent === 0) return undefined;
  if (!workOf(spec).writes) return `${spec.rw} writes no blocks that could be trimmed`;
  if (verify === "none") return "it trims verified blocks; set verify too";
  return backlog === undefined ? "set trim_backlog, the blocks after which it trims" : undefined;
}

function mistakeOf({ spec }: Clone, plan: VerifyPlan): Wrong | undefined {
  const { trims } = workOf(spec);
  if (trims && spec.unlink_each_loop && spec.loops > 1) {
    const message =
      "the files of the next round are empty, where there is nothing to trim and to read back; " +
      "leave it out, or verify";
    return { option: "unlink_each_loop", message };
  }
  const { kind, interval, headerAt, headerVersion } = plan;
  if ((kind === "pattern" || kind === "pattern_hdr") && plan.pattern === undefined) {
    return { option: "verify", message: `${kind} compares with a pattern; set verify_pattern` };
  }
  if (kind === "pattern" || kind === "null") return undefined;
  const bytes = HEADER_BYTES[headerVersion] + CHECKSUMS[kind].bytes;
  if (interval < bytes) {
    const of = spec.verify_interval === undefined ? "blocks and places" : "verify_interval";
    const message =
      `a header with its checksum takes ${bytes} bytes, and ${of} leave ${interval} for each; ` +
      "use a larger interval, or blocks of sizes that divide each other";
    return { option: spec.verify_interval === undefined ? "verify" : "verify_interval", message };
  }
  // The header changes places with what is there, so that the two may not overlap.
  if (headerAt > 0 && (headerAt < bytes || headerAt + bytes > interval)) {
    const most = showBytes(interval - bytes);
    const message =
      `a header with its checksum takes ${bytes} bytes: in an interval of ${showBytes(interval)} ` +
      `verify_offset is at least ${bytes} and at most ${most}`;
    return { option: "verify_offset", message };
  }
  return undefined;
}

/** As written where it divides the smallest written block, else what all blocks have (fio). */
function intervalOf({ spec }: Clone): number {
  const { verify_interval: interval, bs } = spec;
  const block = workOf(spec).writes ? bs.write : bs.read;
  return interval === undefined || block % interval !== 0 ? block : interval;
}

/** The largest piece that all blocks and their places are multiples of. */
function grainOf({ spec }: Clone, { directions, skip }: Work): number {
  const sizes = directions.flatMap((direction) => [
    spec.bs[direction],
    spec.blockalign[direction] || spec.bs[direction],
  ]);
  // Holes between sequential blocks move all places behind them.
  return [...sizes, Math.abs(skip)].reduce(commonDivisor);
}

/** A last block may reach beyond its region by nearly all of itself. */
function grainsOf({ spec }: Clone, { length }: Target, grain: number): number {
  return Math.ceil((length + largestBlock(spec)) / grain);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
