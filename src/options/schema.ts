/**
 * The JSON Schema of a job file, made from the table: for editors, and for whoever writes files.
 */
import type { Option, OptionTable, ValueSchema } from "../base/option.ts";
import { engineOptions } from "./lookup.ts";
import { OPTIONS } from "./options.ts";

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

/** What a job's name may have: one line without control characters. */
const PRINTED = "[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*";
/** The same, and not blank. */
const JOB_NAME = `^${PRINTED}\\S${PRINTED}$`;

/** Schema of a whole document: `[global]`, `[job.NAME]` and `destroy`. */
export async function jobSchema(): Promise<ValueSchema> {
  const properties: Record<string, ValueSchema> = tableSchema(OPTIONS);
  for (const [spelling, { engines }] of await engineOptions()) {
    const of = `of the engine ${[...engines.keys()].join(", ")}`;
    const schemas = [...engines.values()].map((option) => optionSchema(option, of));
    properties[spelling] = schemas.length === 1 ? schemas[0]! : { anyOf: schemas };
  }
  return {
    $schema: DIALECT,
    $id: "urn:fathom:schema:job",
    title: "fathom job file",
    type: "object",
    additionalProperties: false,
    required: ["job"],
    properties: {
      destroy: properties["destroy"],
      // The name is a job's own.
      global: {
        description: "Defaults for every job",
        type: "object",
        $ref: "#/$defs/job",
        properties: { name: false },
      },
      job: {
        description: "The jobs, in the order of the file",
        type: "object",
        minProperties: 1,
        propertyNames: { pattern: JOB_NAME },
        additionalProperties: { $ref: "#/$defs/job" },
      },
    },
    $defs: { job: { type: "object", additionalProperties: false, properties } },
  };
}

function tableSchema(table: OptionTable): Record<string, ValueSchema> {
  return Object.fromEntries(
    Object.entries(table).flatMap(([name, option]) =>
      [name, ...(option.aliases ?? [])].map((spelling) => [spelling, optionSchema(option, "")]),
    ),
  );
}

function optionSchema(option: Option<unknown>, note: string): ValueSchema {
  const description = note === "" ? option.summary : `${option.summary} (${note})`;
  return { description, ...option.schema };
}
