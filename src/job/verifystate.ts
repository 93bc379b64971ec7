/** Writes the state that a verified job leaves for whoever reads after it. */
import { O } from "../../ffi/constants.ts";
import { errnoOf, failure } from "../../ffi/errno.ts";
import { errnoOfCall, openFile } from "../../ffi/file.ts";
import { libc } from "../../ffi/libc.ts";
import { SystemError } from "../base/errors.ts";
import { encodeState, type VerifyState } from "../verify/state.ts";

/** What went wrong, as a note: the state is beside the work, and costs no job its result. */
export function saveState(path: string, state: VerifyState): readonly string[] {
  try {
    const fd = openFile(path, O.WRONLY | O.CREAT | O.TRUNC);
    try {
      write(fd, path, encodeState(state));
    } finally {
      errnoOfCall(() => libc.close(fd));
    }
    return [];
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return [`the verify state was not saved: ${error.message}`];
  }
}

function write(fd: number, path: string, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const wrote = libc.write(fd, bytes.subarray(done), bytes.length - done);
    if (wrote < 0) throw failure("write", path, errnoOf());
    done += wrote;
  }
}
