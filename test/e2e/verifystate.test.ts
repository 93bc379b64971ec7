/**
 * States of verified jobs on the compiled binary: where they lie, what a reader makes of them, and
 * that the installed fio and fathom take each other's.
 */
import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeState, encodeState, type VerifyState } from "../../src/verify/state.ts";
import { leftOut } from "../conformance/rig.ts";
import { BINARY } from "../support/binary.ts";

const directory = mkdtempSync(join(tmpdir(), "fathom-state-"));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, "f");
const STATE = "local-t-0-verify.state";
const statePath = join(directory, STATE);

function ran(...command: readonly string[]): { exit: number; err: string; read: number } {
  const cwd = directory;
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { cwd });
  const text = stdout.toString();
  const job = text.trim().startsWith("{") ? JSON.parse(text).jobs[0] : undefined;
  return { exit: exitCode, err: stderr.toString(), read: job?.read.total_ios ?? job?.read.ios };
}

// A seed that is written: those of no seed differ between versions of fio.
const seeded = ["--randrepeat=0", "--randseed=7"];
const common = [
  ...["--name=t", `--filename=${file}`, "--size=64k", "--bs=4k", "--verify=crc32c"],
  ...seeded,
];
const asFio = [BINARY, "fio", ...common, "--output-format=json", "--verify_header_version=5"];
const write = ["--rw=randwrite", "--do_verify=0"];
const read = ["--rw=randread", "--verify_state_load=1"];

const stateOf = (): VerifyState => decodeState(readFileSync(statePath)) as VerifyState;

function clean(): void {
  for (const name of readdirSync(directory)) rmSync(join(directory, name));
}

test("fathom fio saves a state as fio does, unless it is told not to, and where it is told", () => {
  clean();
  expect(ran(...asFio, ...write, "--verify_state_save=0").exit).toBe(0);
  expect(existsSync(statePath)).toBe(false);
  expect(ran(BINARY, "fio", ...common, ...write, `--aux-path=${directory}`).exit).toBe(0);
  expect(stateOf()).toMatchObject({ version: 7, depth: 1, writes: 16, name: "t", inFlight: [] });
});

test("natively there is none that was not asked for, and it lies beside the report", () => {
  clean();
  const native = [BINARY, "run", ...common, "--rw", "write"];
  expect(ran(...native).exit).toBe(0);
  expect(readdirSync(directory)).toEqual(["f"]);
  expect(ran(...native, "--verify_state_save")).toMatchObject({ exit: 2 });
  expect(ran(...native, "--verify_state_save", "--output", join(directory, "r")).exit).toBe(0);
  expect(readdirSync(directory).sort()).toEqual(["f", STATE, "r"]);
  const refused = ran(...native, "--verify_state_load", "--output", join(directory, "r"));
  expect([refused.exit, refused.err.includes("use read or randread")]).toEqual([2, true]);
});

test("a reader ends where the writer did and passes over what was in flight", () => {
  clean();
  ran(...asFio, ...write);
  const state: VerifyState = { ...stateOf(), version: 7, files: 0, completed: [] };
  writeFileSync(statePath, encodeState({ ...state, writes: 10, depth: 4, inFlight: [3, 9] }));
  expect(ran(...asFio, ...read)).toEqual({ exit: 0, err: "", read: 8 });
  rmSync(statePath);
  const missing = ran(...asFio, ...read);
  expect([missing.exit, missing.err.includes("is not there")]).toEqual([1, true]);
});

const fio = Bun.which("fio");
leftOut(fio !== null, "fio is not installed: states are not exchanged with it");

test.if(fio !== null)("fio takes fathom's states and fathom takes fio's: both read as far", () => {
  const theirs = [fio!, ...common, "--output-format=json"];
  for (const writer of [asFio, theirs]) {
    clean();
    expect(ran(...writer, ...write, "--iodepth=4", "--ioengine=libaio").exit).toBe(0);
    const whole = stateOf();
    expect(whole).toMatchObject({ version: 3, depth: 4, writes: 16, files: 1 });
    expect(whole.completed.length).toBe(4);
    // Cut short: of the last four of eleven writes two are known to have arrived.
    const order = orderOfPlaces();
    const completed = [order[7]!, order[8]!, 1e9, 1e9].map((offset) => ({ file: 0, offset }));
    writeFileSync(statePath, encodeState({ ...whole, writes: 11, completed }));
    const ends = [asFio, theirs].map((reader) => ran(...reader, ...read));
    expect(ends.map(({ exit, read: ios }) => [exit, ios])).toEqual([
      [0, 9],
      [0, 9],
    ]);
  }
});

/** Offsets in the order in which they were written, as the blocks' own headers number them. */
function orderOfPlaces(): number[] {
  const bytes = readFileSync(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order: number[] = [];
  for (let at = 0; at < bytes.length; at += 4096) order[view.getUint16(at + 34, true)] = at;
  return order;
}
