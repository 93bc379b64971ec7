/**
 * Where each key and value of a TOML document stands, as a tree in the order of the text. It reads
 * a document that the TOML parser has already accepted, so it only has to find where things begin
 * and end, not whether they are right; on anything else it stays within the text and still ends.
 */
import { parse } from "smol-toml";

/** A table, an array, or a value. Elements of an array are children named "0", "1" … */
export interface Node {
  /** Offset of the key (of an array's element: of the value). */
  readonly keyAt: number;
  /** Where the value begins; of a table under a header or a dotted key, its key. */
  valueAt: number;
  isArray: boolean;
  readonly children: Map<string, Node>;
}

interface Key {
  readonly name: string;
  readonly at: number;
}

const BARE = /[^\s.=\]#"',{}[]+/y;

/** The whole document's tree. */
export function scan(text: string): Node {
  return new Scanner(text).document();
}

class Scanner {
  /** A BOM is skipped, as the parser does. */
  #at: number;

  constructor(private readonly text: string) {
    this.#at = text.startsWith("\ufeff") ? 1 : 0;
  }

  document(): Node {
    const root = node(0);
    let table = root;
    for (this.#skipVoid(); this.#at < this.text.length; this.#skipVoid()) {
      const before = this.#at;
      if (this.text[this.#at] === "[") table = this.#header(root);
      else this.#pair(table);
      if (this.#at === before) this.#at++;
    }
    return root;
  }

  /** `[a.b]` or `[[a.b]]`: the table that the pairs after it belong to. */
  #header(root: Node): Node {
    const isElement = this.text[this.#at + 1] === "[";
    this.#at += isElement ? 2 : 1;
    const keys = this.#keys();
    for (let i = 0; i < (isElement ? 2 : 1) && this.text[this.#at] === "]"; i++) this.#at++;
    const table = descend(root, keys);
    const last = keys.at(-1);
    if (!isElement || last === undefined) return table;
    table.isArray = true;
    return add(table, String(table.children.size), node(last.at));
  }

  /** `key = value`. */
  #pair(table: Node): void {
    const keys = this.#keys();
    const target = descend(table, keys);
    this.#skipBlank();
    if (this.text[this.#at] === "=") this.#at++;
    this.#skipBlank();
    this.#value(target);
  }

  /** Names with dots between them, up to what follows the last. */
  #keys(): Key[] {
    const keys: Key[] = [];
    do {
      if (keys.length > 0) this.#at++;
      this.#skipBlank();
      const at = this.#at;
      const quoted = this.text[at] === '"' || this.text[at] === "'";
      if (quoted) this.#string();
      else this.#at = this.#end(BARE);
      const raw = this.text.slice(at, this.#at);
      keys.push({ name: quoted ? unquote(raw) : raw, at });
      this.#skipBlank();
    } while (this.text[this.#at] === ".");
    return keys;
  }

  #value(target: Node): void {
    target.valueAt = this.#at;
    const first = this.text[this.#at];
    if (first === '"' || first === "'") this.#string();
    else if (first === "[") this.#array(target);
    else if (first === "{") this.#inlineTable(target);
    // A number, a boolean or a date: to the end of its line or to what closes it.
    else this.#at = this.#end(/[^,\]}#\r\n]*/y);
  }

  #array(target: Node): void {
    this.#at++;
    target.isArray = true;
    for (this.#skipVoid(); this.#isWithin("]"); this.#skipVoid()) {
      const before = this.#at;
      if (this.text[this.#at] === ",") this.#at++;
      else this.#value(add(target, String(target.children.size), node(this.#at)));
      if (this.#at === before) this.#at++;
    }
    this.#at++;
  }

  #inlineTable(target: Node): void {
    this.#at++;
    for (this.#skipVoid(); this.#isWithin("}"); this.#skipVoid()) {
      const before = this.#at;
      if (this.text[this.#at] === ",") this.#at++;
      else this.#pair(target);
      if (this.#at === before) this.#at++;
    }
    this.#at++;
  }

  #string(): void {
    const quote = this.text[this.#at]!;
    const many = this.text.startsWith(quote.repeat(3), this.#at);
    const close = many ? quote.repeat(3) : quote;
    let at = this.#at + close.length;
    while (at < this.text.length && !this.text.startsWith(close, at)) {
      at += quote === '"' && this.text[at] === "\\" ? 2 : 1;
    }
    at += close.length;
    // Up to two quotes may stand before the three that close.
    while (many && this.text[at] === quote) at++;
    this.#at = Math.min(at, this.text.length);
  }

  #isWithin(close: string): boolean {
    return this.#at < this.text.length && this.text[this.#at] !== close;
  }

  #skipBlank(): void {
    this.#at = this.#end(/[ \t]*/y);
  }

  /** White space, line ends and comments. */
  #skipVoid(): void {
    let before: number;
    do {
      before = this.#at;
      this.#at = this.#end(/[ \t\r\n]*/y);
      if (this.text[this.#at] === "#") this.#at = this.#end(/[^\n]*/y);
    } while (this.#at !== before);
  }

  #end(pattern: RegExp): number {
    pattern.lastIndex = this.#at;
    return pattern.test(this.text) ? pattern.lastIndex : this.#at;
  }
}

function node(at: number): Node {
  return { keyAt: at, valueAt: at, isArray: false, children: new Map() };
}

function add(parent: Node, name: string, child: Node): Node {
  const known = parent.children.get(name);
  if (known !== undefined) return known;
  parent.children.set(name, child);
  return child;
}

/** Down along the keys; a name on the way that is an array means its last element. */
function descend(from: Node, keys: readonly Key[]): Node {
  let at = from;
  keys.forEach((key, i) => {
    at = add(at, key.name, node(key.at));
    if (at.isArray && i < keys.length - 1) {
      at = at.children.get(String(at.children.size - 1)) ?? at;
    }
  });
  return at;
}

/** The key that the quoted text stands for; escapes are the parser's business. */
function unquote(raw: string): string {
  if (!raw.includes("\\")) return raw.slice(1, -1);
  try {
    return Object.keys(parse(`${raw} = 0`))[0] ?? raw;
  } catch {
    return raw;
  }
}
