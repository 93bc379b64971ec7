/**
 * fio's own quantities: text → bytes, ns or a number, by the rules that `fathom fio` and job files
 * of fio keep. They forgive what native quantities refuse (a fraction is cut, what follows a unit
 * is passed over), and some units are reversed. Facts from its manual and from runs of fio 3.33
 * and 3.42. Knows no option.
 */
import { Mistake } from "./problem.ts";
import { quote } from "./quote.ts";

/** What `kb_base` says: how much a plain k is. */
export type KiloBase = 1024 | 1000;

/** Parentheses within each other; deeper ones are a mistake, not a matter of the stack. */
const DEEPEST = 50;

/**
 * Bytes, or any other number: every integer of fio takes a size's suffix. `4k` is 4096 and `4KiB`
 * is 4000 as long as the base is 1024; the other way round with 1000. Throws Mistake.
 */
export function fioSize(text: string, kilo: KiloBase): number {
  const trimmed = text.trim();
  if (trimmed.startsWith("(")) {
    return exact(trimmed, Math.trunc(fioArithmetic(trimmed, (unit) => sizeFactor(unit, kilo))));
  }
  const parts = split(trimmed);
  if (parts === undefined) {
    throw new Mistake(`${quote(trimmed)} is not a number; write digits, and k m g t p behind them`);
  }
  return exact(trimmed, parts.number * sizeFactor(parts.letters, kilo));
}

/**
 * ns. `bare` is what a number without letters counts. Letters that are no unit make microseconds,
 * as fio has it: `10sec` is 10 µs. Throws Mistake.
 */
export function fioTime(text: string, bare: number): number {
  const trimmed = text.trim();
  if (trimmed.startsWith("(")) {
    const factor = (unit: string): number => timeFactor(unit, bare) / bare;
    return duration(trimmed, Math.trunc(fioArithmetic(trimmed, factor) * bare));
  }
  const parts = split(trimmed);
  if (parts === undefined) {
    throw new Mistake(
      `${quote(trimmed)} is not a time; write digits, and us ms s m h d behind them`,
    );
  }
  return duration(trimmed, parts.number * timeFactor(parts.letters, bare));
}

function duration(text: string, ns: number): number {
  if (ns < 0) throw new Mistake(`${quote(text)} is below zero; write 0 or more`);
  if (Number.isSafeInteger(ns)) return ns;
  throw new Mistake(`${quote(text)} is too large; the most is 104d`);
}

/**
 * A number in front, as sscanf reads one; what follows does not matter. Above 1 it is a mistake,
 * unless `any` number will do: an option that may stand alone is read so. Throws Mistake.
 */
export function fioBoolean(text: string, any = false): boolean {
  const parts = split(text.trim());
  if (parts === undefined) {
    throw new Mistake(`${quote(text.trim())} is neither 0 nor 1, which is how fio says no and yes`);
  }
  if (parts.number > 1 && !any) {
    throw new Mistake(`${quote(text.trim())} is too large; write 1 for yes or 0 for no`);
  }
  return parts.number !== 0;
}

/** The parts of a list; `\:` stands for a colon that does not divide. */
export function fioList(text: string): readonly string[] {
  return text
    .split(/(?<!\\):/)
    .map((part) => part.replaceAll("\\:", ":"))
    .filter((part) => part !== "");
}

interface Parts {
  /** A double, exact or not. */
  readonly number: number;
  /** From the first letter right behind the digits on. */
  readonly letters: string;
}

/**
 * A number and its unit. With 0x anywhere in the text the digits are hexadecimal, and the x behind
 * the 0 is then the unit's first letter: none that counts, and in a time microseconds.
 */
function split(text: string): Parts | undefined {
  const [, digits, letters = ""] = /^([+-]?\d+)([a-z]\S*)?/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const hex = /0x/i.test(text) ? /^([+-]?)(?:0x)?([\da-f]+)/i.exec(text) : null;
  if (hex === null) return { number: Number(digits.slice(0, 400)), letters };
  const number = Number(`0x${hex[2]}`);
  return { number: hex[1] === "-" ? -number : number, letters };
}

/** `b` and letters that are no unit count 1; what follows a unit is passed over. */
function sizeFactor(letters: string, kilo: KiloBase): number {
  const [, prefix, rest] = /^([kmgtp])(ib)?/i.exec(letters) ?? [];
  if (prefix === undefined) return 1;
  const power = "kmgtp".indexOf(prefix.toLowerCase()) + 1;
  const other = kilo === 1024 ? 1000 : 1024;
  return (rest === undefined ? kilo : other) ** power;
}

function timeFactor(letters: string, bare: number): number {
  if (letters === "") return bare;
  const unit = letters.toLowerCase();
  if (unit.startsWith("ms")) return 1e6;
  return (
    new Map([
      ["s", 1e9],
      ["m", 60e9],
      ["h", 3600e9],
      ["d", 86_400e9],
    ]).get(unit) ?? 1e3
  );
}

function exact(text: string, value: number): number {
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  throw new Mistake(`${quote(text)} is too large; the most is 2^53 - 1`);
}

/**
 * Value of an expression: numbers with suffixes, + - * / % ^ and parentheses. Throws Mistake.
 */
export function fioArithmetic(text: string, factorOf: (unit: string) => number): number {
  const tokens = text.match(/0x[\da-f]+|\d+(?:\.\d+)?[a-z]*|\S/gi) ?? [];
  const reader = new Expression(text, tokens, factorOf);
  return reader.value();
}

class Expression {
  #at = 0;
  #depth = 0;

  constructor(
    private readonly text: string,
    private readonly tokens: readonly string[],
    private readonly factorOf: (unit: string) => number,
  ) {}

  value(): number {
    const value = this.#sum();
    if (this.#at < this.tokens.length || !Number.isFinite(value)) throw this.#wrong();
    return value;
  }

  #sum(): number {
    let value = this.#product();
    for (let sign = this.#take("+-"); sign !== undefined; sign = this.#take("+-")) {
      const next = this.#product();
      value += sign === "+" ? next : -next;
    }
    return value;
  }

  #product(): number {
    let value = this.#power();
    for (let sign = this.#take("*/%"); sign !== undefined; sign = this.#take("*/%")) {
      const next = this.#power();
      if (sign === "*") value *= next;
      else value = sign === "/" ? value / next : value % next;
    }
    return value;
  }

  #power(): number {
    const base = this.#one();
    return this.#take("^") === undefined ? base : base ** this.#deeper(() => this.#power());
  }

  #one(): number {
    const sign = this.#take("+-");
    if (sign !== undefined) {
      const value = this.#deeper(() => this.#one());
      return sign === "-" ? -value : value;
    }
    if (this.#take("(") !== undefined) {
      const value = this.#deeper(() => this.#sum());
      if (this.#take(")") === undefined) throw this.#wrong();
      return value;
    }
    const token = this.tokens[this.#at++] ?? "";
    if (/^0x/i.test(token)) return Number(token);
    const [, number, unit] = /^(\d+(?:\.\d+)?)([a-z]*)$/i.exec(token) ?? [];
    if (number === undefined || unit === undefined) throw this.#wrong();
    return Number(number) * this.factorOf(unit);
  }

  #deeper(read: () => number): number {
    if (++this.#depth > DEEPEST) throw this.#wrong();
    const value = read();
    this.#depth--;
    return value;
  }

  /** The next token, when it is one of these characters. */
  #take(signs: string): string | undefined {
    const token = this.tokens[this.#at];
    if (token === undefined || token.length !== 1 || !signs.includes(token)) return undefined;
    this.#at++;
    return token;
  }

  #wrong(): Mistake {
    return new Mistake(`${quote(this.text)} cannot be worked out; write for example (4k * 2)`);
  }
}
