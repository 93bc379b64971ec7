/**
 * `fathom schema job`: the JSON Schema of a job file, for editors. `fathom schema result`: that of
 * what `run --output-format json` prints.
 */
import { Command } from "commander";
import { EXIT } from "../base/errors.ts";
import { jobSchema } from "../options/schema.ts";
import { RESULT_JSON_SCHEMA } from "../report/schema.ts";
import type { Invocation } from "./main.ts";
import { writeOut } from "./output.ts";

export function schemaCommand({ done }: Invocation): Command {
  const schema = new Command("schema");
  schema
    .command("job")
    .description("of the job file in TOML, for editors")
    .action(async () => {
      writeOut(`${JSON.stringify(await jobSchema(), null, 2)}\n`);
      done(EXIT.ok);
    });
  schema
    .command("result")
    .description("of the document that `run --output-format json` prints")
    .action(() => {
      writeOut(`${JSON.stringify(RESULT_JSON_SCHEMA, null, 2)}\n`);
      done(EXIT.ok);
    });
  return schema;
}
