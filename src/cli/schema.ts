/** `fathom schema result`: the JSON Schema of what `run --output-format json` prints. */
import { Command } from "commander";
import { EXIT } from "../base/errors.ts";
import { RESULT_JSON_SCHEMA } from "../report/schema.ts";
import type { Invocation } from "./main.ts";
import { writeOut } from "./output.ts";

export function schemaCommand({ done }: Invocation): Command {
  const schema = new Command("schema");
  schema
    .command("result")
    .description("of the document that `run --output-format json` prints")
    .action(() => {
      writeOut(`${JSON.stringify(RESULT_JSON_SCHEMA, null, 2)}\n`);
      done(EXIT.ok);
    });
  return schema;
}
