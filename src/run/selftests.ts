/**
 * What fio's --crctest and --cpuclock-test tell about a machine: how fast each checksum is, and
 * whether the processor's counter can be trusted as a clock. Both on the main thread, no job.
 */
import { calibrate, counterTrouble, createClock, monotonicSecond } from "../../ffi/clock.ts";
import { fastCrc32c } from "../../ffi/machine.ts";
import { allocate, view } from "../../ffi/memory.ts";
import { CHECKSUMS, type ChecksumKind, type ChecksumName, LONGEST } from "../verify/checksums.ts";
import { rowOf } from "../verify/row.ts";

/** Headers without a checksum, and a second name. */
const WITHOUT: ReadonlySet<string> = new Set(["meta", "pattern_hdr", "crc32c-intel"]);

/** The checksums that can be timed. */
export const TIMED = (Object.keys(CHECKSUMS) as ChecksumName[]).filter(
  (name) => !WITHOUT.has(name),
);

/** fio: pieces of 128 KiB. */
const PIECE = 131_072;
/** Long enough for the compiler; then long enough to measure. */
const WARM_NS = 30e6;
const MEASURED_NS = 120e6;

/** MiB a second. */
export function checksumRate(name: ChecksumName): number {
  const address = allocate(PIECE);
  const row = rowOf(view(address, PIECE), address);
  for (let i = 0; i < row.words.length; i++) row.words[i] = Math.imul(i, 0x9e3779b1);
  const kind: ChecksumKind = CHECKSUMS[name];
  const sum = kind.create({ fastCrc32c: fastCrc32c(), asFio: false });
  const out = new Uint8Array(new ArrayBuffer(LONGEST));
  const { now } = createClock("clock_gettime", monotonicSecond(), undefined);
  const passes = (ns: number): number => {
    const from = now();
    let count = 0;
    for (; now() - from < ns; count++) sum.sum(row, 0, PIECE, out, 0);
    return (count * PIECE) / ((now() - from) / 1e9) / 2 ** 20;
  };
  passes(WARM_NS);
  return passes(MEASURED_NS);
}

/** Looks at both clocks, and how far they may be apart: a look takes up to a few us. */
const LOOKS = 200;
const APART_NS = 50e3;

/** Lines to print, and whether the counter is a clock here. */
export function testCpuClock(): { readonly lines: readonly string[]; readonly trusted: boolean } {
  const trouble = counterTrouble();
  const first = `cs: reliable_tsc: ${trouble === undefined ? "yes" : "no"}`;
  if (trouble !== undefined) return { lines: [first, `cs: ${trouble}`], trusted: false };
  const epoch = monotonicSecond();
  const counter = createClock("cpu", epoch, calibrate(epoch));
  const { now } = createClock("clock_gettime", epoch, undefined);
  if (counter.note !== undefined) return { lines: [first, `cs: ${counter.note}`], trusted: false };
  let apart = 0;
  let backwards = 0;
  for (let look = 0, last = 0; look < LOOKS; look++) {
    const before = now();
    const at = counter.now();
    const after = now();
    apart = Math.max(apart, before - at, at - after);
    if (at < last) backwards++;
    last = at;
    Bun.sleepSync(1);
  }
  const trusted = backwards === 0 && apart <= APART_NS;
  const seen = `cs: at most ${Math.round(Math.max(0, apart))} ns from CLOCK_MONOTONIC`;
  const steps = `${backwards} steps backwards, in ${LOOKS} looks`;
  return { lines: [first, `${seen}, ${steps}`, trusted ? "cs: Pass!" : "cs: Failed"], trusted };
}
