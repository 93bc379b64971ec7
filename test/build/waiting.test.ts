/** The table of job files that wait for something: what is in it, and that it can be wrong. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitingIn, waitingTable } from "../../build/waiting.ts";

const directory = mkdtempSync(join(tmpdir(), "fathom-waiting-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("each file that cannot be read yet is named with what it waits for", async () => {
  const files = {
    "c-fine.fio": "[a]\nrw=read\nsize=1m\n",
    "b-option.fio": "[a]\ngpu_dev_id=1\nsprandom=1\nsize=1m\n[b]\ngpu_dev_id=1\n",
    "a-engine.fio": "[global]\nioengine=rdma\n[a]\n",
    "d-empty.fio": "; nothing\n",
    "notes.txt": "[a]\natomic=1\n",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const rows = waitingTable(await waitingIn(directory))
    .trimEnd()
    .split("\n");
  expect(rows.slice(2, -2)).toEqual([
    '| a-engine.fio | ioengine: the engine "rdma" needs RDMA hardware and is not part of fathom |',
    "| b-option.fio | gpu_dev_id: needs a GPU and is not part of fathom; " +
      "sprandom: needs an SSD whose spare area is known and is not part of fathom |",
    "| d-empty.fio | file: has no job |",
  ]);
  expect(rows.at(-1)).toBe("1 of 4 are read without a mistake.");
});
