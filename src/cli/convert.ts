/**
 * `fathom convert`: prints an fio job file as TOML, or with `--to fio` a TOML file as one of fio's,
 * and says what could not be carried over.
 */
import { Command, Option } from "commander";
import { EXIT } from "../base/errors.ts";
import { thisHost } from "../jobfile/fio/host.ts";
import { destinationOf, writeDocument } from "./destination.ts";
import { readSource } from "./jobs.ts";
import type { Invocation } from "./main.ts";
import { writeErr, writeOut } from "./output.ts";

const LANGUAGES = ["toml", "fio"] as const;

interface ConvertFlags {
  readonly output?: string;
  readonly to: (typeof LANGUAGES)[number];
}

export function convertCommand({ done }: Invocation): Command {
  return new Command("convert")
    .argument("<FILE>", "a job file of fio, or with --to fio one in TOML; - is standard input")
    .addOption(new Option("--to <LANGUAGE>", "what to write").choices(LANGUAGES).default("toml"))
    .option("--output <FILE>", "write it there; - is standard output")
    .action(async (file: string, { output, to }: ConvertFlags) => {
      const destination = destinationOf(output);
      const source = readSource(file);
      const { text, lost } =
        to === "fio"
          ? await (await import("../jobfile/fio/write.ts")).convertToml(source, thisHost())
          : await (await import("../jobfile/fio/convert.ts")).convertFio(source, thisHost());
      if (destination === undefined) writeOut(text);
      else writeDocument(destination, text);
      for (const line of lost) writeErr(`${line}\n`);
      if (lost.length > 0) {
        const one = lost.length === 1;
        const what = one ? "1 option was" : `${lost.length} options were`;
        const where = one ? "it was" : "each was";
        writeErr(`fathom: ${what} not carried over; a comment stands where ${where}\n`);
      }
      done(EXIT.ok);
    });
}
