/**
 * What would make verification cry out over nothing: two that write one part of a file, blocks that
 * no record can hold apart, contents that two options want to decide. Refused, or under fio, whose
 * recipes rely on it, told.
 */
import type { Message } from "../measure/result.ts";
import type { Complaints } from "./input.ts";
import type { Planned } from "./limits.ts";
import type { Profile } from "./profile.ts";
import { showPath } from "./show.ts";
import { workOf } from "./work.ts";

/** Says of one job and option what is wrong with it. */
type Say = (job: Planned, option: string, message: string) => void;

export function checkVerified(
  planned: readonly Planned[],
  profile: Profile,
  complaints: Complaints,
  messages: Message[],
): void {
  const refuse: Say = ({ clone }, option, message) => complaints.add(clone, option, message);
  const told = new Set<string>();
  const tell: Say = ({ clone }, option, message) => {
    const text = `${option}: ${message}`;
    if (told.has(`${clone.input} ${text}`)) return;
    told.add(`${clone.input} ${text}`);
    messages.push({ severity: "warning", code: "verify_unsure", text, job: clone.index });
  };
  const doubt = profile.ways.checksAreReads ? tell : refuse;
  const verified = planned.filter(({ plan }) => plan.verification !== undefined);
  if (verified.length === 0) return;
  for (const job of verified) {
    checkBlocks(job, refuse);
    checkContents(job, complaints, doubt);
  }
  for (const stage of Map.groupBy(planned, ({ plan }) => plan.stage).values()) {
    checkShared(stage, doubt);
  }
}

function checkBlocks(job: Planned, say: Say): void {
  const { spec, replay } = job.plan;
  if (replay !== undefined) {
    say(job, "verify", "the blocks of a trace have no common size, and are not verified");
  }
  if (spec.bs_unaligned) {
    const any = "blocks of any length at any place have no room of their own for a header";
    say(job, "bs_unaligned", `${any}; leave it out, or verify`);
  }
}

const CONTENTS = [
  ...["buffer_pattern", "buffer_compress_percentage", "buffer_compress_chunk"],
  ...["dedupe_percentage", "zero_buffers"],
];

/** A verified block holds what the verifier can make again. */
function checkContents(job: Planned, complaints: Complaints, say: Say): void {
  if (!workOf(job.plan.spec).writes) return;
  for (const option of CONTENTS) {
    if (complaints.writtenOf(job.clone, option) === undefined) continue;
    const own = "verification decides what a block holds, and this does nothing beside it";
    say(job, option, `${own}; leave it out, or use verify_pattern`);
  }
}

interface Part {
  readonly job: Planned;
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** Jobs that run together and have a part of a file in common, which one verifies, one writes. */
function checkShared(stage: readonly Planned[], say: Say): void {
  const parts = stage.flatMap((job) =>
    job.aims.map((aim) => ({ key: keyOf(aim), ...of(job, aim) })),
  );
  for (const [key, shared] of Map.groupBy(parts, (part) => part.key)) {
    if (key === undefined || shared.length < 2) continue;
    const order = shared.toSorted((a, b) => a.from - b.from);
    for (const [index, part] of order.entries()) {
      for (let next = index + 1; next < order.length && order[next]!.from < part.to; next++) {
        clash(part, order[next]!, say);
      }
    }
  }
}

function keyOf({ facts, target }: Planned["aims"][number]): string | undefined {
  return target.kind === "none" || target.kind === "character" ? undefined : facts?.key;
}

function of(job: Planned, { target }: Planned["aims"][number]): Part {
  const { path, offset, length } = target;
  return { job, path, from: offset, to: offset + length };
}

function clash(a: Part, b: Part, say: Say): void {
  if (a.job === b.job) return;
  for (const [own, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (own.job.plan.verification === undefined || !workOf(other.job.plan.spec).changes) continue;
    const clones = own.job.clone.input === other.job.clone.input;
    const who = clones ? "another clone of it" : `job ${showPath(other.job.plan.spec.name)}`;
    say(
      own.job,
      "verify",
      `${who} writes the same part of ${showPath(own.path)} at the same time, and neither knows ` +
        "what the other wrote last; use offset_increment, a file each, or stonewall",
    );
  }
}
