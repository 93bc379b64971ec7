/**
 * Contents of buffers that few jobs ask for, loaded by those that do: a pattern that holds the
 * block's offset, and pages that compress or come again. fio's order of precedence goes on here:
 * what compresses or repeats comes before a pattern, which then only fills what compresses away.
 */
import { blocksOf } from "../base/blocks.ts";
import { READ, WRITE } from "../base/direction.ts";
import { fillPattern, type Pattern, stampOffset } from "../base/filling.ts";
import { workOf } from "../base/rw.ts";
import { type Buffers, type BuffersOf, isPaged, noiseOf, rowsOf } from "./buffers.ts";
import { type BufferFiller, Untouched } from "./contents.ts";
import { choosePages, type PageChoice, PageMaker, pageNoise } from "./pages.ts";
import type { Units } from "./units.ts";

/** Fills the buffers for the first time; for the jobs of which `isShaped` is true. */
export function createShaped(plan: BuffersOf, units: Units, buffers: Buffers): BufferFiller {
  const { spec } = plan;
  const rows = rowsOf(plan, buffers, (memory) => new Uint8Array(memory));
  if (!isPaged(spec)) return new Stamping(units, rows, spec.buffer_pattern!);
  const { least, most } = blocksOf(spec, "write");
  const blocks = plan.targets.reduce((sum, { length }) => sum + length, 0) / least;
  // Others can only repeat what follows from the plan, so a shared set is the same in every run.
  const noise =
    plan.dedupePeers.length > 0
      ? pageNoise({ ...spec, index: plan.index })
      : noiseOf(plan).hasten();
  const pages = new Pages(
    choosePages(spec, noise, blocks, plan.dedupePeers),
    new PageMaker(spec, most),
    rows,
    units,
  );
  // As in fio, what repeats is made anew for every write, and what only compresses is when asked.
  if (spec.refill_buffers || spec.dedupe_percentage > 0) return new Repaging(units, pages);
  for (let row = 0; row < units.depth; row++) pages.make(row, most);
  return workOf(spec).mixed ? new PagingAgain(units, pages) : new Untouched();
}

/** A pattern with %o: the offset is put in its places before every write. */
class Stamping implements BufferFiller {
  /** Rows that a read was in, which then want the whole pattern again. */
  readonly #dirty: Uint8Array;

  constructor(
    private readonly units: Units,
    private readonly rows: readonly Uint8Array[],
    private readonly pattern: Pattern,
  ) {
    this.#dirty = new Uint8Array(units.depth).fill(1);
  }

  fill(unit: number): void {
    const { units, pattern } = this;
    const direction = units.direction[unit]!;
    if (direction === READ) this.#dirty[unit] = 1;
    if (direction !== WRITE) return;
    const row = this.rows[unit]!;
    const offset = units.offset[unit]!;
    // The end of a block may cut an offset: what is behind it belongs to the next longer block.
    if (this.#dirty[unit] === 1) fillPattern(row, pattern, offset);
    else stampOffset(row, pattern, offset, 0, units.length[unit]!);
    this.#dirty[unit] = 0;
  }
}

/** Puts pages into rows. */
class Pages {
  readonly #words: readonly Int32Array[];

  constructor(
    private readonly choice: PageChoice,
    private readonly maker: PageMaker,
    private readonly rows: readonly Uint8Array[],
    private readonly units: Units,
  ) {
    this.#words = rows.map(({ buffer, length }) => new Int32Array(buffer, 0, length / 4));
  }

  make(row: number, length: number): void {
    const { maker, rows, units } = this;
    maker.make(rows[row]!, this.#words[row]!, length, units.offset[row]!, this.choice.next());
  }
}

/** A page for every write. */
class Repaging implements BufferFiller {
  constructor(
    private readonly units: Units,
    private readonly pages: Pages,
  ) {}

  fill(unit: number): void {
    const { units } = this;
    if (units.direction[unit] === WRITE) this.pages.make(unit, units.length[unit]!);
  }
}

/** A page for every write into a buffer that a read was in. */
class PagingAgain implements BufferFiller {
  readonly #dirty: Uint8Array;

  constructor(
    private readonly units: Units,
    private readonly pages: Pages,
  ) {
    this.#dirty = new Uint8Array(units.depth);
  }

  fill(unit: number): void {
    const direction = this.units.direction[unit]!;
    if (direction === READ) this.#dirty[unit] = 1;
    if (direction !== WRITE || this.#dirty[unit] === 0) return;
    this.#dirty[unit] = 0;
    this.pages.make(unit, this.units.length[unit]!);
  }
}
