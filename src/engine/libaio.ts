/**
 * The engine of the kernel's own asynchronous I/O, named after the library that programs usually
 * reach it through; fathom needs no library. Asynchronous with direct I/O only. What happens for
 * each unit is in `aio_queue.ts` and `aio_blocks.ts`.
 */
import { AioContext, AioRefused, probeAio } from "../../ffi/aio.ts";
import { EAGAIN, ENOSYS, errnoText, failure } from "../../ffi/errno.ts";
import { smallFile } from "../../ffi/kernel.ts";
import { SystemError } from "../base/errors.ts";
import type { OptionTable } from "../base/option.ts";
import { flag } from "../base/values.ts";
import { PlainBlocks, PriorityBlocks, VectoredBlocks } from "./aio_blocks.ts";
import { Aio, type AioParts, PeekingAio } from "./aio_queue.ts";
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
import { nowait, transferHint } from "./transfer_options.ts";

const OPTIONS = {
  userspace_reap: flag({
    group: "engine",
    summary: "read completions from the kernel's ring in memory, without a call",
  }),
  libaio_vectored: flag({
    group: "engine",
    summary: "PREADV and PWRITEV commands instead of PREAD and PWRITE",
  }),
  nowait,
  ...PRIORITY_OPTIONS,
} satisfies OptionTable;

/** What to do where there is none. */
const INSTEAD = 'use ioengine = "io_uring", or "psync" at iodepth = 1';

/** The sentence for a positive errno of io_setup; undefined when there is nothing to say. */
export function whyNoAio(errno: number): string | undefined {
  if (errno === 0) return undefined;
  if (errno === ENOSYS) {
    return (
      "this kernel has no asynchronous I/O (it was built without AIO, or a seccomp filter hides " +
      `it): ${INSTEAD}`
    );
  }
  if (errno === EAGAIN) {
    return (
      `the machine's asynchronous I/O is used up (fs.aio-nr = ${sysctl("aio-nr")} of ` +
      `fs.aio-max-nr = ${sysctl("aio-max-nr")}): as root run sysctl -w fs.aio-max-nr=1048576, ` +
      "or lower iodepth or numjobs"
    );
  }
  return `asynchronous I/O is refused: ${errnoText(errno)}; ${INSTEAD}`;
}

function sysctl(name: string): string {
  return smallFile(`/proc/sys/fs/${name}`) ?? "unknown";
}

function makeContext(depth: number): AioContext {
  try {
    return new AioContext(depth);
  } catch (error) {
    if (!(error instanceof AioRefused)) throw error;
    throw failure("io_setup", `for ${depth} units`, error.value, whyNoAio(error.value));
  }
}

function createAio(job: EngineContext<typeof OPTIONS>): Engine {
  const { units, files, targets, now, options, spec } = job;
  const context = makeContext(units.depth);
  if (options.userspace_reap && !context.mapped) {
    context.close();
    throw new SystemError(
      "io_setup",
      "",
      0,
      "this kernel's completion ring is none that userspace_reap can read",
      "leave out userspace_reap",
    );
  }
  const Blocks = options.libaio_vectored ? VectoredBlocks : PlainBlocks;
  const blocks = new Blocks(units, context.blocks, files, options.nowait, spec.atomic);
  const parts: AioParts = {
    units,
    now,
    context,
    blocks:
      priorityChances(options).length > 0
        ? new PriorityBlocks(blocks, units, context.blocks)
        : blocks,
    inline: new InlineCalls(units, files, targets),
  };
  return options.userspace_reap ? new PeekingAio(parts) : new Aio(parts);
}

export const libaio: EngineDefinition<typeof OPTIONS> = {
  name: "libaio",
  summary: "the kernel's asynchronous I/O (io_submit), many units at a time with direct = true",
  options: OPTIONS,
  traits: { ...FILE_TRAITS, offload: true, synchronousTrim: true, atomicWrites: true },
  synchronous: () => false,
  unavailable: () => whyNoAio(probeAio(1)),
  refuse: (_spec, options) => refusePriorities(options),
  hint: (errno, options) => transferHint(errno, options) || priorityHint(errno, options),
  priorities: priorityChances,
  calm: (options) => ({ ...withoutPriorities(options), nowait: false }),
  create: createAio,
};
