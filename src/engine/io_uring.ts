/**
 * The engine of io_uring(7), by raw system calls: its options, what a kernel may refuse of them,
 * and how ring, entries and queue are put together. What happens for each unit is in
 * `uring_queue.ts` and `uring_entries.ts`.
 */
import { EFAULT, EINVAL, EMFILE, ENOMEM, EOPNOTSUPP, EPERM, failure } from "../../ffi/errno.ts";
import { type Lacking, probeRing, Ring, RingRefused } from "../../ffi/io_uring.ts";
import { MOST_ENTRIES, OP } from "../../ffi/io_uring_abi.ts";
import { kernelRelease } from "../../ffi/kernel.ts";
import type { Spec } from "../base/option.ts";
import { jobPriority } from "../base/priority.ts";
import { choice, flag, integer } from "../base/values.ts";
import type { JobSpec } from "../options/options.ts";
import type { Engine, EngineContext, EngineDefinition } from "./engine.ts";
import { FILE_TRAITS } from "./immediate.ts";
import { InlineCalls } from "./inline.ts";
import {
  PRIORITY_OPTIONS,
  priorityChances,
  priorityHint,
  refusePriorities,
  withoutPriorities,
} from "./priority_options.ts";
import { nowait, refuseUncached, transferHint, uncached } from "./transfer_options.ts";
import {
  AtomicWrites,
  ControlEntries,
  type EntryContext,
  ForcedAsync,
  PlainEntries,
  PriorityEntries,
  type TransferEntries,
  VectoredEntries,
} from "./uring_entries.ts";
import { PolledUring, ThreadedUring, Uring, type UringParts } from "./uring_queue.ts";
import { whyNoRing } from "./uring_refusal.ts";

const OPTIONS = {
  fixedbufs: flag({
    group: "engine",
    summary: "register the buffers with the kernel before the run",
    detail: "Spares mapping them for each unit of direct I/O; the memory is pinned.",
  }),
  registerfiles: flag({
    group: "engine",
    summary: "register the files with the kernel before the run",
    detail: "Spares counting references to the file for each unit.",
  }),
  sqthread_poll: flag({
    group: "engine",
    summary: "let a thread of the kernel take the units: no call to submit",
    detail: "Costs a CPU of its own, and implies registerfiles. slat is then the time to publish.",
  }),
  sqthread_poll_cpu: integer({
    group: "engine",
    metavar: "CPU",
    fallback: undefined,
    least: 0,
    most: 65535,
    summary: "CPU of the thread that sqthread_poll starts",
  }),
  hipri: flag({
    group: "engine",
    summary: "poll the device for completions instead of taking interrupts",
    detail: "Needs direct = true and a device with polling queues (nvme.poll_queues=N).",
  }),
  nonvectored: choice({
    group: "engine",
    fallback: "auto",
    values: ["auto", "yes", "no"],
    spellings: { true: "yes", false: "no", "1": "yes", "0": "no", "-1": "auto" },
    summary: "READ and WRITE entries instead of READV and WRITEV",
    detail: "auto: where the kernel has them, from Linux 5.6 on.",
  }),
  force_async: integer({
    group: "engine",
    metavar: "N",
    fallback: 0,
    least: 0,
    most: 2 ** 31 - 1,
    summary: "hand every N-th unit to a kernel thread at once; 0: none",
  }),
  nowait,
  uncached,
  ...PRIORITY_OPTIONS,
};

type Options = Spec<typeof OPTIONS>;
type Context = EngineContext<typeof OPTIONS>;

/** Discards as ring commands came with Linux 6.12; the kernel has no other way to ask for it. */
function discards(): boolean {
  const [major = 0, minor = 0] = kernelRelease().split(".").map(Number);
  return major > 6 || (major === 6 && minor >= 12);
}

function makeRing({ units, options }: Context, lacking: Lacking): Ring {
  try {
    return new Ring(
      {
        entries: units.depth + 1,
        polled: options.hipri,
        submitThread: options.sqthread_poll,
        submitThreadCpu: options.sqthread_poll_cpu ?? -1,
      },
      lacking,
    );
  } catch (error) {
    if (error instanceof RingRefused)
      throw failure(error.call, "", error.value, advice(error.value, options));
    throw error;
  }
}

function advice(errno: number, options: Options): string {
  if (errno === EINVAL && options.sqthread_poll_cpu !== undefined) {
    const cpu = options.sqthread_poll_cpu;
    return `sqthread_poll_cpu = ${cpu}: is there such a CPU, and is it online?`;
  }
  if (errno === EPERM && options.sqthread_poll) {
    return "before Linux 5.11 sqthread_poll is for root: leave it out";
  }
  if (errno === ENOMEM) return "raise the limit of locked memory (ulimit -l) or lower iodepth";
  return whyNoRing(errno) ?? "";
}

/** The kernel pins no shared memory of a file that it writes back; mm/gup.c. */
function unregistered(errno: number, count: number, bytes: number): string {
  if (errno === ENOMEM) {
    return `fixedbufs pins ${count * bytes} bytes: raise the limit (ulimit -l) or leave it out`;
  }
  if (errno === EFAULT) return "buffers of a shared file cannot be fixed: leave fixedbufs out";
  return `fixedbufs cannot have ${count} buffers of ${bytes} bytes: leave it out`;
}

function register(ring: Ring, context: Context, fixed: boolean, files: boolean): void {
  const { units, bufferBase, bufferBytes } = context;
  if (fixed) {
    const answer = ring.registerBuffers(bufferBase, bufferBytes, units.depth);
    if (answer < 0) {
      const hint = unregistered(-answer, units.depth, bufferBytes);
      throw failure("io_uring_register", "buffers", -answer, hint);
    }
  }
  if (!files) return;
  const answer = ring.registerFiles(context.files);
  if (answer >= 0) return;
  const hint =
    answer === -EMFILE
      ? "registerfiles is limited by the number of open files: raise ulimit -n"
      : "leave out registerfiles";
  throw failure("io_uring_register", "files", -answer, hint);
}

function transfersOf(
  ring: Ring,
  entries: EntryContext,
  { options, spec }: Pick<Context, "options" | "spec">,
): TransferEntries {
  const { fixedbufs, nonvectored, nowait, uncached } = options;
  const plain =
    fixedbufs || nonvectored === "yes" || (nonvectored === "auto" && ring.offers(OP.READ));
  const settings = { fixed: fixedbufs, nowait, uncached };
  const usual = plain
    ? new PlainEntries(entries, settings)
    : new VectoredEntries(entries, settings);
  // A thread of the kernel that submits has not the job's priority: each entry says it.
  const prioritized = jobPriority(spec) !== 0 || priorityChances(options).length > 0;
  const ranked = prioritized ? new PriorityEntries(usual, entries.entries, entries.units) : usual;
  const transfers = spec.atomic ? new AtomicWrites(ranked, entries.units, entries.entries) : ranked;
  if (options.force_async === 0) return transfers;
  return new ForcedAsync(transfers, entries.entries, options.force_async);
}

/** A ring engine; a test leaves out what a kernel may lack. Throws SystemError. */
export function createUring(context: Context, lacking: Lacking = {}): Engine {
  const { units, files, targets, now, options } = context;
  const ring = makeRing(context, lacking);
  try {
    const registered = options.registerfiles || options.sqthread_poll;
    register(ring, context, options.fixedbufs, registered);
    const entries: EntryContext = {
      units,
      entries: ring.entries,
      files: registered ? Int32Array.from(files, (_, place) => place) : files,
      registered,
    };
    const controls = new ControlEntries(entries, targets, {
      any: !options.hipri,
      fallocate: ring.offers(OP.FALLOCATE),
      discard: ring.offers(OP.URING_CMD) && discards(),
      fileRange: ring.offers(OP.SYNC_FILE_RANGE),
    });
    const parts: UringParts = {
      units,
      now,
      ring,
      transfers: transfersOf(ring, entries, context),
      controls,
      inline: new InlineCalls(units, files, targets),
    };
    if (options.sqthread_poll) return new ThreadedUring(parts);
    return options.hipri ? new PolledUring(parts) : new Uring(parts);
  } catch (error) {
    ring.close();
    throw error;
  }
}

/** An option with which a file's descriptor changes while the job runs. */
function closingOption(spec: JobSpec): string | undefined {
  if (spec.unlink_each_loop) return "unlink_each_loop";
  if (spec.create_on_open) return "create_on_open";
  return spec.openfiles === undefined ? undefined : "openfiles";
}

function refuse(spec: JobSpec, options: Options): string | undefined {
  if (spec.iodepth >= MOST_ENTRIES) {
    return `io_uring holds at most ${MOST_ENTRIES - 1} units in flight: lower iodepth`;
  }
  if (options.hipri && !spec.direct) {
    return "hipri polls the device for completions, which only direct I/O can: add direct = true";
  }
  if (options.sqthread_poll_cpu !== undefined && !options.sqthread_poll) {
    return "sqthread_poll_cpu places a thread that only sqthread_poll = true starts: add that";
  }
  if (options.fixedbufs && options.nonvectored === "no") {
    return 'fixedbufs has no vectored form: leave out nonvectored = "no"';
  }
  const closing = closingOption(spec);
  if (closing !== undefined && (options.registerfiles || options.sqthread_poll)) {
    const name = options.registerfiles ? "registerfiles" : "sqthread_poll";
    return `${name} keeps hold of all files from the start, and ${closing} does not: leave one out`;
  }
  return refuseUncached(spec.direct, options) ?? refusePriorities(options);
}

function hint(errno: number, options: Options): string {
  if (options.hipri && (errno === EOPNOTSUPP || errno === EINVAL)) {
    return (
      "hipri needs a device with polling queues (nvme.poll_queues=N on the kernel's command " +
      "line) and a file system that passes polling on: leave hipri out"
    );
  }
  return transferHint(errno, options) || priorityHint(errno, options);
}

export const ioUring: EngineDefinition<typeof OPTIONS> = {
  name: "io_uring",
  summary: "the kernel's submission and completion rings, many units at a time",
  options: OPTIONS,
  traits: { ...FILE_TRAITS, offload: true, atomicWrites: true },
  synchronous: () => false,
  unavailable: () => whyNoRing(probeRing()),
  refuse,
  hint,
  priorities: priorityChances,
  calm: (options) => ({
    ...withoutPriorities(options),
    hipri: false,
    nowait: false,
    uncached: false,
    force_async: 0,
  }),
  create: (context) => createUring(context),
};
