/** Walks the whole table, and the tables of all engines: what every option must have. */
import { describe, expect, test } from "bun:test";
import Ajv2020 from "ajv/dist/2020";
import type { Option, OptionTable } from "../../src/base/option.ts";
import { ENGINE_NAMES, findEngine } from "../../src/engine/registry.ts";
import { foreignOption } from "../../src/options/foreign.ts";
import { namesOf } from "../../src/options/lookup.ts";
import { OPTIONS } from "../../src/options/options.ts";

const ajv = new Ajv2020();
const engines = (await Promise.all(ENGINE_NAMES.map(findEngine))).filter(
  (one) => one !== undefined,
);
const tables: readonly (readonly [string, OptionTable])[] = [
  ["common", OPTIONS],
  ...engines.map(({ name, options }) => [name, options as OptionTable] as const),
];
const all = tables.flatMap(([table, options]) =>
  Object.entries(options).map(
    ([name, option]) => [table, name, option as Option<unknown>] as const,
  ),
);

describe.each(all)("%s: %s", (_table, _name, option) => {
  test("has a group, and a summary of one line without a full stop", () => {
    expect(option.group).toMatch(/^\S/);
    expect(option.summary).toMatch(/^\S.{5,90}[^.\s]$/);
    if (option.detail !== undefined) expect(option.detail).toMatch(/^\S.*\.$/);
  });

  test("reads its fallback from the fallback's text, or is unset", () => {
    const text = option.format(option.fallback);
    if (option.fallback === undefined) expect(text).toBe("");
    else expect(option.parse(text, true)).toEqual(option.fallback);
  });

  test("has a schema that takes the fallback as a job file writes it", () => {
    const accepts = ajv.compile(option.schema);
    if (option.fallback === undefined) return expect(accepts({ no: "such value" })).toBe(false);
    const { fallback } = option;
    // A number of ns is none of a job file's where one has to write a unit.
    const plain =
      (["number", "boolean", "string"].includes(typeof fallback) || Array.isArray(fallback)) &&
      !(typeof fallback === "number" && option.schema["type"] === "string");
    expect(accepts(plain ? fallback : option.format(fallback))).toBe(true);
    return expect(accepts(null)).toBe(false);
  });

  test("needs a value that has a name in the help, or none", () => {
    expect(option.metavar === "").toBe(option.fallback === false || option.fallback === true);
    if (option.bare !== undefined) {
      expect(option.parse(option.format(option.bare), true)).toEqual(option.bare);
    }
  });
});

test("no two options of a job share a name or an alias", () => {
  const common = namesOf(OPTIONS);
  const spellings = (options: OptionTable): string[] =>
    Object.entries(options).flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
  expect(new Set(spellings(OPTIONS)).size).toBe(spellings(OPTIONS).length);
  for (const { options } of engines) {
    expect(new Set(spellings(options)).size).toBe(spellings(options).length);
    for (const spelling of spellings(options)) expect(common.has(spelling)).toBe(false);
  }
});

test("no option that is here is said to be missing", () => {
  for (const [, options] of tables) {
    for (const spelling of namesOf(options).keys()) expect(foreignOption(spelling)).toBeUndefined();
  }
});

// The names of fio that the first version has, as its manual spells them.
test.each(
  `name description filename directory filename_format filetype nrfiles nr_files size filesize
  io_size io_limit number_ios offset fileoffset offset_increment loops rw readwrite rwmixread
  rwmixwrite bs blocksize blockalign ba ioengine iodepth iodepth_batch iodepth_batch_submit
  iodepth_batch_complete iodepth_batch_complete_min iodepth_batch_complete_max iodepth_low direct
  buffered sync invalidate fsync fdatasync end_fsync end_syncfs fsync_on_close overwrite fallocate
  create_only create_fsync unlink numjobs group_reporting stonewall wait_for_previous new_group
  runtime timeout time_based ramp_time startdelay norandommap randseed randrepeat allrandrepeat
  refill_buffers scramble_buffers zero_buffers buffer_pattern thread readonly allow_mounted_write
  percentile_list lat_percentiles clat_percentiles slat_percentiles disable_lat disable_clat
  disable_slat disable_bw disable_bw_measurement gtod_reduce stats clocksource`.split(/\s+/),
)("%s is an option", (name) => {
  expect(namesOf(OPTIONS).has(name)).toBe(true);
});

// fio 3.42's defaults, from its table of options; where fathom's differs it says so.
test("fallbacks are fio's, but for thread and clocksource", () => {
  const fallbacks = Object.fromEntries(
    Object.entries(OPTIONS).map(([name, option]) => [
      name,
      (option as Option<unknown>).format(option.fallback),
    ]),
  );
  expect(fallbacks).toMatchObject({
    rw: "read",
    bs: "4k",
    iodepth: "1",
    iodepth_batch_submit: "1",
    iodepth_batch_complete_min: "1",
    numjobs: "1",
    loops: "1",
    nrfiles: "1",
    rwmixread: "50",
    rwmixwrite: "50",
    direct: "false",
    buffered: "true",
    sync: "none",
    invalidate: "true",
    fallocate: "native",
    create_fsync: "true",
    scramble_buffers: "true",
    refill_buffers: "false",
    randrepeat: "true",
    norandommap: "false",
    runtime: "0s",
    clat_percentiles: "true",
    lat_percentiles: "false",
    slat_percentiles: "false",
    stats: "true",
    filename_format: "$jobname.$jobnum.$filenum",
    percentile_list: "1,5,10,20,30,40,50,60,70,80,90,95,99,99.5,99.9,99.95,99.99",
    thread: "true",
    clocksource: "auto",
    warmup: "true",
  });
});
