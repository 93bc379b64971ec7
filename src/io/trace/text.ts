/**
 * fio's own traces, version 2 and 3 (fio's manual, "Trace file format"): a line an action, of
 * version 3 with its time in µs in front. Version 2 has waits instead of times. A file is added,
 * opened, worked on and closed, in that order; a line that says anything else is a mistake with
 * its number. Opening and closing are checked and otherwise nothing: a replay keeps its files open.
 */
import { quote } from "../../base/quote.ts";
import type { ByteStream } from "./stream.ts";
import { ACTIONS, TraceMistake, TraceReader } from "./trace.ts";

const HEADER = /^fio version (\d+) iolog\s*$/;
const BLANK = 32;
const TAB = 9;
const RETURN = 13;
const ZERO = 48;
const MOST_WORDS = 64;
const NS = 1000;

interface TracedFile {
  readonly name: string;
  /** How often it is open: jobs that wrote into one trace each open it. */
  opens: number;
  /** Its place among the files that are worked on; -1 as long as it is none. */
  index: number;
}

const decoder = new TextDecoder();

export class TextTrace extends TraceReader {
  readonly #starts = new Int32Array(MOST_WORDS);
  readonly #ends = new Int32Array(MOST_WORDS);
  readonly #files = new Map<string, TracedFile>();
  #version = 0;
  #line = 0;
  /** Added to the times of a run that was appended to others. */
  #base = 0;
  /** The name last looked up, as bytes; nearly every line has that of the line before. */
  #name = new Uint8Array(0);
  #last: TracedFile | undefined;

  constructor(
    private readonly stream: ByteStream,
    private readonly path: string,
  ) {
    super();
  }

  next(): boolean {
    for (;;) {
      const start = this.stream.at;
      const end = this.stream.line();
      if (end === -1) return this.#finish();
      this.#line++;
      if (end === -2) throw this.#mistake("a line of more than 256 KiB");
      const from = start === this.stream.at ? start : this.stream.at;
      const entry = this.#read(this.stream.buffer, from, end);
      this.stream.at = Math.min(end + 1, this.stream.end);
      if (entry) return true;
    }
  }

  /** An empty file is no trace. */
  #finish(): false {
    if (this.#version === 0) throw this.#mistake("the trace is empty");
    return false;
  }

  /** Whether the line is an entry. */
  #read(bytes: Uint8Array, from: number, to: number): boolean {
    const words = this.#split(bytes, from, to);
    if (words === 0) return false;
    if (this.#version === 0 || bytes[this.#starts[0]!] === 0x66) {
      if (this.#header(bytes, from, to)) return false;
    }
    const first = this.#version === 3 ? 1 : 0;
    if (first === 1) {
      const stamp = this.#number(bytes, 0);
      if (stamp < 0) throw this.#mistake(`${this.#show(bytes, 0)} is no time in µs`);
      this.time = Math.max(this.time, this.#base + stamp * NS);
    }
    const numbers = this.#trailing(bytes, words, first);
    const at = words - 1 - numbers;
    if (at <= first) throw this.#mistake(`${quote(this.#text(bytes, from, to))} is no action`);
    const action = this.#text(bytes, this.#starts[at]!, this.#ends[at]!);
    const nameFrom = this.#starts[first]!;
    const nameTo = this.#ends[at - 1]!;
    if (numbers === 0) {
      this.#manage(action, bytes, nameFrom, nameTo);
      return false;
    }
    if (action === "wait") return this.#wait(this.#number(bytes, at + 1));
    if (numbers < 2) throw this.#mistake(`${action} needs an offset and a length`);
    return this.#unit(action, bytes, nameFrom, nameTo, at);
  }

  #unit(action: string, bytes: Uint8Array, from: number, to: number, at: number): boolean {
    if (!Object.hasOwn(ACTIONS, action)) throw this.#unknown(action);
    this.action = ACTIONS[action as keyof typeof ACTIONS];
    const file = this.#find(bytes, from, to);
    if (file.opens === 0) {
      throw this.#mistake(`${action} of ${quote(file.name)}, which is not open`);
    }
    if (file.index < 0) file.index = this.names.push(file.name) - 1;
    this.file = file.index;
    this.offset = this.#number(bytes, at + 1);
    this.length = this.#number(bytes, at + 2);
    if (action === "sync" || action === "datasync") {
      this.offset = 0;
      this.length = 0;
      return true;
    }
    if (this.offset + this.length > Number.MAX_SAFE_INTEGER) {
      throw this.#mistake(`${action} beyond 8 PiB`);
    }
    if (this.length === 0) throw this.#mistake(`${action} of 0 bytes`);
    return true;
  }

  #wait(us: number): false {
    if (this.#version === 3) {
      throw this.#mistake("version 3 has times and no waits");
    }
    this.time += us * NS;
    return false;
  }

  #manage(action: string, bytes: Uint8Array, from: number, to: number): void {
    if (action === "add") {
      this.#add(this.#text(bytes, from, to));
      return;
    }
    if (action !== "open" && action !== "close") throw this.#unknown(action);
    const file = this.#find(bytes, from, to);
    if (action === "close" && file.opens === 0) {
      throw this.#mistake(`close of ${quote(file.name)}, which is not open`);
    }
    file.opens += action === "open" ? 1 : -1;
  }

  #add(name: string): void {
    if (!this.#files.has(name)) this.#files.set(name, { name, opens: 0, index: -1 });
  }

  /** A file that was added. */
  #find(bytes: Uint8Array, from: number, to: number): TracedFile {
    const known = this.#name;
    if (known.length === to - from) {
      let same = from;
      while (same < to && bytes[same] === known[same - from]) same++;
      if (same === to && this.#last !== undefined) return this.#last;
    }
    const name = this.#text(bytes, from, to);
    const file = this.#files.get(name);
    if (file === undefined) throw this.#mistake(`${quote(name)} was not added before`);
    this.#name = bytes.slice(from, to);
    this.#last = file;
    return file;
  }

  /** Whether it is a header; the first line must be one, a later one begins a run appended. */
  #header(bytes: Uint8Array, from: number, to: number): boolean {
    const match = HEADER.exec(this.#text(bytes, from, Math.min(to, from + 80)));
    if (match === null) {
      if (this.#version !== 0) return false;
      throw this.#mistake('a trace begins with the line "fio version 3 iolog"');
    }
    const version = Number(match[1]);
    if (version !== 2 && version !== 3) {
      throw this.#mistake(`version ${version} of fio's traces; 2 and 3 can be read`);
    }
    if (this.#version !== 0 && this.#version !== version) {
      throw this.#mistake(`a trace of version ${version} after one of version ${this.#version}`);
    }
    this.#version = version;
    this.#base = this.time;
    return true;
  }

  /** Finds the words of a line; how many. */
  #split(bytes: Uint8Array, from: number, to: number): number {
    let words = 0;
    let inside = false;
    for (let at = from; at < to; at++) {
      const byte = bytes[at]!;
      const blank = byte === BLANK || byte === TAB || byte === RETURN;
      if (!blank && !inside) {
        if (words === MOST_WORDS) throw this.#mistake(`a line of more than ${MOST_WORDS} words`);
        this.#starts[words++] = at;
      }
      if (!blank) this.#ends[words - 1] = at + 1;
      inside = !blank;
    }
    return words;
  }

  /** How many numbers the line ends with, two at most; the action stands before them. */
  #trailing(bytes: Uint8Array, words: number, first: number): number {
    let count = 0;
    while (count < 2 && words - count > first + 2 && this.#number(bytes, words - 1 - count) >= 0) {
      count++;
    }
    return count;
  }

  /** Value of a word; -1 when it is no whole number below 2^53. */
  #number(bytes: Uint8Array, word: number): number {
    const end = this.#ends[word]!;
    let value = 0;
    for (let at = this.#starts[word]!; at < end; at++) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value <= Number.MAX_SAFE_INTEGER ? value : -1;
  }

  #text(bytes: Uint8Array, from: number, to: number): string {
    return decoder.decode(bytes.subarray(from, to));
  }

  #show(bytes: Uint8Array, word: number): string {
    return quote(this.#text(bytes, this.#starts[word]!, this.#ends[word]!));
  }

  #unknown(action: string): TraceMistake {
    const known = [...Object.keys(ACTIONS), "wait", "add", "open", "close"].join(", ");
    return this.#mistake(`${quote(action)} is none of ${known}`);
  }

  #mistake(message: string): TraceMistake {
    return new TraceMistake(`${this.path}:${Math.max(1, this.#line)}: ${message}`);
  }
}
