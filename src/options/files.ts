/** What becomes of a job's files around its units: how they come to be, are opened, and go. */

import { rangeSync } from "../base/rangesync.ts";
import { service } from "../base/service.ts";
import { choice, flag, integer, text } from "../base/values.ts";
import { path } from "./target.ts";

const group = "target";

export const FILES = {
  opendir: text({
    group,
    metavar: "PATH",
    fallback: undefined,
    check: path,
    summary: "work on every regular file below a directory",
    detail:
      "In the order of their names, behind those of filename. Links are not followed, devices " +
      "are passed over, and so are files without room for a block; nrfiles is not looked at.",
  }),
  openfiles: integer({
    group,
    summary: "files open at the same time at most; others are opened and closed in rotation",
    detail:
      "A file is opened when a unit turns to it. Where all have units in flight, the unit waits " +
      "for the first to be done. By default all files are open from the start.",
    fallback: undefined,
    least: 1,
    most: 1_000_000,
  }),
  file_service_type: service({
    group,
    summary: "which of its files a job turns to next",
    detail:
      "In turn (roundrobin), one after the other to its end (sequential), or drawn: all alike " +
      "(random), or some more often (zipf, pareto, normal). A number after roundrobin and random " +
      "is how many units go to a file before the next; after the others it is theta of zipf " +
      "(1.1), h of pareto (0.2), the deviation of normal in percent (0).",
  }),
  file_append: flag({
    group,
    summary: "start behind the end of each regular file that is there",
    detail: "As if offset were the size that the file has when the run begins.",
  }),
  lockfile: choice({
    group,
    summary: "hold a lock on the file during each unit, among the jobs of the run that ask for it",
    detail:
      "exclusive: one unit at a time in each file. readwrite: one write, or any number of reads. " +
      "Jobs get it in the order in which they ask, and the wait is part of the latency. A job " +
      "that has several units in flight cannot have it.",
    values: ["none", "exclusive", "readwrite"],
    fallback: "none",
  }),
  create_serialize: flag({
    group,
    summary: "lay files out one after the other before any job starts",
    detail: "false: each job lays its own files out, at the same time as the others of its stage.",
    fallback: true,
  }),
  create_on_open: flag({
    group,
    summary: "make a file when a unit first turns to it, without layout or space set aside",
    detail: "A job that also reads needs its files whole before it starts.",
  }),
  allow_file_create: flag({
    group,
    summary: "make files that are not there, else refuse the run",
    fallback: true,
  }),
  pre_read: flag({
    group,
    summary: "read the job's part of its files into the page cache before the start",
    detail: "Implies invalidate = false.",
  }),
  unlink_each_loop: flag({
    group,
    summary: "delete the job's regular files after each pass but the last",
    detail: "The next pass makes them anew, so it is for jobs that only write.",
  }),
  fill_device: flag({
    group,
    summary: "write until no space is left, which then is success",
    aliases: ["fill_fs"],
    detail:
      "size is not looked at: files grow until the file system or a quota is full, a device is " +
      "written from its offset to its end. Blocks at random places are drawn over the space that " +
      "is free at the start.",
  }),
  unique_filename: flag({
    group,
    summary: "put the client's address into made names, where a server runs the job",
    detail: "A job that is run from its own command line has no client, and its names are plain.",
    fallback: true,
  }),
  fadvise_hint: choice({
    group: "i/o",
    summary: "what to tell the kernel of the order to come (posix_fadvise)",
    detail: "auto says random or sequential as rw does.",
    values: ["auto", "none", "random", "sequential", "noreuse"],
    spellings: { "0": "none", "1": "auto", false: "none", true: "auto" },
    fallback: "auto",
  }),
  write_hint: choice({
    group: "i/o",
    summary: "how long what is written will live, told to the kernel (F_SET_RW_HINT)",
    values: ["none", "short", "medium", "long", "extreme"],
    fallback: undefined,
  }),
  sync_file_range: rangeSync({
    group: "i/o",
    summary: "sync_file_range after every N writes, over what was written since the last",
    detail:
      "The words say which of its three steps: wait_before for pages that are being written, " +
      "write to start writing, wait_after for that to end. It is no fsync: neither the device's " +
      "cache nor metadata is written.",
    fallback: undefined,
  }),
  atomic: flag({
    group: "i/o",
    summary: "write each block whole or not at all (RWF_ATOMIC)",
    detail:
      "Implies direct. Needs io_uring, libaio or pvsync2, Linux 6.11, and a device and file " +
      "system that offer it for blocks of this size.",
  }),
  write_barrier: integer({
    group: "i/o",
    summary: "make every Nth write a barrier, which no engine can",
    detail:
      "Linux took barriers out of its block layer in 2.6.37, and fio's engines pass the mark " +
      "over. It is taken, and the report says that it does nothing; fsync or fdatasync order " +
      "writes.",
    fallback: 0,
    least: 0,
  }),
} as const;
