/** Holds a JSON report against its published schema. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { RESULT_JSON_SCHEMA } from "../../src/report/schema.ts";

const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
  RESULT_JSON_SCHEMA,
);

/** What is wrong with a document (its text, or the value it holds); empty when nothing is. */
export function schemaErrors(document: unknown): string[] {
  const value = typeof document === "string" ? JSON.parse(document) : document;
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
