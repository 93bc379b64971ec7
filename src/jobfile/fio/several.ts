/**
 * fio's texts of several values → native ones: a value for each direction with commas, ranges,
 * sizes with shares, and rw with what stands behind its colon.
 */
import { fioSize, type KiloBase } from "../../base/fioquantity.ts";
import { Mistake } from "../../base/problem.ts";
import { quote } from "../../base/quote.ts";

/** The native text; the option's own parser finds what is wrong with values. Throws Mistake. */
export function several(
  reading: "integers" | "ranges" | "shares" | "rw",
  text: string,
  kilo: KiloBase,
): string {
  if (reading === "rw") return rw(text, kilo);
  const one = { integers: fioSize, ranges: range, shares }[reading];
  const parts = text.split(",");
  return parts.map((part) => (part.trim() === "" ? "" : String(one(part, kilo)))).join(",");
}

/** Two sizes with - or : between them, in either order. */
function range(text: string, kilo: KiloBase): string {
  const sizes = text.split(/[-:]/);
  if (sizes.length !== 2) throw new Mistake(`${quote(text)} is no range; write 4k-64k`);
  const [a, b] = sizes.map((size) => fioSize(size, kilo)) as [number, number];
  return `${Math.min(a, b)}-${Math.max(a, b)}`;
}

/** What shares leave of 100 goes to the size with the largest one: fio ends its search there. */
function shares(text: string, kilo: KiloBase): string {
  const entries = text
    .split(":")
    .filter((part) => part !== "")
    .map((part) => {
      const [size = "", percent = ""] = part.split("/");
      return { bytes: fioSize(size, kilo), percent: percent.trim() === "" ? undefined : percent };
    });
  if (entries.length === 0) throw new Mistake(`${quote(text)} has no size; write 4k/60:64k/40`);
  const written = entries.flatMap(({ percent }) => (percent === undefined ? [] : Number(percent)));
  const sum = written.reduce((all, percent) => all + percent, 0);
  if (written.length === entries.length && sum < 100) {
    const largest = written.lastIndexOf(Math.max(...written));
    entries[largest]!.percent = String(written[largest]! + 100 - sum);
  }
  return entries
    .map(({ bytes, percent }) => (percent === undefined ? String(bytes) : `${bytes}/${percent}`))
    .join(":");
}

/** Behind a random word the digits in front count, behind another one a size with its sign. */
function rw(text: string, kilo: KiloBase): string {
  const colon = text.indexOf(":");
  if (colon < 0) return text;
  const word = text.slice(0, colon);
  const suffix = text.slice(colon + 1);
  if (!word.startsWith("rand")) return `${word}:${fioSize(suffix, kilo)}`;
  const [digits = suffix] = /^\s*\d+/.exec(suffix) ?? [];
  return `${word}:${digits.trim()}`;
}
