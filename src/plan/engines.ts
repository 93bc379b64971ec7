/**
 * Which engine runs a job. A name that was written is never replaced; where none was written, the
 * fastest that works here and suits the depth is taken, and the reason is said.
 */
import { type EngineDefinition, isSynchronous } from "../engine/engine.ts";
import type { Message } from "../measure/result.ts";
import type { Clone } from "./clones.ts";
import type { Environment } from "./environment.ts";
import type { Complaints } from "./input.ts";
import type { Profile } from "./profile.ts";
import { showPath } from "./show.ts";

export interface Choice {
  readonly definition: EngineDefinition;
  /** Why, in a sentence without a full stop; empty when the engine was written. */
  readonly reason: string;
}

/** Asynchronous engines by preference; below them stays psync, one unit at a time. */
const ASYNCHRONOUS = ["io_uring", "libaio"] as const;
const FALLBACK = "psync";

/** The engine of a clone; undefined when none was found and that was reported. */
export async function chooseEngine(
  clone: Clone,
  environment: Environment,
  profile: Profile,
  complaints: Complaints,
  messages: Message[],
): Promise<Choice | undefined> {
  const { spec } = clone;
  if (spec.ioengine !== undefined) {
    const definition = await namedEngine(clone, spec.ioengine, environment, complaints);
    if (definition === undefined) return undefined;
    if (isSynchronous(definition, spec)) warnOfDepth(clone, definition.name, messages);
    return { definition, reason: "" };
  }
  if (profile.engine !== undefined)
    return await always(profile.engine, clone, environment, messages);
  const refusals: string[] = [];
  for (const name of spec.iodepth > 1 ? ASYNCHRONOUS : []) {
    const definition = await environment.findEngine(name);
    const refusal = definition === undefined ? "not in this build" : definition.unavailable();
    if (definition !== undefined && refusal === undefined) {
      const instead = refusals.length === 0 ? "" : `; ${refusals.join("; ")}`;
      const why = `${name} keeps iodepth ${spec.iodepth} in flight${instead}`;
      return { definition, reason: `no ioengine was written: ${why}` };
    }
    refusals.push(`no ${name}: ${refusal}`);
  }
  const definition = await environment.findEngine(FALLBACK);
  if (definition === undefined) throw new Error(`the registry lacks ${FALLBACK}`);
  if (spec.iodepth === 1) {
    const reason = `no ioengine was written: ${FALLBACK} is the plainest at iodepth 1`;
    return { definition, reason };
  }
  const reason = `no ioengine was written: ${FALLBACK}, because ${refusals.join("; ")}`;
  warnOfDepth(clone, FALLBACK, messages);
  return { definition, reason };
}

/** One engine for whatever names none. */
async function always(
  name: string,
  clone: Clone,
  environment: Environment,
  messages: Message[],
): Promise<Choice> {
  const definition = await environment.findEngine(name);
  if (definition === undefined) throw new Error(`the registry lacks ${name}`);
  if (isSynchronous(definition, clone.spec)) warnOfDepth(clone, name, messages);
  return { definition, reason: `no ioengine was written: ${name} is fio's default` };
}

async function namedEngine(
  clone: Clone,
  name: string,
  environment: Environment,
  complaints: Complaints,
): Promise<EngineDefinition | undefined> {
  const definition = await environment.findEngine(name);
  if (definition === undefined) {
    const names = environment.engineNames.join(", ");
    complaints.add(clone, "ioengine", `there is no engine ${showPath(name)}; there are ${names}`);
    return undefined;
  }
  const refusal = definition.unavailable();
  if (refusal !== undefined) complaints.add(clone, "ioengine", refusal);
  return definition;
}

/** Said of the first clone for all of them. */
function warnOfDepth({ spec, clone, index }: Clone, engine: string, messages: Message[]): void {
  const { iodepth } = spec;
  if (clone > 0 || iodepth === 1) return;
  messages.push({
    severity: "warning",
    code: "synchronous_depth",
    text: `iodepth = ${iodepth} has no effect: ${engine} does one unit at a time`,
    job: index,
  });
}
