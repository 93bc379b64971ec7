/**
 * What the run itself will do to files, in the order of the jobs: a reader whose file an earlier
 * job writes needs no layout of its own. Sizes only; nothing here looks at a disk.
 */

interface Entry {
  /** Bytes the file has once it was laid out. */
  laid: number;
  /** End of what writers reach, by the stage they run in. */
  readonly written: Map<number, number>;
}

export class Ledger {
  readonly #entries = new Map<string, Entry>();

  #entry(key: string): Entry {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { laid: 0, written: new Map() };
      this.#entries.set(key, entry);
    }
    return entry;
  }

  lays(key: string, bytes: number): void {
    const entry = this.#entry(key);
    entry.laid = Math.max(entry.laid, bytes);
  }

  writes(key: string, stage: number, end: number): void {
    const { written } = this.#entry(key);
    written.set(stage, Math.max(written.get(stage) ?? 0, end));
  }

  /** Bytes the file is laid out to. */
  laid(key: string): number {
    return this.#entries.get(key)?.laid ?? 0;
  }

  /** Bytes it has, through jobs of earlier stages, when that stage begins. */
  before(key: string, stage: number): number {
    const ends = [...(this.#entries.get(key)?.written ?? [])].filter(([at]) => at < stage);
    return Math.max(0, ...ends.map(([, end]) => end));
  }

  /** Bytes it has by all that the jobs seen so far do to it. */
  known(key: string): number {
    return Math.max(this.laid(key), this.before(key, Number.POSITIVE_INFINITY));
  }
}
