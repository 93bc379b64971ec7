/**
 * The thread that reads a trace ahead of the job that replays it (read_iolog_chunked): pass after
 * pass, until the job says that it wants no more.
 */
import { openTrace } from "../io/trace/open.ts";
import { RingWriter } from "../io/trace/ring.ts";
import type { TraceSource } from "../io/trace/trace.ts";

/** Returns when the job has ended, or when the trace cannot be read, which the job is told. */
export function readAhead(source: TraceSource, ring: SharedArrayBuffer): void {
  const writer = new RingWriter(ring);
  try {
    while (pass(source, writer));
  } catch (error) {
    writer.fail(error instanceof Error ? error.message : String(error));
  }
}

/** Reads the trace once; false when the job has ended. */
function pass(source: TraceSource, writer: RingWriter): boolean {
  const { reader, close } = openTrace(source);
  try {
    let piece = writer.claim();
    while (piece !== undefined && reader.next()) {
      if (piece.full) {
        writer.publish();
        piece = writer.claim();
      }
      piece?.add(reader);
    }
    piece?.end();
    if (piece !== undefined) writer.publish();
    return piece !== undefined;
  } finally {
    close();
  }
}
