/**
 * fio's trigger: when a file appears, or some time after the start, all jobs are told to end and a
 * shell command is run. It is how a power cut is made to happen in the middle of a run.
 */
import { existsSync, unlinkSync } from "node:fs";
import type { Coordinator, Observer } from "./coordinator.ts";

export interface TriggerOrder {
  /** Watched for, and taken away when it is there. */
  readonly file?: string;
  /** ns since the run began. */
  readonly afterNs?: number;
  /** For a shell; empty to end the jobs only. */
  readonly command: string;
  /** What went wrong. */
  readonly say: (text: string) => void;
}

export class Trigger implements Observer {
  #done = false;
  #beganAt: number | undefined;

  constructor(private readonly order: TriggerOrder) {}

  tick(run: Coordinator): void {
    this.#beganAt ??= run.now();
    if (this.#done || run.phase === "done") return;
    const { afterNs, command, say } = this.order;
    const due = afterNs !== undefined && run.now() - this.#beganAt >= afterNs;
    if (!due && !this.#fileIsThere()) return;
    this.#done = true;
    run.stop();
    if (command === "") return;
    const { success } = Bun.spawnSync(["sh", "-c", command], {
      stdin: "ignore",
      stdout: "inherit",
      stderr: "inherit",
    });
    if (!success) say(`failed executing ${command} trigger`);
  }

  #fileIsThere(): boolean {
    const { file, say } = this.order;
    if (file === undefined || !existsSync(file)) return false;
    try {
      unlinkSync(file);
    } catch (error) {
      say(`failed to unlink ${file}: ${(error as Error).message}`);
    }
    return true;
  }
}
