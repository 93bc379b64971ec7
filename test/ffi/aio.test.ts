import { afterAll, expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import {
  AioContext,
  AioRefused,
  BLOCK,
  BLOCK_WORDS,
  COMMAND,
  EVENT_RESULT,
  EVENT_WORDS,
  probeAio,
} from "../../ffi/aio.ts";
import { allocate, free, view } from "../../ffi/memory.ts";
import { contents, filePlaces, leftOut, removePlaces } from "../conformance/rig.ts";

const [file] = filePlaces(64 * 1024) as [ReturnType<typeof filePlaces>[0]];
const able = probeAio(1) === 0;

afterAll(removePlaces);

leftOut(able, "this machine refuses asynchronous I/O");

test.if(able)("a context that is too large is refused with an errno", () => {
  // fs/aio.c: more than 0x10000000 / 32 bytes of events are EINVAL.
  expect(probeAio(0x1000_0000)).toBeGreaterThan(0);
  expect(() => new AioContext(0x1000_0000)).toThrow(AioRefused);
});

test.if(able)(
  "blocks go out and their events come back, by call and from the ring's memory",
  () => {
    const context = new AioContext(3);
    const buffer = allocate(3 * 4096);
    const fd = openSync(file.path, "r");
    const submit = (rows: readonly number[]): void => {
      for (const [place, row] of rows.entries()) {
        const at = row * BLOCK_WORDS;
        const address = buffer + row * 4096;
        context.blocks[at + BLOCK.DATA] = row;
        context.blocks[at + BLOCK.COMMAND] = COMMAND.PREAD;
        context.blocks[at + BLOCK.FILE] = fd;
        context.blocks[at + BLOCK.ADDRESS] = address;
        context.blocks[at + BLOCK.ADDRESS + 1] = address / 2 ** 32;
        context.blocks[at + BLOCK.LENGTH] = 100 + row;
        context.blocks[at + BLOCK.OFFSET] = row * 4096;
        context.list(place, row);
      }
      expect(context.submit(0, rows.length)).toBe(rows.length);
    };
    const read = (count: number): number[][] =>
      Array.from({ length: count }, (_, i) => [
        context.events[i * EVENT_WORDS]!,
        context.events[i * EVENT_WORDS + EVENT_RESULT]!,
      ]);
    expect(context.mapped).toBe(true);
    expect(context.peek(3)).toBe(0);
    // Far more often than the ring is long, so that it wraps both ways of reading it.
    for (let round = 0; round < 400; round++) {
      submit([2, 0, 1]);
      const found =
        round % 2 === 0 ? context.reap(2, 2, Number.POSITIVE_INFINITY) : context.peek(2);
      expect(found).toBe(2);
      const first = read(2);
      expect(context.peek(3)).toBe(1);
      expect([...first, ...read(1)].sort()).toEqual([
        [0, 100],
        [1, 101],
        [2, 102],
      ]);
    }
    const wanted = contents(64 * 1024).subarray(8192, 8192 + 102);
    expect(Buffer.from(view(buffer + 8192, 102)).equals(wanted)).toBe(true);
    expect(context.reap(1, 3, 1e6)).toBe(0);
    context.close();
    closeSync(fd);
    free(buffer, 3 * 4096);
  },
);
