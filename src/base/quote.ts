/**
 * A value as a message shows it: in quotes where it is text, without line breaks or control
 * characters, and cut, so that a value of a million characters still makes a short message.
 */

/** Characters of a value that a message shows. */
const SHOWN = 60;

/** The text in quotes, cut after 60 characters. */
export function quote(text: string): string {
  const whole = Array.from(text.slice(0, 2 * SHOWN + 2));
  const cut = whole.length > SHOWN;
  const shown = clean(cut ? whole.slice(0, SHOWN).join("") : text);
  return cut ? `"${shown}…" (${text.length} characters)` : `"${shown}"`;
}

/** Any value: text in quotes, numbers and booleans bare, the rest by what it is. */
export function show(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof Date) return "a date";
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : "an array";
  return typeof value === "object" && value !== null ? "a table" : String(value);
}

/**
 * The text with control and line separator characters replaced, one for one: terminals obey them.
 */
export function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/g, "\ufffd");
}
