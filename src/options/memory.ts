/** What kind of memory the buffers of a job are of, and what of it is locked. */
import { didYouMean } from "../base/nearest.ts";
import type { Option, RawValue } from "../base/option.ts";
import { Mistake } from "../base/problem.ts";
import { quote, show } from "../base/quote.ts";
import { option, size } from "../base/values.ts";

const group = "buffers";

const KINDS = ["malloc", "mmap", "mmapshared", "mmaphuge", "shm", "shmhuge"] as const;
/** Those that can be a file's. */
const OF_FILES: readonly Kind[] = ["mmap", "mmapshared", "mmaphuge"];

type Kind = (typeof KINDS)[number];

export interface Memory {
  readonly kind: Kind;
  /** Path after the colon. */
  readonly file: string | undefined;
}

function readMemory(raw: RawValue): Memory {
  if (typeof raw !== "string") {
    throw new Mistake(`${show(raw)} is not a word; write one of ${KINDS.join(", ")}`);
  }
  const colon = raw.indexOf(":");
  const word = colon < 0 ? raw : raw.slice(0, colon);
  if (word === "cudamalloc") {
    throw new Mistake("cudamalloc is memory of a graphics processor, which fathom has no use for");
  }
  const kind = KINDS.find((one) => one === word);
  if (kind === undefined) {
    throw new Mistake(`${quote(raw)} is none of ${KINDS.join(", ")}${didYouMean(word, KINDS)}`);
  }
  if (colon < 0) return { kind, file: undefined };
  const file = raw.slice(colon + 1);
  if (!OF_FILES.includes(kind)) {
    throw new Mistake(`${kind} takes no file; write ${kind}, or mmap:${file || "PATH"}`);
  }
  if (file === "" || file.includes("\0")) {
    throw new Mistake(`${quote(raw)} names no file; write ${kind}:PATH, or ${kind} alone`);
  }
  return { kind, file };
}

const mem: Option<Memory> = option<Memory, Memory>(
  {
    group,
    summary: "which kind of memory buffers are of",
    detail:
      "malloc, mmap: memory of this process. mmapshared: a shared mapping. mmaphuge, shmhuge: " +
      "huge pages. shm: a System V segment. The three of mmap take a file after a colon, as in " +
      "mmap:/path: what is there is used, what is not is made and removed; mmapshared and " +
      "mmaphuge then write into it. A second job of a path has the path with .1 behind it.",
    aliases: ["iomem"],
    fallback: { kind: "malloc", file: undefined },
  },
  {
    metavar: "WORD[:FILE]",
    parse: readMemory,
    format: ({ kind, file }) => (file === undefined ? kind : `${kind}:${file}`),
    schema: {
      anyOf: [
        { enum: [...KINDS] },
        { type: "string", pattern: `^(${OF_FILES.join("|")}):[\\s\\S]+$` },
      ],
    },
  },
);

export const MEMORY = {
  mem,
  iomem_align: size({
    group,
    summary: "distance of the buffers from a page",
    aliases: ["mem_align"],
    fallback: 0,
  }),
  "hugepage-size": size({
    group,
    summary: "size of a huge page for shmhuge and mmaphuge",
    detail:
      "By default the one that this system has, Hugepagesize in /proc/meminfo. One of the others " +
      "it has gives pages of that size, a multiple of its usual one rounds the buffers up to it.",
    least: 1,
    fallback: undefined,
  }),
  lockmem: size({
    group,
    summary: "memory to lock beside the buffers, so that the page cache has less",
    detail: "For each clone; at most the machine's memory less 128 MiB.",
    fallback: 0,
  }),
} as const;
