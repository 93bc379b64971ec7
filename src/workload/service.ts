/**
 * file_service_type: the orders of files that are not simply one after the other. fio's draws and
 * formulas, so that the same job turns to the same files under both programs.
 */
import type { WorkOf } from "./create.ts";
import { FioNormal, FioPareto, FioZipf } from "./distribution_fio.ts";
import type { Draws } from "./draws.ts";
import type { Place } from "./places.ts";
import type { Random } from "./random.ts";
import { FILE, type Streams } from "./streams.ts";
import { type FileTurn, NO_FILE, RoundRobin } from "./turns.ts";

/** A curve is drawn this many times as fine as there are files (FIO_FSERVICE_SHIFT, 10 bits). */
const FINENESS = 1024;

export function serviceTurn(
  { spec, targets }: Pick<WorkOf, "spec" | "targets">,
  streams: Streams,
  places: readonly Place[],
): FileTurn {
  const files = targets.length;
  const { kind, number } = spec.file_service_type;
  const seed = { blocks: files * FINENESS, seed: streams.seeds[FILE]!, centre: undefined };
  const start = { ...seed, unhashed: true };
  const drawn = (make: () => Draws): FileTurn => new Drawn(make, places, streams.repeats);
  switch (kind) {
    case "roundrobin":
      return new Lingering(new RoundRobin(files), number);
    case "sequential":
      return new Lingering(new RoundRobin(files), Number.POSITIVE_INFINITY);
    case "random":
      return new Lingering(new Uniform(files, streams.stream(FILE), streams.repeats), number);
    case "zipf":
      return drawn(() => new FioZipf(start, number));
    case "pareto":
      return drawn(() => new FioPareto(start, number));
    default:
      return drawn(() => new FioNormal(start, number));
  }
}

/** Stays with a file for some units, or for as long as it has any. */
class Lingering implements FileTurn {
  #file = NO_FILE;
  #left = 0;

  constructor(
    private readonly inner: FileTurn,
    private readonly units: number,
  ) {}

  next(): number {
    if (this.#left > 0) {
      this.#left--;
      return this.#file;
    }
    this.#file = this.inner.next();
    this.#left = this.units - 1;
    return this.#file;
  }

  emptied(file: number): void {
    this.#left = 0;
    this.inner.emptied(file);
  }

  /** Where the last round ended, the next goes on. */
  reset(): void {
    this.#left = 0;
    this.inner.reset();
  }
}

/** Any file that has something left. */
class Uniform implements FileTurn {
  readonly #empty: Uint8Array;
  #emptyCount = 0;

  constructor(
    private readonly files: number,
    private readonly random: Random,
    private readonly repeats: boolean,
  ) {
    this.#empty = new Uint8Array(files);
  }

  next(): number {
    if (this.#emptyCount === this.files) return NO_FILE;
    let file = this.random.below(this.files);
    while (this.#empty[file] === 1) file = this.random.below(this.files);
    return file;
  }

  emptied(file: number): void {
    this.#empty[file] = 1;
    this.#emptyCount++;
  }

  reset(): void {
    this.#empty.fill(0);
    this.#emptyCount = 0;
    if (this.repeats) this.random.rewind();
  }
}

/** Some files more often than others: one that has nothing left begins again, as with fio. */
class Drawn implements FileTurn {
  #draws: Draws;
  /** The file that came last, and whether it had nothing. */
  #last = NO_FILE;
  #lastEmpty = false;
  /** How often in a row a file had nothing: twice, and it never has anything. */
  readonly #barren: Uint8Array;
  #emptyCount = 0;

  constructor(
    private readonly make: () => Draws,
    private readonly places: readonly Place[],
    private readonly repeats: boolean,
  ) {
    this.#draws = make();
    this.#barren = new Uint8Array(places.length);
  }

  next(): number {
    if (this.#last !== NO_FILE && !this.#lastEmpty) this.#barren[this.#last] = 0;
    if (this.#emptyCount === this.places.length) return NO_FILE;
    let file = this.#draw();
    while (this.#barren[file] === 2) file = this.#draw();
    this.#last = file;
    this.#lastEmpty = false;
    return file;
  }

  emptied(file: number): void {
    this.#lastEmpty = true;
    const barren = this.#barren[file]! + 1;
    this.#barren[file] = barren;
    if (barren === 2) this.#emptyCount++;
    else this.places[file]!.reset();
  }

  reset(): void {
    this.#last = NO_FILE;
    this.#barren.fill(0);
    this.#emptyCount = 0;
    if (this.repeats) this.#draws = this.make();
  }

  #draw(): number {
    return Math.floor(this.#draws.draw() / FINENESS);
  }
}
