/**
 * fio's line of progress: how many jobs run and in which state each is, how far the run is, what
 * moves, and when it will end. As in fio it is written over itself, or goes on on a new line after
 * --eta-newline; unlike fio's it goes to standard error, where it spoils no document.
 */
import { READ, TRIM, WRITE } from "../base/direction.ts";
import { workOf } from "../base/rw.ts";
import { abbreviated, fixed } from "../fio/number.ts";
import type { Settings } from "../fio/settings.ts";
import type { JobPlan } from "../job/jobplan.ts";
import type { Coordinator, Observer } from "../run/coordinator.ts";
import { moved, progress } from "../run/live.ts";
import { terminalColumns } from "../run/terminal.ts";

const STDERR = 2;

const WAYS = [
  ["r", READ],
  ["w", WRITE],
  ["t", TRIM],
] as const;

/** The line as an observer: always, never, or where standard error is a terminal. */
export function etaLines(
  settings: Pick<Settings, "eta" | "etaInterval" | "etaNewline">,
  write: (text: string) => void,
): readonly Observer[] {
  const terminal = terminalColumns(STDERR) !== undefined;
  const shown = settings.eta === "always" || (settings.eta === "auto" && terminal);
  return shown ? [new EtaLine(settings, write)] : [];
}

export class EtaLine implements Observer {
  #shownAt = 0;
  #newlineAt = 0;
  #width = 0;
  readonly #bytes = new Float64Array(WAYS.length);
  readonly #units = new Float64Array(WAYS.length);

  constructor(
    private readonly settings: Pick<Settings, "etaInterval" | "etaNewline">,
    private readonly write: (text: string) => void,
  ) {}

  tick(run: Coordinator): void {
    if (run.phase === "done") {
      if (this.#width > 0) this.write("\n");
      this.#width = 0;
      return;
    }
    if (run.phase !== "running") return;
    const now = run.now();
    if (this.#shownAt === 0) {
      this.#shownAt = now;
      this.#newlineAt = now;
    }
    const { etaInterval, etaNewline } = this.settings;
    // As fio, a twentieth too early is in time.
    if (now - this.#shownAt < etaInterval * 0.95) return;
    const text = this.#line(run, (now - this.#shownAt) / 1e9, now);
    this.#shownAt = now;
    const fresh = etaNewline > 0 && now - this.#newlineAt >= etaNewline;
    if (fresh) this.#newlineAt = now;
    this.write(`${text.padEnd(this.#width)}${fresh ? "\n" : "\r"}`);
    this.#width = fresh ? 0 : text.length;
  }

  #line(run: Coordinator, seconds: number, now: number): string {
    const members = run.jobs.filter((job) => job.stage === run.stage);
    const busy = members.filter(({ index }) => run.ends[index] === undefined);
    const files = busy.reduce((sum, { targets }) => sum + targets.length, 0);
    const rates: string[] = [];
    const iops: string[] = [];
    for (const [row, [letter, direction]] of WAYS.entries()) {
      const { bytes, units } = moved(run, run.jobs, direction);
      const perSecond = (amount: number): number => Math.max(0, amount / seconds);
      const rate = perSecond(bytes - this.#bytes[row]!);
      const count = perSecond(units - this.#units[row]!);
      this.#bytes[row] = bytes;
      this.#units[row] = units;
      if (units === 0) continue;
      rates.push(`${letter}=${abbreviated(rate, 1024)}B/s`);
      iops.push(`${letter}=${abbreviated(count, 1000)}`);
    }
    const { share, left } = progress(run, members, now);
    const percent = share === undefined || left === undefined ? "-.-" : fixed(share * 100, 1);
    const parts = [`[${statesOf(run)}]`, `[${percent}%]`];
    if (rates.length > 0) parts.push(`[${rates.join()}]`, `[${iops.join()} IOPS]`);
    if (left !== undefined) parts.push(`[eta ${clock(left)}]`);
    return `Jobs: ${busy.length} (f=${files}): ${parts.join("")}`;
  }
}

/** A letter for each job, of equal neighbours one with their number: "R(2),w(1)". */
export function statesOf(run: Coordinator): string {
  const runs: [string, number][] = [];
  for (const job of run.jobs) {
    const letter = letterOf(run, job);
    const last = runs.at(-1);
    if (last?.[0] === letter) last[1]++;
    else runs.push([letter, 1]);
  }
  return runs.map(([letter, count]) => `${letter}(${count})`).join(",");
}

/** Ways to go, with the letters of what is sequential; random ones have the small letter. */
const LETTERS = { read: "R", write: "W", trim: "D" } as const;

function letterOf(run: Coordinator, { index, spec, stage }: JobPlan): string {
  const end = run.ends[index];
  if (end !== undefined) {
    return end.kind === "outcome" && end.outcome.failure === undefined ? "_" : "X";
  }
  if (stage > run.stage) return "P";
  switch (run.shared.control.job(index).state) {
    case "ramp":
      return "/";
    case "syncing":
      return "F";
    case "finishing":
      return "f";
    case "ended":
      return "E";
    case "running": {
      const { directions, random } = workOf(spec);
      const letter = directions.length > 1 ? "M" : LETTERS[directions[0]!];
      return random ? letter.toLowerCase() : letter;
    }
    case "delayed":
      return "P";
    default:
      return "I";
  }
}

/** "01h:02m:03s", without what is not needed in front. */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const days = Math.floor(whole / 86_400);
  const hours = Math.floor(whole / 3600) % 24;
  const front = `${days > 0 ? `${two(days)}d:` : ""}${days + hours > 0 ? `${two(hours)}h:` : ""}`;
  return `${front}${two(Math.floor(whole / 60) % 60)}m:${two(whole % 60)}s`;
}
