/** `fathom convert`: prints an fio job file as TOML, and says what could not be carried over. */
import { Command } from "commander";
import { EXIT } from "../base/errors.ts";
import { convertFio } from "../jobfile/fio/convert.ts";
import { thisHost } from "../jobfile/fio/host.ts";
import { destinationOf, writeDocument } from "./destination.ts";
import { readSource } from "./jobs.ts";
import type { Invocation } from "./main.ts";
import { writeErr, writeOut } from "./output.ts";

export function convertCommand({ done }: Invocation): Command {
  return new Command("convert")
    .argument("<FILE>", "a job file of fio; - is standard input")
    .option("--output <FILE>", "write the TOML there; - is standard output")
    .action(async (file: string, { output }: { output?: string }) => {
      const destination = destinationOf(output);
      const { text, lost } = await convertFio(readSource(file), thisHost());
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
