/**
 * TypeScript as far as the tidy rules need it: where code is and where text is, what a file
 * imports, and where functions begin and end. No parser: it trusts that the compiler and the
 * formatter have seen the file before.
 */

/** Behind these words a slash begins a regular expression; behind other words it divides. */
const BEFORE_VALUE =
  /\b(?:return|typeof|case|in|of|delete|void|instanceof|await|yield|new|do|else)$/;
/** Words that never stand between parameters and the body of their function. */
const NO_TYPE = /\b(?:class|interface|enum|namespace|else|try|finally|do|return|const|let)\b/;
const OPENS_CONTROL = /(?:^|[^\w$.#])(?:if|for|for await|while|switch|catch|with)\s*$/;

/**
 * The same text with everything inside comments, strings, templates and regular expressions turned
 * to blanks: code keeps its place, and so do line breaks and the quotes themselves.
 */
export function blank(text: string): string {
  const out = [...text];
  /** Braces opened inside each `${`, innermost last. */
  const templates: number[] = [];
  const hide = (from: number, to: number): void => {
    for (let at = from; at < to; at++) if (out[at] !== "\n") out[at] = " ";
  };
  let at = 0;
  /** Hides from `at` (behind the opening mark) up to the closing mark or the next `${`. */
  const template = (): void => {
    const from = at;
    while (at < text.length && text[at] !== "`" && !text.startsWith("${", at)) {
      at += text[at] === "\\" ? 2 : 1;
    }
    hide(from, at);
    if (text[at] === "`") at += 1;
    else {
      templates.push(0);
      at += 2;
    }
  };
  while (at < text.length) {
    const letter = text[at]!;
    const from = at;
    if (text.startsWith("//", at)) {
      at = until(text, "\n", at);
      hide(from, at);
    } else if (text.startsWith("/*", at)) {
      at = until(text, "*/", at + 2) + 2;
      hide(from, at);
    } else if (letter === '"' || letter === "'") {
      at = closing(text, letter, at + 1);
      hide(from + 1, at);
      at += 1;
    } else if (letter === "/" && beginsRegex(out, at)) {
      at = closing(text, "/", at + 1);
      hide(from + 1, at);
      at += 1;
    } else if (letter === "`") {
      at += 1;
      template();
    } else if (letter === "}" && templates.at(-1) === 0) {
      templates.pop();
      at += 1;
      template();
    } else {
      if (templates.length > 0 && letter === "{") templates[templates.length - 1]!++;
      if (templates.length > 0 && letter === "}") templates[templates.length - 1]!--;
      at += 1;
    }
  }
  return out.join("");
}

function until(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at;
}

/** Position of the closing mark, escapes and (in a regular expression) classes passed over. */
function closing(text: string, mark: string, from: number): number {
  let inClass = false;
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (letter === "\\") at++;
    else if (mark === "/" && letter === "[") inClass = true;
    else if (mark === "/" && letter === "]") inClass = false;
    else if (letter === mark && !inClass) return at;
  }
  return text.length;
}

function beginsRegex(out: readonly string[], at: number): boolean {
  const before = out
    .slice(Math.max(0, at - 40), at)
    .join("")
    .trimEnd();
  return before === "" || /[^\w$)\]}"'`]$/.test(before) || BEFORE_VALUE.test(before);
}

export interface Import {
  readonly from: string;
  readonly line: number;
  /** `import type` or `export type`: nothing of it is left when the program runs. */
  readonly typeOnly: boolean;
}

/** Static imports, re-exports and dynamic imports, in the order of the file. */
export function importsOf(text: string): readonly Import[] {
  const code = blank(text);
  const found: Import[] = [];
  const statement = /\b(?:import|export)\s+(type\b\s*(?=[\w{*]))?(?:[\w$*{},\s]+?\bfrom\s*)?"/g;
  const dynamic = /\bimport\s*\(\s*"/g;
  for (const [pattern, isDynamic] of [
    [statement, false],
    [dynamic, true],
  ] as const) {
    for (const match of code.matchAll(pattern)) {
      const start = match.index + match[0].length;
      found.push({
        from: text.slice(start, code.indexOf('"', start)),
        line: lineOf(code, match.index),
        typeOnly: !isDynamic && match[1] !== undefined,
      });
    }
  }
  return found.sort((one, other) => one.line - other.line);
}

export interface Span {
  readonly line: number;
  readonly lines: number;
}

/** Every function with a body in braces: from the line its parameters begin to its last one. */
export function functionsOf(text: string): readonly Span[] {
  const code = blank(text);
  const found: Span[] = [];
  for (let at = code.indexOf("{"); at >= 0; at = code.indexOf("{", at + 1)) {
    const parameters = opensFunction(code, at);
    if (parameters === undefined) continue;
    const line = lineOf(code, parameters);
    found.push({ line, lines: lineOf(code, forward(code, at)) - line + 1 });
  }
  return found;
}

/** Position where the function begins whose body opens at `at`; undefined for other braces. */
function opensFunction(code: string, at: number): number | undefined {
  const before = lastBefore(code, at);
  if (code[before] === ":") return undefined;
  if (code.slice(before - 1, before + 1) === "=>") {
    const end = lastBefore(code, before - 1);
    return code[end] === ")" ? backward(code, end) : end;
  }
  const parameters = code[before] === ")" ? before : behindReturnType(code, before);
  if (parameters === undefined) return undefined;
  const opening = backward(code, parameters);
  return OPENS_CONTROL.test(code.slice(Math.max(0, opening - 20), opening)) ? undefined : opening;
}

/** Goes back over a type to the `)` of `): Type {`; undefined when it is none. */
function behindReturnType(code: string, from: number): number | undefined {
  for (let at = from; at > 0; at--) {
    const letter = code[at]!;
    if (letter === ":") {
      const end = lastBefore(code, at);
      return code[end] === ")" && !NO_TYPE.test(code.slice(at, from + 1)) ? end : undefined;
    }
    if (")]}".includes(letter)) at = backward(code, at);
    else if (letter === ";" || letter === "{" || letter === "(") return undefined;
    else if (letter === "=" && code[at + 1] !== ">") return undefined;
  }
  return undefined;
}

function lastBefore(code: string, at: number): number {
  let back = at - 1;
  while (back > 0 && /\s/.test(code[back]!)) back--;
  return back;
}

const PAIRS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{", "{": "}" };

function backward(code: string, at: number): number {
  return match(code, at, -1);
}

function forward(code: string, at: number): number {
  return match(code, at, 1);
}

/** Position of the bracket that belongs to the one at `at`. */
function match(code: string, at: number, step: 1 | -1): number {
  const one = code[at]!;
  const other = PAIRS[one]!;
  let depth = 0;
  for (let now = at; now >= 0 && now < code.length; now += step) {
    if (code[now] === one) depth++;
    else if (code[now] === other && --depth === 0) return now;
  }
  return Math.max(0, Math.min(code.length - 1, at));
}

/** Line of a position, from 1. */
export function lineOf(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf("\n"); next >= 0 && next < at; next = text.indexOf("\n", next + 1)) {
    line++;
  }
  return line;
}
