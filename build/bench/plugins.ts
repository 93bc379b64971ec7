/**
 * `npm run bench:plugins`: what each plug-in of the loop costs a unit, in ns of the job's CPU time
 * over the plain loop on the null engine. A run of the plug-in and one of the plain loop follow
 * each other in processes of their own, pair after pair in alternating order, so that a machine
 * which slows down slows both; a cost is the median of the pairs' differences. A whole run is kept
 * in plugins.md beside this file; one with --quick, or of the rows that --row names, is only shown.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { BINARY } from "../command.ts";
import { BASES, COMMON, type PluginRow, SECTIONS, TRACE, type Words } from "./pluginrows.ts";
import { median } from "./table.ts";

const { values: flags } = parseArgs({
  options: {
    pairs: { type: "string" },
    row: { type: "string" },
    quick: { type: "boolean", default: false },
  },
});
const pairCount = Number(flags.pairs ?? (flags.quick ? 1 : 5));
if (!Number.isInteger(pairCount) || pairCount < 1) {
  process.stderr.write(`--pairs ${flags.pairs}: write a whole number from 1 on\n`);
  process.exit(2);
}
const RUNTIME = flags.quick ? "200ms" : "1s";

/** Units in the trace that is replayed, again and again until the runtime ends. */
const TRACED = 50_000;

const ENGINE: Words = ["--name=t", "--ioengine=null"];

const folder = mkdtempSync("/var/tmp/fathom-plugins-");
process.on("exit", () => rmSync(folder, { recursive: true }));
process.on("SIGINT", () => process.exit(130));

/** fio's form of a duration has no letters that fathom does not know; a flag is a 1 there. */
function command(face: PluginRow["face"], words: Words): string[] {
  const timed = ["--time_based=1", `--runtime=${RUNTIME}`, "--output-format=json"];
  return [BINARY, face ?? "run", ...ENGINE, ...words, ...timed];
}

type Directions<T> = Readonly<Record<"read" | "write" | "trim", T>>;
type Native = Directions<{ ios: number }> & { cpu: { user_ns: number; system_ns: number } };
type Fio = Directions<{ total_ios: number }> & {
  usr_cpu: number;
  sys_cpu: number;
  job_runtime: number;
};

/** CPU time, which a busy machine changes less than the time that passed; no loop here waits. */
function nativeCost({ read, write, trim, cpu }: Native): number {
  return (cpu.user_ns + cpu.system_ns) / (read.ios + write.ios + trim.ios);
}

function fioCost({ read, write, trim, usr_cpu, sys_cpu, job_runtime }: Fio): number {
  const units = read.total_ios + write.total_ios + trim.total_ios;
  return (((usr_cpu + sys_cpu) / 100) * job_runtime * 1e6) / units;
}

/** ns of CPU time of a unit; throws with what the program said when it failed. */
function measured(face: PluginRow["face"], words: Words): number {
  const line = command(face, words);
  const { stdout, stderr, exitCode } = Bun.spawnSync(line, { cwd: folder });
  if (exitCode !== 0) throw new Error(`${line.join(" ")}\nexit ${exitCode}: ${stderr}`);
  const [job] = (JSON.parse(stdout.toString()) as { jobs: readonly unknown[] }).jobs;
  return face === "fio" ? fioCost(job as Fio) : nativeCost(job as Native);
}

interface Cost {
  readonly plain: number;
  readonly over: number;
  readonly least: number;
  readonly most: number;
}

function costOf({ base, words, face, alone }: PluginRow): Cost {
  const bare = [...COMMON, ...BASES[base]];
  const own = [...(alone ? [] : bare), ...words];
  const plain: number[] = [];
  const over: number[] = [];
  for (let turn = 0; turn < pairCount; turn++) {
    const both: Words[] = [bare, own];
    if (turn % 2 === 1) both.reverse();
    const times = both.map((one) => measured(face, one));
    if (turn % 2 === 1) times.reverse();
    plain.push(times[0]!);
    over.push(times[1]! - times[0]!);
  }
  const [least, most] = [Math.min(...over), Math.max(...over)];
  return { plain: median(plain), over: median(over), least, most };
}

function makeTrace(): void {
  const words = [`--number_ios=${TRACED}`, "--rw=randread", `--write_iolog=${TRACE}`];
  const { exitCode, stderr } = Bun.spawnSync([BINARY, "run", ...ENGINE, ...COMMON, ...words], {
    cwd: folder,
  });
  if (exitCode !== 0) throw new Error(`no trace: ${stderr}`);
}

const HEAD =
  "| plug-in | plain loop | plain ns/unit | over it, ns | pairs |\n|---|---|---|---|---|\n";

/** A row that could not be run says why, and the table is not kept. */
function lineOf(row: PluginRow): string {
  try {
    return costLine(row);
  } catch (error) {
    process.exitCode = 1;
    return `| \`${row.name}\` | ${(error as Error).message.replaceAll("\n", " ")} | | | |\n`;
  }
}

function costLine(row: PluginRow): string {
  const { plain, over, least, most } = costOf(row);
  const ns = (value: number): string => value.toFixed(1);
  const base = `${row.face === undefined ? "" : "fathom fio, "}${row.base}`;
  const cells = [
    `\`${row.name}\``,
    base,
    ns(plain),
    `**${ns(over)}**`,
    `${ns(least)} to ${ns(most)}`,
  ];
  return `| ${cells.join(" | ")} |\n`;
}

const day = new Date().toISOString().slice(0, 10);
const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, Linux ${release()}`;
let text = `# What each plug-in costs a unit

Written by \`npm run bench:plugins\`: ns of CPU time of a unit on the null engine over the plain
loop of the same direction, median of ${pairCount} pairs of whole processes of ${RUNTIME} each, with
the smallest and the largest difference. Every word stands behind the plain loop's and
\`${[...ENGINE, ...COMMON].join(" ")}\`.
Below zero is what the machine makes of nothing, or a plug-in that spares the loop something.

${machine}; ${day}.
`;
process.stdout.write(text);
makeTrace();
for (const [section, all] of Object.entries(SECTIONS)) {
  const wanted = all.filter(({ name }) => name.includes(flags.row ?? ""));
  if (wanted.length === 0) continue;
  const head = `\n## ${section}\n\n${HEAD}`;
  process.stdout.write(head);
  text += head;
  for (const row of wanted) {
    const line = lineOf(row);
    process.stdout.write(line);
    text += line;
  }
}
const whole = !flags.quick && flags.row === undefined && pairCount >= 5;
if (whole && process.exitCode !== 1) writeFileSync(join(import.meta.dir, "plugins.md"), text);
