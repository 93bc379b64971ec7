/**
 * How idle the CPUs were while the jobs ran: a thread of the lowest class on each of them, measured
 * before the jobs start, counting from their start to their end.
 */
import { cpus } from "node:os";
import { monotonicClock, monotonicSecond } from "../../ffi/clock.ts";
import { allocateShared, view } from "../../ffi/memory.ts";
import { IDLE_DOUBLES, IDLE_MEAN, IDLE_ORDER, IDLE_STDDEV, IDLE_UNITS } from "../job/idlewords.ts";
import type { Idleness } from "../measure/result.ts";
import type { Coordinator, Observer } from "./coordinator.ts";
import { Thread } from "./thread.ts";

const [COUNT, END] = [1, 2];

/** A thread that does not get through its measurement within this time is given up. */
const CALIBRATION_MS = 10_000;

export class IdleProfile implements Observer {
  readonly #threads: readonly Thread[];
  readonly #words: readonly Float64Array[];
  readonly #now: () => number;
  #beganAt: number | undefined;
  #endedAt = 0;
  readonly #units: number[] = [];

  private constructor(entry: string) {
    const epoch = monotonicSecond();
    this.#now = monotonicClock(epoch);
    const bytes = IDLE_DOUBLES * 8;
    const count = cpus().length;
    const address = allocateShared(count * bytes);
    const numbers = Array.from({ length: count }, (_, cpu) => cpu);
    this.#words = numbers.map((cpu) => new Float64Array(view(address + cpu * bytes, bytes)));
    this.#threads = numbers.map(
      (cpu) => new Thread(entry, { role: "idle", cpu, epoch, address: address + cpu * bytes }),
    );
  }

  /** Ready to count: what a unit takes is known. */
  static async start(entry: string): Promise<IdleProfile> {
    const profile = new IdleProfile(entry);
    const ready = Promise.all(profile.#threads.map((thread) => thread.ready));
    await Promise.race([ready, Bun.sleep(CALIBRATION_MS)]);
    return profile;
  }

  tick(): void {}

  stageBegins(): void {
    this.#beganAt ??= this.#now();
    for (const words of this.#words) words[IDLE_ORDER] = COUNT;
  }

  /** Of several stages the last one counts: its end is the end. */
  stageEnds(_run: Coordinator): void {
    this.#endedAt = this.#now();
    for (const [cpu, words] of this.#words.entries()) this.#units[cpu] = words[IDLE_UNITS]!;
  }

  /** Ends the threads. Percent of the time; none of the CPUs where no job ran. */
  async finish(): Promise<Idleness> {
    for (const words of this.#words) words[IDLE_ORDER] = END;
    const ended = Promise.all(this.#threads.map((thread) => thread.ended));
    await Promise.race([ended, Bun.sleep(CALIBRATION_MS)]);
    for (const thread of this.#threads) thread.giveUp("it was not needed any more");
    const elapsed = this.#beganAt === undefined ? 0 : this.#endedAt - this.#beganAt;
    const idle = this.#words.map((words, cpu) => {
      const done = (this.#units[cpu] ?? 0) * words[IDLE_MEAN]!;
      return elapsed <= 0 ? 0 : Math.min(100, (done / elapsed) * 100);
    });
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    return {
      system_percent: mean(idle),
      cpu_percent: idle,
      unit_mean_ns: mean(this.#words.map((words) => words[IDLE_MEAN]!)),
      unit_stddev_ns: mean(this.#words.map((words) => words[IDLE_STDDEV]!)),
    };
  }
}
