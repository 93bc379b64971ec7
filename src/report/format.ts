/**
 * Numbers and texts as a person reads them: four significant digits, thousands apart, one unit
 * chosen for a whole row. Nothing here knows what is being reported.
 */

/** Columns of the text report. */
export const WIDTH = 100;

/** Four significant digits below a thousand, whole numbers with separators from there on. */
export function number(value: number): string {
  const short = Math.abs(value) < 1000 ? value.toPrecision(4) : "";
  if (value === 0) return "0";
  return short === "" || Math.abs(Number(short)) >= 1000 ? count(value) : positional(short);
}

/** toPrecision writes 0.0000001234 as 1.234e-7. */
function positional(text: string): string {
  return text.includes("e") ? Number(text).toFixed(10) : text;
}

/** 17,892. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** 99.8 %, 4.70 %, 0 %; what is not quite nothing is < 0.01 %, and not quite all > 99.9 %. */
export function percent(value: number): string {
  if (value > 0 && value < 0.01) return "< 0.01 %";
  if (value >= 99.95 && value < 100) return "> 99.9 %";
  if (value >= 100 || value === 0) return `${value.toFixed(0)} %`;
  return `${value.toFixed(value >= 10 ? 1 : 2)} %`;
}

/** `1 sample`, `2,500 samples`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** A unit and how many base units it has. */
export interface Scale {
  readonly unit: string;
  readonly size: number;
}

const TIMES: readonly Scale[] = [
  { unit: "s", size: 1e9 },
  { unit: "ms", size: 1e6 },
  { unit: "µs", size: 1e3 },
  { unit: "ns", size: 1 },
];

/** The unit in which a row's typical value (its mean) has a digit other than 0 before the point. */
export function timeScale(typicalNs: number): Scale {
  return TIMES.find(({ size }) => typicalNs >= size) ?? TIMES.at(-1)!;
}

/** A time in a unit, four significant digits but nothing below a ns, which no clock here tells. */
export function time(ns: number, { size }: Scale): string {
  const text = number(ns / size);
  const [, fraction = ""] = text.split(".");
  const decimals = Math.log10(size);
  if (fraction.length <= decimals) return text;
  return ns === 0 ? "0" : (ns / size).toFixed(decimals);
}

/** 2.001 s, 850.0 µs; from two minutes on 12 min 30 s, 3 h 5 min, 2 d 4 h. */
export function duration(ns: number): string {
  if (ns === 0) return "0 s";
  if (ns < 120e9) {
    const scale = timeScale(ns);
    return `${time(ns, scale)} ${scale.unit}`;
  }
  const seconds = Math.round(ns / 1e9);
  const pairs = [
    [86_400, "d", 3600, "h"],
    [3600, "h", 60, "min"],
    [60, "min", 1, "s"],
  ] as const;
  const [big, bigName, small, smallName] = pairs.find(([size]) => seconds >= size) ?? pairs[2];
  const rest = Math.floor((seconds % big) / small);
  return `${Math.floor(seconds / big)} ${bigName} ${rest} ${smallName}`;
}

const SIZES: readonly Scale[] = ["PiB", "TiB", "GiB", "MiB", "KiB"].map((unit, position) => ({
  unit,
  size: 1024 ** (5 - position),
}));

/** 4 KiB, 69.89 MiB, 512 B: powers of 1024, without a fraction where there is none. */
export function bytes(value: number): string {
  const scale = SIZES.find(({ size }) => value >= size);
  if (scale === undefined) return `${count(value)} B`;
  const scaled = value / scale.size;
  return `${Number.isInteger(scaled) ? count(scaled) : number(scaled)} ${scale.unit}`;
}

export const MIB = 2 ** 20;
export const MB = 1e6;

/** Names and paths as one line that cannot steer a terminal: control characters as \n, \x1b. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    const named = { "\n": "\\n", "\t": "\\t", "\r": "\\r" }[character];
    return named ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

/** Plain, and no longer than `width`: the end is kept of what is cut, as paths differ there. */
export function short(text: string, width: number): string {
  const line = plain(text);
  return line.length <= width ? line : `${line.slice(0, 7)}…${line.slice(line.length - width + 8)}`;
}

/** Broken at blanks into lines of at most `width`; a longer word is broken where it must be. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
    for (; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width));
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** Colour, or none: each takes a text and gives it back, dressed or not. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
}

/** SGR sequences of ECMA-48. */
export function paint(colour: boolean): Paint {
  const dress =
    (on: number, off: number) =>
    (text: string): string =>
      colour ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { bold: dress(1, 22), dim: dress(2, 22), red: dress(31, 39), yellow: dress(33, 39) };
}

/** Cells in columns: the first `left` columns flush left, the others right, two blanks between. */
export function table(rows: readonly (readonly string[])[], left: number): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column < left ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join("  ")
      .trimEnd(),
  );
}
