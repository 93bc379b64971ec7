import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROWS } from "./rows.ts";

test("every test that the table of rows names is there", () => {
  const missing = Object.entries(ROWS).flatMap(([row, tests]) =>
    tests
      .filter(([file, name]) => !readFileSync(join(import.meta.dir, file), "utf8").includes(name))
      .map(([file, name]) => `${row}: ${file}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test("the rows without a test are the ones known to be open", () => {
  const open = Object.entries(ROWS).filter(([, tests]) => tests.length === 0);
  expect(open.map(([row]) => Number(row))).toEqual([20, 74]);
});
