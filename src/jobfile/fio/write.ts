/**
 * A job file in TOML → one of fio's that plans the same. Each option is written as fio spells it
 * and then read back by fio's rules: what does not come back as it was, and what fio has no word
 * for, stands as a comment with the reason. The other way round is `convert.ts`.
 */
import { UserError } from "../../base/errors.ts";
import type { KiloBase } from "../../base/fioquantity.ts";
import type { Option } from "../../base/option.ts";
import { Mistake } from "../../base/problem.ts";
import { parseSize } from "../../base/quantity.ts";
import { clean } from "../../base/quote.ts";
import { NOT_OF_FIO } from "../../options/spelling.ts";
import { type Document, readDocument, type Source } from "../document.ts";
import type { RawEntry } from "../entry.ts";
import type { ReadJob } from "../job.ts";
import { readJobs } from "../read.ts";
import type { Converted } from "./convert.ts";
import { deviceName } from "./document.ts";
import type { Host } from "./host.ts";
import { isGlobalName, readIni } from "./ini.ts";
import { declared, readOption } from "./section.ts";

/** Throws UserError for a text that is no job file, or one that could not be run as it is. */
export async function convertToml(source: Source, host: Host): Promise<Converted> {
  const { jobs, problems } = await readJobs([source], [], host.memory);
  if (problems.length > 0) throw new UserError(problems);
  const writer = new IniWriter(source, host);
  await writer.write(readDocument(source), jobs);
  return { text: `${writer.lines.join("\n").trim()}\n`, lost: writer.lost };
}

class IniWriter {
  readonly lines: string[] = [];
  readonly lost: string[] = [];
  readonly #source: readonly string[];
  /** Comments up to this line are written. */
  #seen = 0;

  constructor(
    source: Source,
    private readonly host: Host,
  ) {
    this.#source = source.text.split("\n");
  }

  async write(document: Document, jobs: readonly ReadJob[]): Promise<void> {
    const shared = document.defaults.flat();
    const header = this.#source.findIndex((line) => /^\s*\[\s*global\s*\]/.test(line));
    this.lines.push(...this.#comments(header + 1));
    const common = kiloOf(shared, 1024);
    const own = await this.#rows(shared, common);
    if (own.length > 0) this.lines.push("[global]", ...own);
    for (const [index, { name, place, entries }] of document.jobs.entries()) {
      this.lines.push("", ...this.#comments(place.line ?? 0));
      const title = String(name.raw);
      const kilo = kiloOf(entries, common);
      const written = [...shared, ...entries].map(({ key, raw }) => ({ key, raw }));
      const header = this.#header(title, index, written);
      this.lines.push(`[${header}]`);
      const named = entries.some(({ key }) => key === "name");
      if (header !== title && !named)
        this.lines.push(...(await this.#option("name", title, name, kilo)));
      this.lines.push(...engineOf(jobs[index]!), ...(await this.#rows(entries, kilo)));
    }
    this.lines.push(...this.#comments(this.#source.length + 1));
  }

  /** The job's name, where a header of fio's can say it and it means nothing more there. */
  #header(name: string, index: number, entries: Parameters<typeof deviceName>[1]): string {
    const { sections, problems } = readIni({ name: "", text: `[${name}]` }, this.host.include);
    const same = problems.length === 0 && sections.length === 1 && sections[0]!.name === name;
    const plain = same && !isGlobalName(name) && !deviceName(name, entries, this.host);
    return plain ? name : `job-${index + 1}`;
  }

  async #rows(entries: readonly RawEntry[], kilo: KiloBase): Promise<string[]> {
    const rows: string[] = [];
    for (const entry of entries) {
      rows.push(...this.#comments(entry.keyPlace.line ?? 0));
      const found = await declared(entry.key);
      if (found === undefined) throw new Error(`${entry.key} was read, and is no option`);
      const value = writtenValue(entry, found.option);
      rows.push(...(await this.#option(found.name, value, entry, kilo)));
    }
    return rows;
  }

  /** `name=text`, or a comment that says why there is none. */
  async #option(name: string, value: unknown, entry: RawEntry, kilo: KiloBase): Promise<string[]> {
    const absent = NOT_OF_FIO.get(name);
    if (absent !== undefined) return this.#lose(entry, `fio has ${absent}`);
    const { option } = (await declared(name))!;
    for (const text of spellings(option, value)) {
      if (await this.#means(name, text, value, kilo)) return [`${name}=${text}`];
    }
    return this.#lose(entry, "fio has no way to write that value");
  }

  /** Whether fio's rules read the line as that value. */
  async #means(name: string, text: string, value: unknown, kilo: KiloBase): Promise<boolean> {
    const line = { name: "", text: `[a]\n${name}=${text}` };
    const { sections, problems } = readIni(line, this.host.include);
    const [option, ...more] = sections.flatMap((one) =>
      one.lines.flatMap((row) => row.option ?? []),
    );
    if (problems.length > 0 || option === undefined || more.length > 0) return false;
    const reading = await readOption(option, kilo, this.host);
    if (reading.kind !== "value") return false;
    try {
      return Bun.deepEquals(reading.declared.option.parse(reading.raw, false), value);
    } catch (error) {
      if (error instanceof Mistake) return false;
      throw error;
    }
  }

  #lose({ key, keyPlace }: RawEntry, why: string): string[] {
    const line = this.#source[(keyPlace.line ?? 1) - 1]?.trim() ?? key;
    this.lost.push(clean(`${keyPlace.source}:${keyPlace.line}: ${key}: ${why}`));
    return [clean(`; not carried over: ${line} (${why})`)];
  }

  /** Lines that are comments, from the last that was looked at up to that line. */
  #comments(line: number): string[] {
    const found = this.#source.slice(this.#seen, Math.max(this.#seen, line - 1));
    this.#seen = Math.max(this.#seen, line);
    return found.flatMap((text) => {
      const comment = /^\s*#(.*)$/.exec(text)?.[1];
      return comment === undefined ? [] : [clean(`;${comment.trimEnd()}`)];
    });
  }
}

function writtenValue({ raw }: RawEntry, option: Option<unknown>): unknown {
  return raw === undefined ? option.bare : option.parse(raw, false);
}

/** What may say the value in fio's language, the likeliest first. */
function spellings(option: Option<unknown>, value: unknown): string[] {
  const text = option.format(value);
  if (option.fio === "flag") return [value === true ? "1" : "0"];
  if (option.fio === "list") {
    const items = value as readonly string[];
    return [items.map((item) => item.replaceAll(":", "\\:")).join(":")];
  }
  if (option.fio === "numbers") return [(value as readonly number[]).join(":")];
  if (typeof option.fio === "object" && option.fio.counted === true) {
    return [String(Number(value) / option.fio.time)];
  }
  // What is a power of 1000 has other letters in fio: it is written in bytes.
  const bytes = text.replace(/\d+(?:\.\d+)?[kMGTP]?B/g, (size) => String(parseSize(size)));
  // And so is what a k says where k is 1000.
  const plain = bytes.replace(/\b\d+[kMGTP]\b/gi, (size) => String(parseSize(size)));
  return [text, bytes, plain, text.replaceAll(",", ":")];
}

/** The base that sizes under these entries are read with. */
function kiloOf(entries: readonly RawEntry[], inherited: KiloBase): KiloBase {
  const raw = entries.findLast(({ key }) => key === "kb_base")?.raw;
  return raw === 1000 || raw === 1024 ? raw : inherited;
}

/** An engine that fathom chooses for the depth has to be named: fio has psync at any. */
function engineOf({ spec }: ReadJob): string[] {
  if (spec.ioengine !== undefined || spec.iodepth === 1) return [];
  return ["; what fathom takes at that depth", "ioengine=io_uring"];
}
