/**
 * From a source to a reader: finds out what kind of trace it is by its first bytes, joins what is
 * to be joined, and applies what the options make of a trace.
 */
import { SYNC } from "../../base/direction.ts";
import { BlockTrace, byteOrder } from "./blktrace.ts";
import { MergedTrace, type MergePart, type OpenStream } from "./merge.ts";
import { openStream } from "./stream.ts";
import { TextTrace } from "./text.ts";
import { DIRECTION_MASK, TraceReader, type TraceShape, type TraceSource } from "./trace.ts";

/** A trace that is being read. */
export interface OpenTrace {
  readonly reader: TraceReader;
  close(): void;
}

/** Throws SystemError for a file that cannot be read; what is in it may be a TraceMistake. */
export function openTrace(source: TraceSource, open: OpenStream = openStream): OpenTrace {
  const { shape, merge } = source;
  if (merge !== undefined) {
    const reader = new MergedTrace(partsOf(source), open, shape.align);
    return { reader: new ShapedTrace(reader, shape), close: () => reader.close() };
  }
  const path = source.paths[0]!;
  const stream = open(path);
  const order = stream.need(4) ? byteOrder(stream.buffer) : undefined;
  const shown = path === "-" ? "stdin" : path;
  const reader =
    order === undefined
      ? new TextTrace(stream, shown)
      : new BlockTrace(stream, shown, order === "little", shape.align);
  return { reader: new ShapedTrace(reader, shape), close: () => stream.close() };
}

/** The traces of a merge; what is given for fewer of them counts as usual for the others. */
export function partsOf({ paths, merge }: TraceSource): readonly MergePart[] {
  return paths.map((path, index) => ({
    path,
    scalar: merge?.scalars[index] ?? 100,
    iterations: merge?.iters[index] ?? 1,
  }));
}

/** Another reader's entries as the options want them: some left out, offsets and times changed. */
export class ShapedTrace extends TraceReader {
  override readonly numbered: boolean;
  override readonly names: string[];

  constructor(
    private readonly inner: TraceReader,
    private readonly shape: TraceShape,
  ) {
    super();
    this.numbered = inner.numbered;
    this.names = inner.names;
  }

  next(): boolean {
    const { inner, shape } = this;
    do {
      const more = inner.next();
      this.depth = inner.depth;
      if (!more) return false;
    } while (((shape.skip >> (inner.action & DIRECTION_MASK)) & 1) === 1);
    const { action, offset } = inner;
    this.action = action;
    this.length = inner.length;
    this.file = shape.redirected ? 0 : inner.file;
    this.time = shape.noStall ? 0 : (inner.time * 100) / shape.timeScale;
    this.offset = (action & DIRECTION_MASK) === SYNC ? 0 : placed(offset, shape);
    return true;
  }
}

/** fio divides first and rounds down then. */
function placed(offset: number, { scale, align }: TraceShape): number {
  const scaled = scale > 1 ? Math.floor(offset / scale) : offset;
  return align > 1 ? Math.floor(scaled / align) * align : scaled;
}
