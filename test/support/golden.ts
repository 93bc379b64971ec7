/**
 * Golden files: what was once read by a person and found right. `UPDATE_GOLDEN=1 bun test` writes
 * them anew; the difference is then for a person to read.
 */

import { expect } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const GOLDEN = join(import.meta.dir, "..", "golden");

export function expectGolden(name: string, text: string): void {
  const path = join(GOLDEN, name);
  if (process.env["UPDATE_GOLDEN"] !== undefined) writeFileSync(path, text);
  expect(text).toBe(readFileSync(path, "utf8"));
}
