/** An exception as plain data that can leave a thread: call, subject, errno where it has them. */
import { SystemError } from "../base/errors.ts";
import type { ThreadFailure } from "./launch.ts";

/** Anything but a SystemError keeps its stack: it is a bug, and that says where. */
export function threadFailure(error: unknown): ThreadFailure {
  if (error instanceof SystemError) {
    const { call, subject, errno, message } = error;
    return { call, subject, errno, message };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { call: "", subject: "", errno: 0, message, stack: stack ?? message };
}
