/**
 * The same work by the installed fio and by fathom, on the null engine: the same keys in the same
 * order and layout, the same number formats, the same lines, the same columns. What is newer than
 * fio 3.33 is named here, with nothing else allowed to differ.
 */
import { beforeAll, describe, expect, test } from "bun:test";
import { type FioBuckets, middleOf, percentilesOf } from "../../src/fio/buckets.ts";
import { percentileLines, summaryLine } from "../../src/fio/latencylines.ts";
import { fathom } from "../support/binary.ts";

const version = Bun.which("fio") === null ? undefined : versionOf();

function versionOf(): string {
  return Bun.spawnSync(["fio", "--version"]).stdout.toString().trim();
}

/** 3.33 is the newest fio that lacks them. */
const older = version?.startsWith("fio-3.33") ?? false;
/** Keys of fio 3.42 that 3.33 has not. */
const NEWER = /^ *"job_start" : .*\n|,\n *"(?:latency_target_ns|latency_window_us)" : \d+/gm;

const INI = `[global]
ioengine=null
size=4m
bs=4k
slat_percentiles=1
lat_percentiles=1
[mixed]
rw=randrw
iodepth=4
description=both ways
[twins]
stonewall
rw=write
numjobs=2
group_reporting=1
[trims]
stonewall
new_group
rw=randtrim
percentile_list=50:99.999
[one]
stonewall
rw=randrw
unified_rw_reporting=mixed
[all]
stonewall
rw=randrw
unified_rw_reporting=both
[bits]
stonewall
new_group
rw=randrw
unit_base=1
[decimal]
stonewall
new_group
rw=randrw
kb_base=1000
[both]
stonewall
new_group
rw=randrw
kb_base=1000
unit_base=1
`;

const FLAGS: ReadonlySet<string> = new Set(["group_reporting", "stonewall", "new_group"]);

/** The same file in fathom's language. */
const TOML = INI.trim().replaceAll(/^.*$/gm, (line) => {
  if (line.startsWith("[")) return line === "[global]" ? line : `[job.${line.slice(1)}`;
  const [key = "", value = ""] = line.split("=");
  if (FLAGS.has(key) || key.endsWith("_percentiles")) return `${key} = true`;
  if (key === "percentile_list") return `${key} = [${value.replace(":", ", ")}]`;
  return `${key} = ${/^\d+$/.test(value) ? value : JSON.stringify(value)}`;
});

const FORMATS = ["json", "json+", "normal", "terse"] as const;
type Format = (typeof FORMATS)[number];
type Texts = Record<Format, string>;

async function collected(print: (format: Format) => Promise<string>): Promise<Texts> {
  const texts = FORMATS.map(async (format) => [format, await print(format)] as const);
  return Object.fromEntries(await Promise.all(texts)) as Texts;
}

function theirs(formats: string): Promise<string> {
  const command = ["fio", "-", `--output-format=${formats}`, "--eta=never"];
  return new Response(Bun.spawn(command, { stdin: new Blob([INI]) }).stdout).text();
}

async function ours(format: Format): Promise<string> {
  const args = ["run", "-", `--output-format=fio-${format}`];
  const { exit, out, err } = await fathom(args, { stdin: TOML });
  expect([exit, err]).toEqual([0, ""]);
  return out;
}

/** Options are echoed as written, and bins are what was measured: both differ and are left out. */
const OPTIONS = /^ *"(?:global|job) options" : \{\n(?:.*\n)*? *\},\n/gm;
const BINS = /("bins" : )\{\n(?: *"\d+" : \d+,?\n)* *\}/g;

/** A JSON text with its figures by their formats: N for a whole number, F for six digits. */
function jsonShape(text: string): string[] {
  return (older ? text.replaceAll(NEWER, "") : text)
    .replace(OPTIONS, "")
    .replace(BINS, "$1{…}")
    .split("\n")
    .map((line) =>
      line
        .replace(/ : -?\d+\.\d{6}(,?)$/, " : F$1")
        .replace(/ : \d+(,?)$/, " : N$1")
        .replace(/^( *"(?:fio version|time)" : ).*/, "$1…"),
    );
}

/** Lines of normal output without their figures; those that a short run may lack left out. */
function normalShape(text: string): string[] {
  return (
    text
      .replaceAll(/,\n {5}\|/g, ",")
      .replaceAll(/^ {2}lat \(.*\n/gm, "")
      .replaceAll(/^ {3}(?:bw \(|iops {8}:).*\n/gm, "")
      // With both 3.33 forgets the rates of the sum, though not in JSON.
      .replaceAll(/^ {2}mixed: .*$/gm, "  mixed:")
      .replaceAll(/^fio-.*$/gm, "fio")
      .replaceAll(/Starting .*/g, "Starting")
      .replaceAll(/pid=.*/g, "pid")
      .replaceAll(/\([num]sec\)/g, "(sec)")
      .replaceAll(/ *\d+(?:\.\d+)?/g, "#")
      .replaceAll(/#[kMGTP]?(i?)(?=B|b|,)/g, "#$1")
      .split("\n")
  );
}

/** Fields of terse output by their formats. */
function terseShape(text: string): string[] {
  return text.split("\n").map((line) =>
    line
      .replace(/fio-[\d.]+/, "fio")
      .split(";")
      .map((field) => field.replace(/\d+\.\d+(?=%?$)|\d+$/, (n) => n.replaceAll(/\d+/g, "#")))
      .map((field) => field.replace(/#\.#/, "F"))
      .join(";"),
  );
}

interface Job {
  readonly jobname: string;
  readonly groupid: number;
  readonly read?: Amounts;
  readonly write?: Amounts;
  readonly trim?: Amounts;
  readonly mixed?: Amounts;
  readonly iodepth_level: Readonly<Record<string, number>>;
}
interface Spread {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  readonly N: number;
  readonly percentile?: Readonly<Record<string, number>>;
  readonly bins?: Readonly<Record<string, number>>;
}
interface Amounts {
  readonly io_bytes: number;
  readonly total_ios: number;
  readonly slat_ns: Spread;
  readonly clat_ns: Spread;
  readonly lat_ns: Spread;
}

const jobsOf = (text: string): Job[] => JSON.parse(text).jobs;

/** What the job shows: directions, their sum, or both. */
function shown({ read, write, trim, mixed }: Partial<Job>): Amounts[] {
  return [read, write, trim, mixed].filter((amounts) => amounts !== undefined);
}

/** Every latency that has samples, with its name. */
function spreadsOf(jobs: readonly Job[]): [string, Spread][] {
  const all = jobs.flatMap((job) =>
    shown(job).flatMap(({ slat_ns, clat_ns, lat_ns }): [string, Spread][] => [
      ["slat", slat_ns],
      ["clat", clat_ns],
      ["lat", lat_ns],
    ]),
  );
  return all.filter(([, { N }]) => N > 0);
}

const MIDDLES = new Map(Array.from({ length: 1856 }, (_, bucket) => [middleOf(bucket), bucket]));

function bucketsOf(bins: Readonly<Record<string, number>>): FioBuckets {
  return new Map(Object.entries(bins).map(([ns, count]) => [MIDDLES.get(Number(ns))!, count]));
}

const beside = `${version ?? "fio (skipped: it is not installed)"}`;

let fio: Texts;
let own: Texts;
beforeAll(async () => {
  if (version === undefined) return;
  [fio, own] = await Promise.all([collected(theirs), collected(ours)]);
}, 60_000);

describe.skipIf(version === undefined)(`beside ${beside}`, () => {
  test.each(["json", "json+"] as const)(
    "%s has fio's keys, order, layout and formats",
    (format) => {
      expect(jsonShape(fio[format]).length).toBeGreaterThan(700);
      expect(jsonShape(own[format])).toEqual(jsonShape(fio[format]));
    },
  );

  test("normal output has fio's lines", () => {
    expect(normalShape(fio.normal).length).toBeGreaterThan(50);
    expect(normalShape(own.normal)).toEqual(normalShape(fio.normal));
  });

  test("terse output has fio's columns", () => {
    expect(terseShape(own.terse)).toEqual(terseShape(fio.terse));
  });

  test("names, groups, bytes, units and depths are fio's", () => {
    const sum = (job: Partial<Job>, of: (amounts: Amounts) => number): number =>
      shown(job).reduce((total, amounts) => total + of(amounts), 0);
    const determined = (text: string): unknown =>
      jobsOf(text).map(({ jobname, groupid, iodepth_level, ...job }) => ({
        jobname,
        groupid,
        bytes: sum(job, ({ io_bytes }) => io_bytes),
        ios: sum(job, ({ total_ios }) => total_ios),
        trim: [job.trim?.io_bytes, job.trim?.total_ios, job.trim?.clat_ns.N],
        // fio's null engine says depth 1 whatever iodepth is; ours what was in flight.
        depths: jobname === "mixed" ? [] : Object.values(iodepth_level),
      }));
    expect(determined(own.json)).toEqual(determined(fio.json));
  });

  test("the bins of each latency hold all of its samples", () => {
    for (const text of [own["json+"], fio["json+"]]) {
      for (const job of jobsOf(text)) {
        for (const { clat_ns } of shown(job)) {
          const counts = Object.values(clat_ns.bins ?? {});
          expect(counts.reduce((a, b) => a + b, 0)).toBe(clat_ns.N);
        }
      }
    }
  });
});

describe.skipIf(version === undefined)(`given the figures of ${beside}`, () => {
  test("fio's own bins give fio's own percentiles", () => {
    const spreads = spreadsOf(jobsOf(fio["json+"]));
    expect(spreads.length).toBeGreaterThan(8);
    for (const [, { percentile, bins }] of spreads) {
      const percents = Object.keys(percentile!).map(Number);
      const unclamped = { min: 0, max: Number.POSITIVE_INFINITY };
      const values = percentilesOf(bucketsOf(bins!), unclamped, percents);
      expect(values).toEqual(Object.values(percentile!));
    }
  });

  test("fio's own figures make fio's own lines", async () => {
    const text = await theirs("json+,normal");
    const [, json, normal] = /^(\{\n.*\n\}\n)(.*)/ms.exec(text)!;
    for (const [name, spread] of spreadsOf(jobsOf(json!))) {
      const { min, max, mean, stddev, N: samples, percentile, bins } = spread;
      const percentiles = Object.entries(percentile!).map(([p, ns]) => [Number(p), ns] as const);
      const buckets = bucketsOf(bins!);
      const latency = { min, max, mean, stddev, samples, percentiles, buckets };
      // Six digits of a figure do not tell which way it goes when it lies between two.
      if (![mean, stddev].some((figure) => Math.abs(((figure * 100) % 1) - 0.5) < 1e-3)) {
        expect(normal).toContain(`${summaryLine(name, latency)[0]}\n`);
      }
      expect(normal).toContain(`${percentileLines(name, latency).join("\n")}\n`);
    }
  });
});
