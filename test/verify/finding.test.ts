/**
 * Damage of every kind planted into pieces of every kind: none goes unseen, and each is called what
 * it is. Seeded.
 */
import { expect, test } from "bun:test";
import type { Look } from "../../src/measure/finding.ts";
import { CHECKSUMS, type ChecksumName } from "../../src/verify/checksums.ts";
import { findingOf } from "../../src/verify/finding.ts";
import { Header } from "../../src/verify/header.ts";
import { FINE, type Pieces, ZEROS } from "../../src/verify/piece.ts";
import { headerOf, memory, piecesOf } from "./support.ts";

const BYTES = 4096;
const SECTOR = 512;

/** A small generator (Numerical Recipes), so that a failure comes again. */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Planted {
  readonly look: Look;
  /** Changes the good bytes; `older` and `elsewhere` are pieces that could stand there instead. */
  plant(good: Uint8Array, below: (count: number) => number, others: Others): void;
}

interface Others {
  readonly older: Uint8Array;
  readonly elsewhere: Uint8Array;
  /** Bytes of header and checksum. */
  readonly head: number;
}

const DAMAGE: Readonly<Record<string, Planted>> = {
  "a bit of the header": {
    look: "bit_flip",
    plant: (good, below, { head }) => turn(good, below(Math.max(1, head) * 8)),
  },
  "a bit of the data": {
    look: "bit_flip",
    plant: (good, below, { head }) => turn(good, head * 8 + below((BYTES - head) * 8)),
  },
  "zeros all over": { look: "zeros", plant: (good) => good.fill(0) },
  "a sector of zeros": {
    look: "zeros",
    plant: (good, below) => {
      const at = below(BYTES / SECTOR) * SECTOR;
      good.fill(0, at, at + SECTOR);
    },
  },
  "another block": { look: "shifted", plant: (good, _, { elsewhere }) => good.set(elsewhere) },
  "an older block": { look: "stale", plant: (good, _, { older }) => good.set(older) },
  "older sectors at the end": {
    look: "torn",
    plant: (good, below, { older }) => {
      const from = (1 + below(BYTES / SECTOR - 1)) * SECTOR;
      good.set(older.subarray(from), from);
    },
  },
};

function turn(bytes: Uint8Array, bit: number): void {
  bytes[bit >> 3] = bytes[bit >> 3]! ^ (1 << (bit & 7));
}

const NAMES = [...(Object.keys(CHECKSUMS) as ChecksumName[]), "pattern" as const];
const ROUNDS = 8;

/** The header alone, or the same pattern everywhere: such damage leaves nothing to see. */
function visible(name: (typeof NAMES)[number], damage: string): boolean {
  const headOnly = name === "meta";
  if (headOnly) return !["a bit of the data", "older sectors at the end"].includes(damage);
  const patterned = name.startsWith("pattern");
  if (patterned && damage === "older sectors at the end") return false;
  return name !== "pattern" || !["another block", "an older block"].includes(damage);
}

function make(pieces: Pieces, header: Header): Uint8Array {
  const row = memory(BYTES + 16);
  pieces.make(row, 0, BYTES, header);
  return row.bytes.slice(0, BYTES);
}

test.each(
  NAMES.flatMap((name) => [false, true].map((old) => [name, old ? "old" : "new"] as const)),
)("%s with the %s header: all damage is seen and called by its name", (name, age) => {
  const below = numbers(NAMES.indexOf(name) + (age === "old" ? 100 : 0));
  for (const headerAt of name === "pattern" ? [0] : [0, 512]) {
    const pieces = piecesOf(name, { old: age === "old", headerAt });
    const { form } = pieces;
    const head = (form.layout?.bytes ?? 0) + form.checksumBytes;
    const wanted = headerOf({ length: BYTES });
    const others = {
      older: make(pieces, headerOf({ length: BYTES, sequence: 5, seedLow: 99 })),
      elsewhere: make(pieces, headerOf({ length: BYTES, offset: 40_960, sequence: 12 })),
      head: headerAt > 0 ? 0 : head,
    };
    for (const [damage, { look, plant }] of Object.entries(DAMAGE)) {
      if (!visible(name, damage) || (headerAt > 0 && damage === "a bit of the header")) continue;
      for (let round = 0; round < ROUNDS; round++) {
        const row = memory(BYTES + 16);
        row.bytes.set(make(pieces, headerOf({ length: BYTES })));
        expect(pieces.examine(row, 0, BYTES, wanted, new Header())).toBe(FINE);
        plant(row.bytes.subarray(0, BYTES), below, others);
        if (
          name === "meta" &&
          damage === "a sector of zeros" &&
          headUntouched(row.bytes, head, headerAt)
        )
          continue;
        const wrong = pieces.examine(row, 0, BYTES, wanted, new Header());
        const finding =
          wrong === FINE
            ? undefined
            : findingOf(
                {
                  path: "f",
                  block: { offset: wanted.offset, length: BYTES },
                  row,
                  from: 0,
                  to: BYTES,
                  wanted,
                  known: true,
                  wrong,
                  timeOf: () => null,
                },
                pieces,
              );
        expect({ name, damage, headerAt, round, look: finding?.look }).toEqual({
          name,
          damage,
          headerAt,
          round,
          look,
        });
      }
    }
  }
});

function headUntouched(bytes: Uint8Array, head: number, headerAt: number): boolean {
  return bytes.subarray(headerAt, headerAt + head).some((byte) => byte !== 0);
}

test("a trimmed piece must be zeros", () => {
  const row = memory(BYTES);
  row.bytes[700] = 1;
  const finding = findingOf(
    {
      ...{ path: "f", row, from: 0, to: BYTES, wanted: headerOf(), known: true, wrong: ZEROS },
      block: { offset: 8192, length: BYTES },
      timeOf: () => null,
    },
    piecesOf("md5"),
  );
  expect(finding).toMatchObject({
    check: "zeros",
    firstWrong: 8892,
    lastWrong: 8892,
    wrongBits: 1,
  });
});
