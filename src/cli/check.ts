/** `fathom check`: prints the plan of a run, and touches nothing. */
import { Command } from "commander";
import { EXIT } from "../base/errors.ts";
import { describePlan } from "../plan/describe.ts";
import { JobFlags } from "./jobflags.ts";
import { planRun } from "./jobs.ts";
import type { Invocation } from "./main.ts";
import { writeOut } from "./output.ts";

export async function checkCommand({ done }: Invocation): Promise<Command> {
  const flags = await JobFlags.load();
  const command = new Command("check").argument(
    "[JOB...]",
    "job files in TOML, or *.fio; - is standard input, TOML",
  );
  flags.declare(command);
  return command.action(async (words: string[]) => {
    const { plan, values } = await planRun(await flags.operands(words), flags.given);
    writeOut(`${describePlan(plan, values).join("\n")}\n`);
    done(EXIT.ok);
  });
}
