/** What the options of priorities say, and how each engine tells the kernel. */
import { expect, test } from "bun:test";
import { BLOCK, BLOCK_WORDS } from "../../ffi/aio.ts";
import { ENTRY_WORDS, OP } from "../../ffi/io_uring_abi.ts";
import { SYNC } from "../../src/base/direction.ts";
import { Mistake } from "../../src/base/problem.ts";
import { PlainBlocks, PriorityBlocks } from "../../src/engine/aio_blocks.ts";
import { ioUring } from "../../src/engine/io_uring.ts";
import { libaio } from "../../src/engine/libaio.ts";
import { PRIORITY_OPTIONS, priorityChances } from "../../src/engine/priority_options.ts";
import { PlainEntries, PriorityEntries } from "../../src/engine/uring_entries.ts";
import { Units } from "../../src/io/units.ts";
import { specOf } from "../workload/support.ts";

const REALTIME = 0x2000;
const split = PRIORITY_OPTIONS.cmdprio_bssplit;

type Texts = { readonly [K in keyof typeof PRIORITY_OPTIONS]?: string };

function settingsOf(texts: Texts) {
  const values = Object.entries(PRIORITY_OPTIONS).map(([name, option]) => {
    const text = texts[name as keyof Texts];
    return [name, text === undefined ? option.fallback : option.parse(text, true)];
  });
  return Object.fromEntries(values);
}

test("a percentage is of reads and writes, in the realtime class unless another is written", () => {
  expect(priorityChances(settingsOf({ cmdprio_percentage: "20" }))).toEqual([
    { direction: 0, percent: 20, priority: REALTIME },
    { direction: 1, percent: 20, priority: REALTIME },
  ]);
  const texts = { cmdprio_percentage: "0,30", cmdprio_class: "2", cmdprio: "4", cmdprio_hint: "1" };
  expect(priorityChances(settingsOf(texts))).toEqual([
    { direction: 1, percent: 30, priority: 0x4000 + 8 + 4 },
  ]);
});

test("a split has a share for each length, and may have priorities of its own", () => {
  const texts = { cmdprio_bssplit: "4k/10:64k/50/3/7,4k/0:8k/5/2/1/3", cmdprio: "2" };
  expect(priorityChances(settingsOf(texts))).toEqual([
    { direction: 0, bytes: 4096, percent: 10, priority: REALTIME + 2 },
    { direction: 0, bytes: 65536, percent: 50, priority: 0x6007 },
    { direction: 1, bytes: 8192, percent: 5, priority: 0x4000 + 3 * 8 + 1 },
  ]);
});

test.each(["4k/10:64k/50", "4k/10/1/2:4k/30/3/0", "4k/10,8k/5/2/1/3", ",4k/10"])(
  "the split %s is written as it is read",
  (text) => {
    const value = split.parse(text, true);
    expect(split.parse(split.format(value), true)).toEqual(value);
  },
);

test.each(["4k", "4k/101", "4k/10/1", "4k/10/4/0", "4k/10/1/8", "4k/60:4k/50", "x/10", "a,b,c,d"])(
  "the split %s is refused",
  (text) => {
    expect(() => split.parse(text, true)).toThrow(Mistake);
  },
);

test("what cannot stand together is refused by both engines", () => {
  const spec = specOf({});
  for (const { refuse, options } of [ioUring, libaio]) {
    const usual = Object.fromEntries(Object.entries(options).map(([k, o]) => [k, o.fallback]));
    const why = (texts: Texts) => refuse?.(spec, { ...usual, ...settingsOf(texts) } as never);
    expect(why({ cmdprio_percentage: "5" })).toBeUndefined();
    expect(why({ cmdprio_percentage: "5", cmdprio_bssplit: "4k/5" })).toContain("leave one");
    expect(why({ cmdprio_class: "2" })).toContain("cmdprio_percentage");
  }
});

test("a ring's entry carries the priority of its unit, whatever it carried before", () => {
  const units = new Units(2);
  const entries = new Int32Array(3 * ENTRY_WORDS);
  const context = { units, entries, files: Int32Array.of(5), registered: false };
  const plain = new PlainEntries(context, { fixed: false, nowait: false, uncached: false });
  const prioritized = new PriorityEntries(plain, entries, units);
  units.priority[1] = 0x6007;
  prioritized.write(1);
  // opcode, flags, ioprio: struct io_uring_sqe.
  const [opcode, , low, high] = new Uint8Array(entries.buffer, ENTRY_WORDS * 4, 4);
  expect([opcode, low! + 256 * high!]).toEqual([OP.READ, 0x6007]);
  units.priority[1] = 0;
  prioritized.write(1);
  expect(entries[ENTRY_WORDS]).toBe(OP.READ);
});

test("a control block carries it too, and says that it does; a sync's does not", () => {
  const units = new Units(2);
  const blocks = new Int32Array(2 * BLOCK_WORDS);
  const plain = new PlainBlocks(units, blocks, Int32Array.of(5), false);
  const prioritized = new PriorityBlocks(plain, units, blocks);
  units.priority[1] = REALTIME;
  prioritized.transfer(1);
  const bytes = new DataView(blocks.buffer, BLOCK_WORDS * 4);
  // aio_lio_opcode, aio_reqprio, aio_flags: struct iocb; IOCB_FLAG_IOPRIO is 2.
  const seen = () => [16, 18, 56].map((at) => bytes.getUint16(at, true));
  expect(seen()).toEqual([0, REALTIME, 2]);
  units.priority[1] = 0;
  prioritized.transfer(1);
  expect(seen()).toEqual([0, 0, 0]);
  units.priority[1] = REALTIME;
  prioritized.transfer(1);
  units.direction[1] = SYNC;
  prioritized.sync(1);
  expect(seen()).toEqual([2, 0, 0]);
  expect(blocks[BLOCK_WORDS + BLOCK.DATA]).toBe(1);
});
