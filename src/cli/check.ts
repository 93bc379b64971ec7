/**
 * `fathom check`: prints the plan of a run, or draws where its accesses will fall, and touches
 * nothing.
 */
import { Command } from "commander";
import { EXIT } from "../base/errors.ts";
import { describeAccesses } from "../plan/accesses.ts";
import { describePlan } from "../plan/describe.ts";
import { JobFlags } from "./jobflags.ts";
import { planRun } from "./jobs.ts";
import type { Invocation } from "./main.ts";
import { writeOut } from "./output.ts";

interface CheckFlags {
  readonly showDistribution?: boolean;
}

export async function checkCommand({ done }: Invocation): Promise<Command> {
  const flags = await JobFlags.load();
  const command = new Command("check")
    .argument("[JOB...]", "job files in TOML, or *.fio; - is standard input, TOML")
    .option("--show-distribution", "draw where in their files the accesses of each job will fall");
  flags.declare(command);
  return command.action(async (words: string[], own: CheckFlags) => {
    const { plan, values } = await planRun(await flags.operands(words), flags.given);
    const lines =
      own.showDistribution === true ? await describeAccesses(plan) : describePlan(plan, values);
    writeOut(`${lines.join("\n")}\n`);
    done(EXIT.ok);
  });
}
