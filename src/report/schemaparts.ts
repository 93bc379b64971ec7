/**
 * What the schema of the report is put together from: kinds of values, and objects that are closed.
 * Knows nothing of what is in a report.
 */

export type Schema = Readonly<Record<string, unknown>>;
export type Properties = Readonly<Record<string, Schema>>;

export const text: Schema = { type: "string" };
export const flag: Schema = { type: "boolean" };
export const amount: Schema = { type: "number", minimum: 0 };
export const whole: Schema = { type: "integer", minimum: 0 };
export const share: Schema = { type: "number", minimum: 0, maximum: 1 };

export const reference = (name: string): Schema => ({ $ref: `#/$defs/${name}` });
export const list = (items: Schema): Schema => ({ type: "array", items });
export const map = (values: Schema): Schema => ({ type: "object", additionalProperties: values });
export const choice = (...values: readonly string[]): Schema => ({ enum: values });
export const about = (description: string, schema: Schema): Schema => ({ description, ...schema });

export function optional(schema: Schema): Schema {
  const { description, ...rest } = schema;
  const either = { anyOf: [rest, { type: "null" }] };
  return description === undefined ? either : { description, ...either };
}

export function object(properties: Properties, description?: string): Schema {
  return {
    ...(description === undefined ? {} : { description }),
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
}
