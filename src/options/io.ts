/** What a job does: engine, direction, block size, caching, syncing, and which blocks come next. */

import { sizes } from "../base/lists.ts";
import { everywhere } from "../base/option.ts";
import { amount, choice, flag, integer } from "../base/values.ts";
import { distributions } from "./distribution.ts";
import { engineName } from "./enginename.ts";
import { rwOption } from "./rw.ts";

const group = "i/o";

export const IO = {
  ioengine: engineName({
    group,
    summary: "how the data is moved",
    detail:
      "By default psync at depth 1; above it io_uring, or libaio where the kernel refuses " +
      "io_uring. The report says which and why. An engine that was named is never replaced.",
  }),
  rw: rwOption({
    group,
    summary: "direction and order of the work",
    detail:
      "trimwrite and randtrimwrite trim every block and then write it. Behind a colon: of a " +
      "sequential job the bytes to pass over after each unit, read:8k, below zero to run " +
      "backwards, read:-8k; of a random one the units from one new place to the next, " +
      "randread:8, with rw_sequencer.",
    aliases: ["readwrite"],
    fallback: "read",
  }),
  rwmixread: integer({
    group,
    metavar: "PERCENT",
    summary: "share of reads in a mix, in percent",
    detail: "The other side of rwmixwrite: where both are written, the last one counts.",
    fallback: 50,
    least: 0,
    most: 100,
  }),
  rwmixwrite: integer({
    group,
    metavar: "PERCENT",
    summary: "share of writes in a mix, in percent",
    fallback: 50,
    least: 0,
    most: 100,
  }),
  bs: sizes({
    group,
    summary: "bytes of a unit: for all directions, or for read, write and trim",
    detail:
      'One size, "4k,64k" by position (read, write, trim), or { read = "4k", write = "64k" }. By ' +
      "position a missing size at the end copies the last given, an empty one is 4k.",
    aliases: ["blocksize"],
    fallback: everywhere(4096),
    least: 1,
  }),
  blockalign: sizes({
    group,
    summary: "what random offsets are a multiple of; 0 for the block size",
    detail: "Other than the block size it implies norandommap.",
    aliases: ["ba"],
    fallback: everywhere(0),
    least: 0,
  }),
  io_size: amount({
    group,
    summary: "bytes of one pass, where they are not those of size",
    detail: "More than size goes round again, less ends earlier. A percentage is of size.",
    aliases: ["io_limit"],
    fallback: undefined,
    least: 1,
  }),
  number_ios: integer({
    group,
    summary: "units of one pass at most",
    fallback: undefined,
    least: 1,
  }),
  loops: integer({ group, summary: "how many passes", fallback: 1, least: 1 }),
  direct: flag({
    group,
    summary: "pass the page cache by (O_DIRECT)",
    detail: "The other side of buffered: where both are written, the last one counts.",
  }),
  buffered: flag({ group, summary: "go through the page cache", fallback: true }),
  sync: choice({
    group,
    summary: "open for writes that wait for the device: O_SYNC or O_DSYNC",
    values: ["none", "sync", "dsync"],
    spellings: { "0": "none", "1": "sync", false: "none", true: "sync" },
    fallback: "none",
  }),
  invalidate: flag({
    group,
    summary: "drop the files' cached pages before the start",
    detail: "Drops clean pages only. On a block device it needs root.",
    fallback: true,
  }),
  fsync: integer({
    group,
    summary: "fsync after every N writes; 0 for never",
    fallback: 0,
    least: 0,
  }),
  fdatasync: integer({
    group,
    summary: "fdatasync after every N writes; 0 for never",
    fallback: 0,
    least: 0,
  }),
  end_fsync: flag({
    group,
    summary: "fsync every file at the end of each pass",
    detail: "The time it takes counts as run time.",
  }),
  end_syncfs: flag({ group, summary: "syncfs every file's file system at the end of each pass" }),
  fsync_on_close: flag({ group, summary: "fsync a file when it is closed" }),
  norandommap: flag({
    group,
    summary: "draw random blocks without remembering which were done",
    detail: "Blocks may then repeat or be missed; with the map each comes exactly once a pass.",
  }),
  random_distribution: distributions({
    group,
    summary: "how often which part of a file is hit by a random job",
    detail:
      "random: all blocks alike. zipf:THETA[:CENTRE], pareto:H[:CENTRE], " +
      "normal:DEVIATION[:CENTRE] (in percent of the file): CENTRE, from 0 to 1, is where the " +
      "hottest block is; without it normal has it in the middle, and of zipf and pareto the " +
      "hot blocks are all over the file, the same ones for all who work on it. " +
      "zoned:ACCESSES/SPACE:… divides both in percent, zoned_abs the space in bytes. " +
      "sequence:BLOCK:… goes through a list. Or a table, as { zipf = 1.2, centre = 0.3 }, " +
      '{ zoned = [[60, 10], [40, 90]] } or { read = "zipf", write = "random" }; by position ' +
      "with commas. Other than random it implies norandommap. fathom fio has fio's formulas.",
  }),
  random_sequence_stride: flag({
    group,
    summary: "move a sequence on by its span after each cycle",
  }),
  randseed: integer({
    group,
    summary: "seed of all random numbers",
    detail: "Written, later passes go on with the random numbers; else each pass repeats them.",
    fallback: undefined,
    least: 0,
  }),
  randrepeat: flag({
    group,
    summary: "draw the same random numbers in every run",
    aliases: ["allrandrepeat"],
    fallback: true,
  }),
} as const;
