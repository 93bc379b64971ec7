/**
 * pre_read: reads a job's part of its files through the page cache, so that the job finds it there.
 * By a descriptor of its own, because the job's may pass the cache by.
 */
import { O } from "../../ffi/constants.ts";
import { failure } from "../../ffi/errno.ts";
import { errnoOfCall, openFile } from "../../ffi/file.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate, free } from "../../ffi/memory.ts";
import type { Target } from "./target.ts";

const BLOCK = 1 << 20;

/**
 * Reads what is there of each target; `onBlock` hears of every block and says whether to go on.
 * Throws SystemError.
 */
export function preRead(targets: readonly Target[], onBlock: () => boolean): void {
  const address = allocate(BLOCK);
  try {
    for (const target of targets) {
      const { kind } = target;
      if ((kind === "regular" || kind === "block") && !readThrough(target, address, onBlock))
        return;
    }
  } finally {
    free(address, BLOCK);
  }
}

function readThrough(
  { path, offset, length }: Target,
  address: number,
  onBlock: () => boolean,
): boolean {
  const fd = openFile(path, O.RDONLY);
  try {
    for (let at = offset; at < offset + length; ) {
      if (!onBlock()) return false;
      let moved = 0;
      const errno = errnoOfCall(() => {
        moved = libc.pread(fd, address, Math.min(BLOCK, offset + length - at), at);
        return moved;
      });
      if (errno !== 0) throw failure("pread", path, errno);
      if (moved === 0) break;
      at += moved;
    }
    return true;
  } finally {
    libc.close(fd);
  }
}
