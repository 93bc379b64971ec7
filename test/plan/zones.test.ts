import { expect, test } from "bun:test";
import { objections } from "../../src/options/rules.ts";
import { file, planIn, problemsIn, specOf, type Written } from "./support.ts";

const K = 1024;

function said(written: Written): readonly string[] {
  const input = { spec: specOf(written), depth: 1, diskless: false, memory: 2 ** 40 };
  return objections(input).map(({ options, message }) => `${options[0]}: ${message}`);
}

test("a zonesize asks for strided zones, as long as it says", () => {
  const { zonemode, zonerange } = specOf({ zonesize: 64 * K });
  expect({ zonemode, zonerange }).toEqual({ zonemode: "strided", zonerange: 64 * K });
  expect(specOf({ zonesize: 64 * K, zonerange: 4 * K }).zonerange).toBe(4 * K);
  expect(specOf({}).zonemode).toBe("none");
});

test("zones without a size, a size without zones, and blocks without room are refused", () => {
  expect(said({ zonemode: "strided" })).toEqual([
    'zonemode: needs a zonesize; write one, such as "64k"',
  ]);
  const none = 'there are no zones; write zonemode = "strided" and a zonesize, or drop it';
  expect(said({ zonemode: "none", zonesize: 4 * K })).toEqual([`zonesize: ${none}`]);
  expect(said({ zonerange: 4 * K })).toEqual([`zonerange: ${none}`]);
  expect(said({ zoneskip: { percent: 1 } })).toEqual([`zoneskip: ${none}`]);
  expect(said({ zonesize: 8 * K, zonerange: 2 * K })[0]).toContain("does not fit a zone of 2k");
  const random_distribution = { ...specOf().random_distribution };
  random_distribution.read = { kind: "zipf", parameter: 1.2 };
  const uneven = said({ zonesize: 8 * K, rw: "randread", random_distribution });
  expect(uneven[0]).toContain("goes over a whole file, not over zones");
});

test("the first zone must lie in the file", async () => {
  const job = (t: string, rw: Written["rw"]) => ({
    filename: [file(`${t}/f`, 32 * K)],
    zonesize: 8 * K,
    zonerange: 64 * K,
    rw,
  });
  expect(await problemsIn((t) => [job(t, "randread")])).toEqual([
    "zonerange: the first zone needs 64 KiB, and /t/f has 32 KiB for it; write a smaller " +
      "zonerange or zonesize",
  ]);
  const { problems } = await planIn((t) => [job(t, "read")]);
  expect(problems).toEqual([]);
});
