/**
 * exec_prerun and exec_postrun: shell commands around a job, each with a file for what it says.
 * Loaded by jobs that have one. The thread goes back to its event loop while a command runs, which
 * is before the job's clock starts or after it has stopped.
 */
import { O } from "../../ffi/constants.ts";
import { openFile } from "../../ffi/file.ts";
import { libc } from "../../ffi/libc.ts";
import { SystemError } from "../base/errors.ts";
import type { JobControl } from "./control.ts";
import type { JobPlan } from "./jobplan.ts";

/** Between two looks at whether the command has ended or the job was told to. */
const LOOK_MS = 20;

export class Commands {
  readonly #notes: string[] = [];
  #began = false;

  constructor(private readonly plan: Pick<JobPlan, "spec" | "clone">) {}

  /** Throws SystemError when the command fails; a job that was told to end has none. */
  async before(job: JobControl): Promise<void> {
    if (job.stopped) return;
    this.#began = true;
    const command = this.plan.spec.exec_prerun;
    if (command === undefined) return;
    const { how, output } = await this.#run("prerun", command, job, true);
    if (how === "" || job.stopped) return;
    const hint = `what it said is in ${output}`;
    throw new SystemError("exec_prerun", JSON.stringify(command), 0, how, hint);
  }

  /** What there is to say of the job's commands. Its own failure is not the job's, as in fio. */
  async after(job: JobControl): Promise<readonly string[]> {
    const command = this.plan.spec.exec_postrun;
    if (command !== undefined && this.#began) {
      const { how, output } = await this.#run("postrun", command, job, false);
      if (how !== "") this.#notes.push(`exec_postrun ${how}; what it said is in ${output}`);
    }
    return this.#notes;
  }

  /** How it failed, or nothing; and where its output is. */
  async #run(
    when: "prerun" | "postrun",
    command: string,
    job: JobControl,
    endsWithJob: boolean,
  ): Promise<{ readonly how: string; readonly output: string }> {
    const output = outputOf(this.plan, when);
    const fd = openFile(output, O.WRONLY | O.CREAT | O.TRUNC);
    try {
      // A session of its own: what ends the command ends what it has started.
      const shell = Bun.spawn(["/bin/sh", "-c", command], {
        stdio: ["ignore", fd, fd],
        detached: true,
      });
      this.#notes.push(`the output of exec_${when} is in ${output}`);
      let told = false;
      while (shell.exitCode === null && shell.signalCode === null) {
        await Promise.race([shell.exited, Bun.sleep(LOOK_MS)]);
        job.progressed();
        if (!endsWithJob || !job.stopped || told) continue;
        told = true;
        process.kill(-shell.pid, "SIGTERM");
      }
      if (shell.signalCode !== null) return { how: `was ended by ${shell.signalCode}`, output };
      return { how: shell.exitCode === 0 ? "" : `ended with ${shell.exitCode}`, output };
    } finally {
      libc.close(fd);
    }
  }
}

/** fio's name, in the current directory; each further clone has a file of its own. */
function outputOf({ spec, clone }: Pick<JobPlan, "spec" | "clone">, when: string): string {
  const number = clone === 0 ? "" : `.${clone}`;
  return `${spec.name.replaceAll("/", "_")}${number}.${when}.txt`;
}
