import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { SystemError } from "../../src/base/errors.ts";
import { parsePattern } from "../../src/base/pattern.ts";
import { type LayoutSpec, layOut, layoutsOf } from "../../src/io/layout.ts";
import type { Target } from "../../src/io/target.ts";
import { PLAIN_BLOCKS, PLAIN_PAGES } from "./support.ts";

const MIB = 1 << 20;
const SPEC: LayoutSpec = {
  ...PLAIN_PAGES,
  ...PLAIN_BLOCKS,
  fallocate: "native",
  create_fsync: true,
  zero_buffers: false,
  bs: { read: 4096, write: 4096, trim: 4096 },
};

function targetOf(path: string, layout: number, size = 0): Target {
  return { path, kind: "regular", exists: size > 0, size, offset: 0, length: layout, layout };
}

function inDirectory(body: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), "fathom-layout-"));
  try {
    body(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const never = () => false;
const ignore = () => {};

describe("layOut", () => {
  test("makes a file of the size asked for, full of data that does not compress", () => {
    inDirectory((t) => {
      expect(layOut(targetOf(`${t}/f`, 2 * MIB + 1234), SPEC, ignore, never)).toBe(true);
      const bytes = readFileSync(`${t}/f`);
      expect(bytes.length).toBe(2 * MIB + 1234);
      expect(gzipSync(bytes).length).toBeGreaterThan(bytes.length * 0.99);
      expect(statSync(`${t}/f`).blocks * 512).toBeGreaterThanOrEqual(bytes.length);
    });
  });

  test("keeps what is there and fills only what is missing", () => {
    inDirectory((t) => {
      writeFileSync(`${t}/f`, "precious");
      expect(layOut(targetOf(`${t}/f`, 4096, 8), SPEC, ignore, never)).toBe(true);
      const bytes = readFileSync(`${t}/f`);
      expect(bytes.length).toBe(4096);
      expect(bytes.subarray(0, 8).toString()).toBe("precious");
      expect(bytes.subarray(8).some((byte) => byte !== 0)).toBe(true);
    });
  });

  test("does nothing to a file that is long enough, or that needs no layout", () => {
    inDirectory((t) => {
      writeFileSync(`${t}/f`, "x".repeat(9000));
      const { mtimeNs } = statSync(`${t}/f`, { bigint: true });
      expect(layOut(targetOf(`${t}/f`, 4096), SPEC, ignore, never)).toBe(true);
      expect(layOut(targetOf(`${t}/none`, 0), SPEC, ignore, never)).toBe(true);
      expect(statSync(`${t}/f`, { bigint: true })).toMatchObject({ size: 9000n, mtimeNs });
      expect(existsSync(`${t}/none`)).toBe(false);
    });
  });

  test("tells the bytes of each block, which add up to what was missing", () => {
    inDirectory((t) => {
      writeFileSync(`${t}/f`, "x".repeat(1000));
      const told: number[] = [];
      layOut(targetOf(`${t}/f`, 3 * MIB, 1000), SPEC, (bytes) => told.push(bytes), never);
      expect(told).toEqual([MIB - 1000, MIB, MIB]);
    });
  });

  test("grows the file only as it is filled, so that one that is killed is visibly short", () => {
    inDirectory((t) => {
      const sizes: number[] = [];
      const look = () => sizes.push(statSync(`${t}/f`).size);
      layOut(targetOf(`${t}/f`, 3 * MIB), SPEC, look, never);
      expect(sizes).toEqual([MIB, 2 * MIB, 3 * MIB]);
    });
  });

  test("stopped between blocks, removes the file it made", () => {
    inDirectory((t) => {
      let written = 0;
      const target = targetOf(`${t}/f`, 8 * MIB);
      const stopped = () => written >= 2 * MIB;
      const whole = layOut(target, SPEC, (bytes) => (written += bytes), stopped);
      expect(whole).toBe(false);
      expect(written).toBe(2 * MIB);
      expect(existsSync(`${t}/f`)).toBe(false);
    });
  });

  test("stopped, leaves a file that was there as it was", () => {
    inDirectory((t) => {
      writeFileSync(`${t}/f`, "precious");
      let blocks = 0;
      const stopped = () => ++blocks > 1;
      expect(layOut(targetOf(`${t}/f`, 8 * MIB, 8), SPEC, ignore, stopped)).toBe(false);
      expect(readFileSync(`${t}/f`, "utf8")).toBe("precious");
    });
  });

  test("without fsync and preallocation gives the same bytes", () => {
    inDirectory((t) => {
      for (const fallocate of ["none", "keep", "posix", "truncate"] as const) {
        const spec = { ...SPEC, fallocate, create_fsync: false };
        expect(layOut(targetOf(`${t}/${fallocate}`, MIB), spec, ignore, never)).toBe(true);
        const bytes = readFileSync(`${t}/${fallocate}`);
        expect(bytes.length).toBe(MIB);
        expect(bytes.subarray(MIB - 4096).some((byte) => byte !== 0)).toBe(true);
      }
    });
  });

  test("fills with zeros or a pattern where the buffers are so", () => {
    inDirectory((t) => {
      layOut(targetOf(`${t}/zero`, 5000), { ...SPEC, zero_buffers: true }, ignore, never);
      expect(readFileSync(`${t}/zero`).every((byte) => byte === 0)).toBe(true);
      const buffer_pattern = parsePattern("0x010203");
      layOut(targetOf(`${t}/pattern`, MIB + 8), { ...SPEC, buffer_pattern }, ignore, never);
      const bytes = readFileSync(`${t}/pattern`);
      expect(bytes.every((byte, i) => byte === 1 + ((i % 4096) % 3))).toBe(true);
    });
  });

  test("a pattern begins anew in every block, also in a file with a beginning", () => {
    inDirectory((t) => {
      for (const write of [512, 3000, 2 * MIB]) {
        const buffer_pattern = parsePattern('%o"x"');
        const spec = { ...SPEC, bs: { ...SPEC.bs, write }, buffer_pattern };
        writeFileSync(`${t}/f${write}`, "precious");
        layOut(targetOf(`${t}/f${write}`, 2 * MIB + 5000, 8), spec, ignore, never);
        const bytes = readFileSync(`${t}/f${write}`);
        expect(bytes.length).toBe(2 * MIB + 5000);
        const wrong = bytes.findIndex((byte, i) => {
          const at = i % write;
          const place = at % 9;
          const due = place === 8 ? 0x78 : Math.floor((i - at) / 256 ** place) % 256;
          return i >= 8 && byte !== due;
        });
        expect(wrong).toBe(-1);
      }
    });
  });

  test("what is random is the same when it is made again, and differs between files", () => {
    inDirectory((t) => {
      const made = (name: string, randseed?: number) => {
        rmSync(`${t}/${name}`, { force: true });
        layOut(targetOf(`${t}/${name}`, 8192), { ...SPEC, randseed }, ignore, never);
        return readFileSync(`${t}/${name}`).toHex();
      };
      expect(made("a")).toBe(made("a"));
      expect(new Set([made("a"), made("b"), made("a", 7)]).size).toBe(3);
    });
  });

  test("a pattern is that of the longest block where there are several", () => {
    inDirectory((t) => {
      const range = { least: 512, most: 6000 };
      const bsrange = { read: range, write: range, trim: range };
      const spec = { ...SPEC, bsrange, buffer_pattern: parsePattern("%o") };
      layOut(targetOf(`${t}/f`, 20_000), spec, ignore, never);
      const bytes = readFileSync(`${t}/f`);
      for (let at = 0; at + 8 <= 6000; at += 8) expect(bytes.readUInt32LE(6000 + at)).toBe(6000);
    });
  });

  test("compresses and repeats blocks as the job's writes would", () => {
    inDirectory((t) => {
      const paged = { buffer_compress_percentage: 75, dedupe_percentage: 50 };
      const bs = { ...SPEC.bs, write: 3001 };
      layOut(targetOf(`${t}/f`, 2 * MIB + 1001), { ...SPEC, ...paged, bs }, ignore, never);
      const bytes = readFileSync(`${t}/f`);
      expect(bytes.length).toBe(2 * MIB + 1001);
      const blocks = Math.floor(bytes.length / 3001);
      const each = Array.from({ length: blocks }, (_, i) =>
        bytes.subarray(i * 3001, i * 3001 + 3001),
      );
      const unique = new Set(each.map((block) => block.toHex()));
      expect(Math.abs(unique.size / blocks - 0.5)).toBeLessThan(0.05);
      const one = Buffer.concat([...unique].map((hex) => Buffer.from(hex, "hex")));
      expect(Math.abs(Bun.zstdCompressSync(one).length / one.length - 0.25)).toBeLessThan(0.03);
    });
  });

  test("fills what a dangling symlink points to", () => {
    inDirectory((t) => {
      symlinkSync(`${t}/real`, `${t}/link`);
      layOut(targetOf(`${t}/link`, 4096), SPEC, ignore, never);
      expect(statSync(`${t}/real`).size).toBe(4096);
    });
  });

  test("names file and reason when there is no room, and leaves nothing behind", () => {
    inDirectory((t) => {
      let error: unknown;
      try {
        layOut(targetOf(`${t}/f`, 2 ** 44), SPEC, ignore, () => true);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(SystemError);
      expect((error as SystemError).message).toMatch(
        new RegExp(`^fallocate ${t}/f: (ENOSPC|EFBIG) \\(.*\\)`),
      );
      expect(existsSync(`${t}/f`)).toBe(false);
    });
  });

  test("a directory that is missing is a SystemError with path and meaning", () => {
    const open = () => layOut(targetOf("/no/such/f", 4096), SPEC, ignore, never);
    expect(open).toThrow("open /no/such/f: ENOENT (no such file or directory)");
  });
});

describe("layoutsOf", () => {
  test("has each file once, with the longest layout wanted and what is missing", () => {
    const jobs = [
      { spec: SPEC, targets: [targetOf("a", 100, 40), targetOf("b", 0)] },
      { spec: SPEC, targets: [targetOf("a", 50, 40), targetOf("c", 7)] },
      { spec: SPEC, targets: [targetOf("a", 200, 40)] },
    ];
    const found = layoutsOf(jobs).map(({ target, bytes }) => [target.path, target.layout, bytes]);
    expect(found).toEqual([
      ["a", 200, 160],
      ["c", 7, 7],
    ]);
  });
});
