/**
 * Reports while the run goes on: at fixed distances, at a signal, or when a file appears. What a
 * report looks like and where it goes is the caller's; here is only when one is due.
 */
import { existsSync, unlinkSync } from "node:fs";
import type { RunResult } from "../measure/result.ts";
import type { Coordinator, Observer } from "./coordinator.ts";

/** What asks for a report of a run that is not over. */
export interface StatusOrder {
  /** ns between two reports; undefined for none unasked. */
  readonly everyNs?: number;
  /** A file whose appearance asks for one report; it is taken away again. */
  readonly file?: string;
  readonly show: (result: RunResult) => void;
}

/** The signal that asks for a report, as in fio. */
const ASKED = "SIGUSR1";

/** The file is looked for this often; fio: 10 to 100 ms. */
const FILE_NS = 100e6;

export class StatusReports implements Observer {
  #reportedAt: number | undefined;
  #lookedAt = 0;
  #asked = false;
  readonly #ask = (): void => {
    this.#asked = true;
  };

  /** `snapshot` makes the result as it stands. */
  constructor(
    private readonly order: StatusOrder,
    private readonly snapshot: () => RunResult,
  ) {
    process.on(ASKED, this.#ask);
  }

  tick(run: Coordinator): void {
    if (run.phase === "done") return;
    const now = run.now();
    this.#reportedAt ??= now;
    const { everyNs, show } = this.order;
    const due = everyNs !== undefined && now - this.#reportedAt >= everyNs;
    if (due) this.#reportedAt += Math.floor((now - this.#reportedAt) / everyNs) * everyNs;
    const asked = this.#asked || this.#fileAsks(now);
    this.#asked = false;
    if (due || asked) show(this.snapshot());
  }

  close(): void {
    process.off(ASKED, this.#ask);
  }

  #fileAsks(now: number): boolean {
    const { file } = this.order;
    if (file === undefined || now - this.#lookedAt < FILE_NS) return false;
    this.#lookedAt = now;
    if (!existsSync(file)) return false;
    try {
      unlinkSync(file);
    } catch {
      // One that cannot be taken away would ask for ever.
      return false;
    }
    return true;
  }
}
