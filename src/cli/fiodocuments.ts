/**
 * The documents of `fathom fio`: the reports of a run in every format that was asked for, one
 * behind the other as fio puts them, those of a run that goes on among them.
 */
import { closeSync, openSync } from "node:fs";
import { SystemError } from "../base/errors.ts";
import type { ShownIdleness } from "../fio/idleness.ts";
import { fioJson } from "../fio/json.ts";
import { fioNormal } from "../fio/normal.ts";
import type { Format, Settings } from "../fio/settings.ts";
import { fioTerse } from "../fio/terse.ts";
import type { RunResult } from "../measure/result.ts";
import { type Destination, deliver } from "./destination.ts";
import type { Texts } from "./fioecho.ts";
import { writeErr, writeOut } from "./output.ts";

export class Documents {
  /** Whether nothing was written yet. */
  #fresh = true;

  constructor(
    private readonly settings: Settings,
    private readonly globalOptions: Texts,
    private readonly destination: Destination | undefined,
  ) {}

  /** A report of a run that goes on, which can be read at once. */
  add(result: RunResult): void {
    this.#append(this.#text(result));
    this.#fresh = false;
  }

  /** The last one. False when it could not be written where it belongs. */
  finish(result: RunResult, idle: ShownIdleness | undefined): boolean {
    const text = this.#text(result, idle);
    return this.#fresh ? deliver(text, this.destination, "fio") : this.#append(text);
  }

  #text(result: RunResult, idle?: ShownIdleness): string {
    return this.settings.formats.map((format) => this.#documentOf(result, format, idle)).join("");
  }

  #documentOf(result: RunResult, format: Format, idle: ShownIdleness | undefined): string {
    const { globalOptions } = this;
    const { terseVersion } = this.settings;
    if (format === "normal") return fioNormal(result, { head: this.#fresh, idle });
    if (format === "terse") return fioTerse(result, terseVersion);
    return fioJson(result, { plus: format === "json+", globalOptions, idle });
  }

  /** In place: a file that others read while it grows cannot be replaced by a rename. */
  #append(text: string): boolean {
    if (this.destination === undefined) {
      writeOut(text);
      return true;
    }
    const { path, target } = this.destination;
    let fd: number | undefined;
    try {
      fd = openSync(target, this.#fresh ? "w" : "a");
      writeOut(text, fd, path);
      return true;
    } catch (error) {
      const { message } = error as Error;
      const reason = error instanceof SystemError ? message : `${path}: ${message}`;
      writeErr(`fio: ${reason}; the report goes to standard output instead\n`);
      writeOut(text);
      return false;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }
}
