/**
 * Verification in a job's thread: from the plan to the verifier, and the pass that reads back what
 * was written. Loaded only by the jobs that verify.
 */
import type { Clock } from "../../ffi/clock.ts";
import { EILSEQ } from "../../ffi/errno.ts";
import { dropCached, errnoOfCall } from "../../ffi/file.ts";
import { libc } from "../../ffi/libc.ts";
import { fastCrc32c } from "../../ffi/machine.ts";
import { allocate, free, view } from "../../ffi/memory.ts";
import { READ, SYNC, TRIM, WRITE } from "../base/direction.ts";
import type { Buffers } from "../io/buffers.ts";
import { Untouched } from "../io/contents.ts";
import type { OpenFiles } from "../io/files.ts";
import type { Target } from "../io/target.ts";
import type { Units } from "../io/units.ts";
import type { JobFailure, VerificationOutcome } from "../measure/outcome.ts";
import { Recorder } from "../measure/recorder.ts";
import { countersAt, RUNTIME, STATS_BYTES } from "../measure/statsblock.ts";
import { Unpaced } from "../pace/pacer.ts";
import { CHECKSUMS } from "../verify/checksums.ts";
import { BlockPattern, type Content, PatternContent, SeededNoise } from "../verify/content.ts";
import { Findings } from "../verify/findings.ts";
import { OLD, PRESENT } from "../verify/header.ts";
import { JobVerifier } from "../verify/jobverifier.ts";
import { type PieceForm, Pieces } from "../verify/piece.ts";
import { type Row, rowOf } from "../verify/row.ts";
import { DrawnSeeds, NumberedSeeds, PlaceSeeds, type Seeds } from "../verify/seeds.ts";
import { LastWrites, NoTail } from "../verify/tail.ts";
import type { VerifyPlan } from "../verify/verifyplan.ts";
import { GRAIN_BYTES, layOutColumns, Written } from "../verify/written.ts";
import { type Streams, streamsOf, VERIFY } from "../workload/streams.ts";
import type { BuiltJob } from "./build.ts";
import type { JobPlan } from "./jobplan.ts";
import { runLoop } from "./loop.ts";
import { ReadBack } from "./readback.ts";
import { saveState } from "./verifystate.ts";

/** The verification of one job; its memory is given back by `free`. */
export class Verification {
  readonly findings = new Findings();
  readonly verifier: JobVerifier;
  readonly #tail: LastWrites | undefined;
  readonly #mappings: { readonly address: number; readonly bytes: number }[] = [];
  /** ns that reading back took: in all, and before the last pass. */
  #elapsed = 0;
  #beforeLast = 0;
  #skipped: string | undefined;

  constructor(
    private readonly job: JobPlan & { readonly verification: VerifyPlan },
    units: Units,
    buffers: Buffers,
    now: Clock,
  ) {
    const { verification: plan, ways, targets, index, spec } = job;
    const wallOffset = Date.now() * 1e6 - now();
    const changes = plan.grains.length > 0;
    if (plan.statePath !== undefined) this.#tail = new LastWrites(targets.length, units.depth);
    this.verifier = new JobVerifier({
      plan,
      units,
      rows: Array.from({ length: units.depth }, (_, row) => this.#rowAt(buffers, row)),
      pieces: new Pieces(formOf(plan, ways.checksAreReads), (bytes) => this.#scratch(bytes)),
      // Who reads nothing back need not remember what it wrote.
      written: plan.readsBack
        ? plan.grains.map((grains, file) => this.#record(targets[file]!, plan, grains))
        : [],
      seeds: isHeadless(plan)
        ? new PlaceSeeds()
        : seedsOf(streamsOf(spec, index + 1), ways.checksAreReads),
      paths: targets.map(({ path }) => path),
      thread: index + 1,
      wallClock: () => now() + wallOffset,
      findings: this.findings,
      tail: this.#tail ?? new NoTail(),
      readerKnows: !changes && (ways.checksAreReads || isHeadless(plan)),
    });
  }

  /** `anew`: in files that are new, where nothing was written yet. */
  passBegins(anew: boolean): void {
    this.verifier.restart();
    if (anew) this.verifier.forget();
  }

  /** Reads back what the pass wrote, or keeps why it does not. */
  passEnded(
    built: BuiltJob,
    files: OpenFiles,
    { failed, expired }: { readonly failed: boolean; readonly expired: boolean },
  ): void {
    const { verification: plan, ways } = this.job;
    if (!plan.readsBack) return;
    this.#beforeLast = this.#elapsed;
    if (failed) this.#skipped = "the job had failed";
    else if (built.control.stopped) this.#skipped = "the run was stopped";
    else if (expired && ways.checksAreReads) {
      this.#skipped = "the runtime was over, and it bounds the verification too";
    } else this.#readBack(built, files);
  }

  /**
   * Reads back what was written and examines it, from the medium where its cache can be dropped.
   * The time it takes counts in no figure of the job itself.
   */
  #readBack(built: BuiltJob, files: OpenFiles): void {
    const { control, now, units, recorder } = built;
    const { ways, targets, bufferBytes } = this.job;
    control.enter("verifying");
    for (const [file, target] of targets.entries()) settle(files.descriptorOf(file), target);
    const startedAt = now();
    const scrap = ways.checksAreReads ? undefined : allocate(STATS_BYTES);
    this.verifier.rewind();
    runLoop({
      ...built,
      workload: new ReadBack(this.verifier, bufferBytes, units, built.fileReady),
      pacer: new Unpaced(units.depth),
      filler: new Untouched(),
      recorder: scrap === undefined ? recorder : scrapRecorder(scrap, units),
      phases: ENDLESS,
    });
    if (scrap !== undefined) free(scrap, STATS_BYTES);
    this.#elapsed += now() - startedAt;
    control.enter("running");
  }

  /** What was found wrong, as the failure of the job; undefined when nothing was. */
  get failure(): JobFailure | undefined {
    const [first] = this.findings.kept;
    if (first === undefined) return undefined;
    const { wrong } = this.findings;
    const { path, offset, length, check, explanation } = first;
    const more = wrong > 1 ? `, and ${wrong - 1} more` : "";
    const message =
      `verification of ${path} failed at offset ${offset}, ${length} bytes: ` +
      `${check} is wrong; ${explanation}${more}`;
    return {
      call: "verify",
      subject: path,
      errno: EILSEQ,
      message,
      direction: "read",
      offset,
      length,
    };
  }

  /**
   * Takes the time of reading back out of the run times of the directions; ns to take off the
   * job's. fio counts it in the job's, and as the run time of its reads.
   */
  takeOut(stats: Float64Array): number {
    const { ways, verification: plan } = this.job;
    const reads = countersAt(READ) + RUNTIME;
    if (ways.checksAreReads && plan.readsBack) stats[reads] = this.#elapsed;
    for (const direction of [READ, WRITE, TRIM, SYNC]) {
      if (direction === READ && ways.checksAreReads) continue;
      const at = countersAt(direction) + RUNTIME;
      stats[at] = Math.max(0, stats[at]! - this.#beforeLast);
    }
    return ways.checksAreReads ? 0 : this.#elapsed;
  }

  /** Saves the state where that was asked for and frees the memory; notes of what went wrong. */
  close(): readonly string[] {
    const notes = this.#saveState();
    this.free();
    return notes;
  }

  #saveState(): readonly string[] {
    const { spec, index, verification: plan } = this.job;
    const tail = this.#tail;
    if (plan.statePath === undefined || tail === undefined) return [];
    return saveState(plan.statePath, {
      version: plan.headerVersion === 5 ? 3 : 7,
      depth: tail.depth,
      files: tail.files,
      writes: this.verifier.writes,
      index,
      name: spec.name,
      inFlight: tail.numbers(),
      completed: tail.places(),
    });
  }

  outcome(): VerificationOutcome {
    const { units, bytes, wrong, kept } = this.findings;
    const { kind } = this.job.verification;
    const skipped = this.#skipped;
    return { kind, units, bytes, elapsedNs: this.#elapsed, wrong, findings: kept, skipped };
  }

  free(): void {
    for (const { address, bytes } of this.#mappings) free(address, bytes);
    this.#mappings.length = 0;
  }

  #allocate(bytes: number): number {
    const address = allocate(bytes);
    this.#mappings.push({ address, bytes });
    return address;
  }

  #rowAt({ base, bytes }: Buffers, row: number): Row {
    const address = base + row * bytes;
    return rowOf(view(address, bytes), address);
  }

  #scratch(bytes: number): Row {
    const address = this.#allocate(bytes);
    return rowOf(view(address, bytes), address);
  }

  #record({ offset }: Target, { grain }: VerifyPlan, grains: number): Written {
    const address = this.#allocate(grains * GRAIN_BYTES);
    const columns = layOutColumns(grains, (at, bytes) => view(address + at, bytes));
    return new Written(columns, offset, grain, grains);
  }
}

function seedsOf(streams: Streams, drawn: boolean): Seeds {
  if (drawn) {
    const stream = streams.stream(VERIFY);
    return new DrawnSeeds(() => stream.next(), streams.repeats ? () => stream.rewind() : undefined);
  }
  const own = streams.seeds[VERIFY]!;
  return new NumberedSeeds(Number(own & 0xffff_ffffn), Number(own >> 32n));
}

/** Phases of a pass that only the end of its work ends. */
const ENDLESS = {
  nextAt: Number.POSITIVE_INFINITY,
  passed: (): boolean => true,
  exhausted: (): boolean => false,
};

function isHeadless({ kind }: VerifyPlan): boolean {
  return kind === "pattern" || kind === "null";
}

function contentOf(pattern: VerifyPlan["pattern"], every: number, headless: boolean): Content {
  if (pattern === undefined) return new SeededNoise();
  return headless ? new BlockPattern(pattern, every) : new PatternContent(pattern, every);
}

function formOf(plan: VerifyPlan, asFio: boolean): PieceForm {
  const { kind, pattern, patternInterval } = plan;
  const headless = isHeadless(plan);
  const checksum = CHECKSUMS[kind === "pattern" || kind === "null" ? "meta" : kind];
  return {
    layout: headless ? undefined : plan.headerVersion === 5 ? OLD : PRESENT,
    kind: checksum.id,
    checksumBytes: checksum.bytes,
    checksum: checksum.create({ fastCrc32c: fastCrc32c(), asFio }),
    headerAt: plan.headerAt,
    content: contentOf(pattern, patternInterval, headless),
    compared: kind === "pattern" || kind === "pattern_hdr",
    checksSeed: plan.checksSeed,
    checksSequence: plan.checksSequence,
  };
}

/** A recorder whose figures nobody reads. */
function scrapRecorder(stats: number, units: Units): Recorder {
  const off = { slat: "off", clat: "off", lat: "off" } as const;
  return new Recorder(new Float64Array(view(stats, STATS_BYTES)), units, off);
}

/** What was written goes to the medium, and what is cached of it is dropped. */
function settle(fd: number, { kind, offset, length }: Target): void {
  if (fd < 0) return;
  errnoOfCall(() => libc.fsync(fd));
  if (kind === "regular" || kind === "block") dropCached(fd, offset, length);
}
