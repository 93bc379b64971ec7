/**
 * An fio job file → TOML as a person would have written it: one [global], native quantities, the
 * comments kept. What TOML's tables cannot say is folded: a later [global] into the jobs after it,
 * a second job of the same name into a table of another name. What could not be carried over stands
 * as a comment where it was.
 */
import { UserError } from "../../base/errors.ts";
import type { KiloBase } from "../../base/fioquantity.ts";
import { Mistake } from "../../base/problem.ts";
import { clean } from "../../base/quote.ts";
import { whyNot } from "../../options/lookup.ts";
import type { Source } from "../document.ts";
import { deviceName } from "./document.ts";
import type { Host } from "./host.ts";
import { type IniLine, type IniOption, type IniSection, readIni } from "./ini.ts";
import { mootness } from "./moot.ts";
import { kiloOf, readOption } from "./section.ts";
import {
  commentText,
  keyText,
  layOut,
  type Row,
  type Table,
  textValue,
  valueText,
} from "./toml.ts";

export interface Converted {
  readonly text: string;
  /** Options that were left out, as `file:line: option: why`. */
  readonly lost: readonly string[];
}

/** Throws UserError for a text that is no job file. */
export async function convertFio(source: Source, host: Host): Promise<Converted> {
  const { head, sections, problems } = readIni(source, host.include);
  if (problems.length > 0) throw new UserError(problems);
  const options = sections.flatMap(({ lines }) => lines.flatMap(({ option }) => option ?? []));
  const converter = new Converter(host, new Set(options.filter(asks).map(({ key }) => key)));
  for (const section of sections) await converter.section(section);
  const top: Row[] = [];
  for (const line of head) top.push(...(await converter.rowsOf(line, 1024)));
  return { text: layOut(top, converter.tables()), lost: converter.lost };
}

class Converter {
  readonly lost: string[] = [];
  readonly #global: Table = { header: "[global]", comment: undefined, lead: [], rows: [] };
  readonly #jobs: Table[] = [];
  readonly #names = new Set<string>();
  /** Name → the last number that was put behind it. */
  readonly #numbers = new Map<string, number>();
  /** Of every [global] so far: option and value. */
  readonly #shared = new Map<string, string>();
  /** Options of later globals: only the jobs after them have these. */
  #late: Row[] = [];
  /** Comments between the last job and the next. */
  #between: Row[] = [];
  #kilo: KiloBase = 1024;
  #namesEngine = false;
  #needsEngine = false;

  /** `asked`: every option in the file that asks for something. */
  constructor(
    private readonly host: Host,
    private readonly asked: ReadonlySet<string>,
  ) {}

  tables(): readonly Table[] {
    if (this.#needsEngine) {
      const row = { id: "ioengine", key: "ioengine", value: '"psync"', comment: " fio's default" };
      this.#global.rows.unshift(row);
    }
    const { rows, lead } = this.#global;
    const rest: Table = { header: "", comment: undefined, lead: this.#between, rows: [] };
    return [...(rows.length + lead.length > 0 ? [this.#global] : []), ...this.#jobs, rest];
  }

  async section(section: IniSection): Promise<void> {
    const options = section.lines.flatMap(({ option }) => option ?? []);
    const kilo = kiloOf(options, this.#kilo);
    const rows: Row[] = [];
    for (const line of section.lines) rows.push(...(await this.rowsOf(line, kilo)));
    const engine = options.some(({ key }) => key === "ioengine");
    if (section.isGlobal) {
      this.#kilo = kilo;
      this.#namesEngine ||= engine;
      this.#keep(section, rows);
    } else {
      this.#needsEngine ||= !engine && !this.#namesEngine;
      this.#job(section, rows);
    }
  }

  /** The rows that a line becomes: one, or none when it says nothing. */
  async rowsOf(line: IniLine, kilo: KiloBase): Promise<Row[]> {
    const { option, comment } = line;
    if (option === undefined) return [{ text: comment === undefined ? "" : commentText(comment) }];
    const reading = await readOption(option, kilo, this.host);
    if (reading.kind === "nothing") {
      const needed = reading.detailOf?.find((name) => this.asked.has(name));
      if (needed !== undefined) return this.#lose(line, `is a detail of ${needed}`);
      return comment === undefined ? [] : [{ text: commentText(comment) }];
    }
    if (reading.kind === "wrong") return this.#lose(line, reading.message);
    if (reading.kind === "unknown") {
      return this.#lose(line, (await whyNot(option.key, [])) ?? "there is no such option");
    }
    const { name, option: declaration } = reading.declared;
    try {
      const value = valueText(declaration, reading.raw);
      return [{ id: name, key: keyText(name), value, comment }];
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      return this.#lose(line, error.message);
    }
  }

  #lose({ option, comment }: IniLine, why: string): Row[] {
    const { key, text, keyPlace } = option!;
    const written = text === undefined ? key : `${key}=${text}`;
    this.lost.push(clean(`${keyPlace.source}:${keyPlace.line}: ${key}: ${why}`));
    const note = comment === undefined ? "" : `  ${commentText(comment)}`;
    return [{ text: clean(`# not carried over: ${written} (${why})${note}`) }];
  }

  #keep({ comment }: IniSection, rows: readonly Row[]): void {
    for (const row of rows) if ("id" in row) this.#shared.set(row.id, row.value);
    // A job's own section names it, whatever a [global] says.
    const own = rows.filter((row) => !("id" in row && row.id === "name"));
    const lead = comment === undefined ? [] : [{ text: commentText(comment) }];
    if (this.#jobs.length === 0) {
      this.#global.lead.push(...lead);
      this.#global.rows = override(this.#global.rows, own);
    } else {
      this.#late = override(
        this.#late,
        own.filter((row) => "id" in row),
      );
      this.#between.push(...lead, ...rows.filter((row) => "text" in row && row.text !== ""));
    }
  }

  #job({ name, comment }: IniSection, rows: readonly Row[]): void {
    const all = override(override(this.#late, rows), this.#undistributed(rows));
    const header = this.#unused(name);
    const has = (id: string): boolean => all.some((row) => "id" in row && row.id === id);
    if (header !== name && !has("name")) {
      all.unshift({ id: "name", key: "name", value: textValue(name), comment: undefined });
    }
    const written = new Map(this.#shared);
    for (const row of rows) if ("id" in row) written.set(row.id, row.value);
    const entries = [...written].map(([key, raw]) => ({
      key,
      raw: key === "nrfiles" ? Number(raw) : raw,
    }));
    if (deviceName(name, entries, this.host)) {
      const value = textValue(name);
      all.push({ id: "filename", key: "filename", value, comment: undefined });
    }
    const lead = this.#between;
    this.#between = [];
    const dropped = written.get("time_based") === "true" && !hasTime(written.get("runtime"));
    const kept = dropped ? override(all, [WITHOUT_RUNTIME]) : all;
    this.#jobs.push({ header: `[job.${keyText(header)}]`, comment, lead, rows: kept });
  }

  /** A job that goes in order passes over distributions in fio, and is refused with one here. */
  #undistributed(rows: readonly Row[]): Row[] {
    const written = new Map(this.#shared);
    for (const row of rows) if ("id" in row) written.set(row.id, row.value);
    if (/rand/.test(written.get("rw") ?? "")) return [];
    const key = "random_distribution";
    return written.has(key) ? [{ id: key, key, value: '"random"', comment: undefined }] : [];
  }

  /** The name, or one with a number behind it that no other table has. */
  #unused(name: string): string {
    let unused = name;
    let number = this.#numbers.get(name) ?? 1;
    while (this.#names.has(unused)) unused = `${name}-${++number}`;
    this.#numbers.set(name, number);
    this.#names.add(unused);
    return unused;
  }
}

/** What fio makes of time_based where there is no runtime. */
const WITHOUT_RUNTIME: Row = {
  id: "time_based",
  key: "time_based",
  value: "false",
  comment: " fio drops it where there is no runtime",
};

/** Whether a runtime as TOML has it is one. */
function hasTime(value: string | undefined): boolean {
  return value !== undefined && !/^"0\w*"$/.test(value);
}

function asks({ key, text }: IniOption): boolean {
  return mootness(key, text) === undefined;
}

/** Both, without the rows of the first that the second has too; of one written twice the last. */
function override(before: readonly Row[], after: readonly Row[]): Row[] {
  const all = [...before, ...after];
  const last = new Map(all.map((row, i) => ["id" in row ? row.id : `${i}`, i]));
  return all.filter((row, i) => !("id" in row) || last.get(row.id) === i);
}
