/** Where fathom is meant to answer otherwise than Debian's fio 3.33: line, fio's answer, why. */
export const DIFFERENCES: readonly (readonly [
  line: string,
  fio: "takes" | "refuses",
  why: string,
])[] = [
  ["--filetype=none", "refuses", "the option is newer than 3.33"],
  ["--filetype=file", "refuses", "the option is newer than 3.33"],
  ["--filetype=block", "refuses", "the option is newer than 3.33"],
  ["--filetype=char", "refuses", "the option is newer than 3.33"],
  ["--iodepth=-1", "takes", "fio takes it for 4294967295 and then finds no memory"],
  ["--size=1k --bs=4k", "takes", "fio refuses it when it runs"],
  ["--ioengine=pvsync2 --hipri", "takes", "without direct the kernel refuses every unit"],
  ["--bssplit=4k/60:8k/50", "takes", "its shares come to more than 100 percent"],
  ["--readwrite=read:x", "takes", "x is no size; fio goes on without a skip"],
  ["--ioengine=mmap", "takes", "not implemented yet"],
];

/** The same of job files: what stands in them, fio's answer, why. */
export const FILE_DIFFERENCES: readonly (readonly [
  what: RegExp,
  fio: "takes" | "refuses",
  why: string,
])[] = [
  [/=\(/, "refuses", "Debian's fio is built without the arithmetic that its manual has"],
  [/^rw = /m, "refuses", "for fio the blank is a part of the word; in numbers it is none"],
  [/^filetype=/m, "refuses", "the option is newer than 3.33"],
  [/^iodepth=-1/m, "takes", "fio takes it for 4294967295 and then finds no memory"],
];
