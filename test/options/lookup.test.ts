import { describe, expect, test } from "bun:test";
import { findEngine } from "../../src/engine/registry.ts";
import { flagHelp } from "../../src/options/flags.ts";
import { foreignOption } from "../../src/options/foreign.ts";
import { foreignEngine } from "../../src/options/foreignengines.ts";
import { commonName, engineOptions, ownOption, whyNot } from "../../src/options/lookup.ts";
import { OPTIONS } from "../../src/options/options.ts";

describe("a name", () => {
  test("of an option or an alias leads to the option", () => {
    expect(commonName("bs")).toBe("bs");
    expect(commonName("blocksize")).toBe("bs");
    expect(commonName("wait_for_previous")).toBe("stonewall");
    for (const name of ["Bs", "", "__proto__", "constructor", "fixedbufs"]) {
      expect(commonName(name)).toBeUndefined();
    }
  });

  test("of an engine's option leads to it in that engine only", async () => {
    const [ring, psync] = await Promise.all([findEngine("io_uring"), findEngine("psync")]);
    expect(ownOption(ring!, "fixedbufs")?.name).toBe("fixedbufs");
    expect(ownOption(psync!, "fixedbufs")).toBeUndefined();
    expect(ownOption(ring!, "bs")).toBeUndefined();
    expect(ownOption(ring!, "__proto__")).toBeUndefined();
    expect([...(await engineOptions()).get("nowait")!.engines.keys()]).toEqual(
      expect.arrayContaining(["pvsync2", "io_uring", "libaio"]),
    );
  });
});

describe("a key that cannot stand where it does", () => {
  test("is an option of another engine", async () => {
    expect(await whyNot("fixedbufs", ["psync", "psync"])).toBe(
      "is an option of io_uring, and the engine is psync",
    );
    expect(await whyNot("fixedbufs", ["null", undefined, "psync"])).toContain("is null, psync");
    expect(await whyNot("fixedbufs", [undefined])).toBe(
      'is an option of io_uring; name the engine too: ioengine = "io_uring"',
    );
    expect(await whyNot("fixedbufs", [])).toBeUndefined();
  });

  test("is fio's, and still to come, not to come, or given up", async () => {
    expect(await whyNot("steadystate", ["psync"])).toBe("is not implemented yet");
    expect(await whyNot("write_bw_log", [])).toBe("is not implemented yet");
    expect(await whyNot("zone_reset_threshold", [])).toBe(
      "needs a zoned block device and is not part of fathom",
    );
    expect(await whyNot("rwmixcycle", [])).toBe("is an option that fio gave up; leave it out");
  });

  test("is nothing, and perhaps something else was meant", async () => {
    expect(await whyNot("iodeph", [])).toBe("there is no such option; did you mean iodepth?");
    expect(await whyNot("fixedbuffs", [])).toBe("there is no such option; did you mean fixedbufs?");
    expect(await whyNot("qqqqqq", [])).toBe("there is no such option");
    expect(await whyNot("__proto__", [])).toBe("there is no such option");
    expect(await whyNot("k".repeat(1e6), [])).toBe("there is no such option");
  });
});

test("fio's names do not lead to what every object has", () => {
  for (const name of ["__proto__", "constructor", "toString"]) {
    expect(foreignOption(name)).toBeUndefined();
    expect(foreignEngine(name)).toBeUndefined();
  }
});

test("there is a flag for every option, those of engines with their engines", async () => {
  const flags = await flagHelp();
  expect(flags.map(({ name }) => name).slice(0, Object.keys(OPTIONS).length)).toEqual(
    Object.keys(OPTIONS),
  );
  expect(new Set(flags.map(({ name }) => name)).size).toBe(flags.length);
  const by = new Map(flags.map((flag) => [flag.name, flag]));
  expect(by.get("bs")).toMatchObject({ aliases: ["blocksize"], fallback: "4k", engines: [] });
  expect(by.get("direct")).toMatchObject({ metavar: "", bare: true, repeatable: false });
  expect(by.get("filename")).toMatchObject({ repeatable: true, metavar: "PATH" });
  expect(by.get("iodepth")).toMatchObject({ metavar: "N", bare: false });
  expect(by.get("nowait")?.engines).toContain("pvsync2");
});
