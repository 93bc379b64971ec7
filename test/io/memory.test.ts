import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { view } from "../../ffi/memory.ts";
import { allocateSpecial, type MemoryPlan } from "../../src/io/memory.ts";

const BYTES = 8192;

const PLAIN: MemoryPlan = {
  kind: "mmap",
  file: undefined,
  bytes: 2 * BYTES,
  hugePage: undefined,
  align: 0,
  locked: 0,
  note: undefined,
};

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "fathom-memory-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Buffers of two rows; `body` gets their bytes. They are freed also when it throws. */
function withMemory(changes: Partial<MemoryPlan>, body: (bytes: Uint8Array, base: number) => void) {
  const buffers = allocateSpecial({ bufferBytes: BYTES }, { ...PLAIN, ...changes });
  try {
    body(new Uint8Array(view(buffers.base, 2 * BYTES - (changes.align ?? 0))), buffers.base);
  } finally {
    buffers.free();
  }
}

/** System V segments this process has made; proc(5), /proc/sysvipc/shm. */
function segments(): number {
  const [, ...lines] = readFileSync("/proc/sysvipc/shm", "utf8").trimEnd().split("\n");
  return lines.filter((line) => Number(line.trim().split(/\s+/)[4]) === process.pid).length;
}

function locked(): number {
  return Number(/^VmLck:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}

/** The kernel's line of the mapping that holds an address; proc(5), /proc/self/maps. */
function mapping(address: number): string {
  const lines = readFileSync("/proc/self/maps", "utf8").split("\n");
  return lines.find((line) => {
    const [from, to] = (line.split(" ")[0] ?? "").split("-").map((hex) => Number.parseInt(hex, 16));
    return address >= from! && address < to!;
  })!;
}

describe("memory of a kind", () => {
  for (const kind of ["mmap", "mmapshared", "shm"] as const) {
    test(`${kind} is zeroed, writable, aligned to a page, and gone when it is freed`, () => {
      let was = 0;
      withMemory({ kind }, (bytes, base) => {
        was = base;
        expect(base % 4096).toBe(0);
        expect(bytes.every((byte) => byte === 0)).toBe(true);
        expect(mapping(base).split(" ")[1]).toBe(kind === "mmap" ? "rw-p" : "rw-s");
        bytes.fill(7);
      });
      expect(mapping(was)?.includes("SYSV") ?? false).toBe(false);
    });
  }

  test("a segment is marked for removal at once, and removed with the last who has it", () => {
    const before = segments();
    withMemory({ kind: "shm" }, (_, base) => {
      expect(segments()).toBe(before + 1);
      expect(mapping(base)).toContain("/SYSV00000000 (deleted)");
    });
    expect(segments()).toBe(before);
  });

  test("lies where iomem_align says behind a page", () => {
    for (const align of [1, 512, 4096, 5000]) {
      for (const kind of ["mmap", "shm"] as const) {
        withMemory({ kind, align, bytes: 4 * BYTES }, (_, base) => {
          expect(base % 4096).toBe(align % 4096);
        });
      }
    }
  });

  test("locked memory lies beside the buffers until they are freed", () => {
    const before = locked();
    withMemory({ locked: 3 * 2 ** 20 }, () => expect(locked() - before).toBe(3072));
    expect(locked()).toBe(before);
  });
});

describe("memory of a file", () => {
  const at = (path: string) => ({ file: { path, regular: true } });

  test("a file that was not there has no name any more once it is mapped", () => {
    for (const kind of ["mmap", "mmapshared"] as const) {
      const path = join(directory, kind);
      withMemory({ kind, ...at(path) }, (bytes, base) => {
        expect(existsSync(path)).toBe(false);
        expect(mapping(base)).toContain(`${path} (deleted)`);
        bytes.fill(9);
      });
    }
  });

  test("one that was there stays, with what mmap put elsewhere and mmapshared into it", () => {
    const path = join(directory, "kept");
    writeFileSync(path, "precious");
    withMemory({ kind: "mmap", ...at(path) }, (bytes) => {
      expect(new TextDecoder().decode(bytes.subarray(0, 8))).toBe("precious");
      bytes.fill(9);
    });
    expect(readFileSync(path, "utf8").slice(0, 8)).toBe("precious");
    expect(statSync(path).size).toBe(2 * BYTES);
    withMemory({ kind: "mmapshared", ...at(path) }, (bytes) => bytes.fill(9));
    expect(readFileSync(path).every((byte) => byte === 9)).toBe(true);
    truncateSync(path, 100_000);
    withMemory({ kind: "mmapshared", ...at(path) }, () => {});
    expect(statSync(path).size).toBe(100_000);
  });

  test("that cannot be made says so, and leaves nothing locked", () => {
    const before = locked();
    const file = { path: "/no/such/f", regular: true };
    expect(() => withMemory({ file, locked: 2 ** 20 }, () => {})).toThrow(
      "open /no/such/f: ENOENT",
    );
    expect(locked()).toBe(before);
  });

  test("huge pages of a file that is in no hugetlbfs are refused with where one would be", () => {
    const path = join(directory, "huge");
    const hugePage = { bytes: 2 ** 21, asked: 0 };
    expect(() =>
      withMemory({ kind: "mmaphuge", hugePage, bytes: 2 ** 21, ...at(path) }, () => {}),
    ).toThrow("huge pages are of a file in a mounted hugetlbfs");
    expect(existsSync(path)).toBe(false);
  });
});

test("huge pages that are not there are ENOMEM, with where to look", () => {
  const bytes = 2 ** 46;
  for (const kind of ["mmaphuge", "shmhuge"] as const) {
    const ask = () => withMemory({ kind, bytes, hugePage: { bytes: 2 ** 21, asked: 0 } }, () => {});
    expect(ask).toThrow("HugePages_Free of /proc/meminfo says how many huge pages there are");
  }
});
