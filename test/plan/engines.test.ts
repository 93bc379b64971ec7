import { describe, expect, test } from "bun:test";
import type { EngineDefinition } from "../../src/engine/engine.ts";
import { plan } from "../../src/plan/plan.ts";
import { engineOf, environmentOf, inputOf, type Written } from "./support.ts";

const psync = engineOf("psync", { synchronous: true });
const uring = engineOf("io_uring");
const libaio = engineOf("libaio");
const noUring = engineOf("io_uring", { unavailable: "io_uring is switched off: set sysctl x = 0" });
const noLibaio = engineOf("libaio", { unavailable: "libaio is not in this kernel" });

async function choice(engines: readonly EngineDefinition[], written: Written) {
  const job = inputOf({ directory: ["/tmp"], size: 1 << 20, ...written });
  const { jobs, messages, problems } = await plan([job], environmentOf(engines));
  return {
    engine: jobs[0]?.engine,
    reason: jobs[0]?.engineReason,
    depth: jobs[0]?.depth,
    messages: messages.map(({ severity, code, text, job: of }) => [severity, code, text, of]),
    problems: problems.map(({ option, message }) => `${option}: ${message}`),
  };
}

describe("no ioengine written", () => {
  test("at depth 1 is psync", async () => {
    expect(await choice([psync, uring, libaio], {})).toEqual({
      engine: "psync",
      reason: "no ioengine was written: psync is the plainest at iodepth 1",
      depth: 1,
      messages: [],
      problems: [],
    });
  });

  test("above depth 1 is io_uring, which keeps the depth", async () => {
    const { engine, reason, depth, messages } = await choice([psync, uring, libaio], {
      iodepth: 32,
    });
    expect([engine, depth, messages]).toEqual(["io_uring", 32, []]);
    expect(reason).toBe("no ioengine was written: io_uring keeps iodepth 32 in flight");
  });

  test("is libaio where the kernel refuses io_uring, and says why", async () => {
    const { engine, reason, depth } = await choice([psync, noUring, libaio], { iodepth: 32 });
    expect([engine, depth]).toEqual(["libaio", 32]);
    expect(reason).toBe(
      "no ioengine was written: libaio keeps iodepth 32 in flight; no io_uring: io_uring is " +
        "switched off: set sysctl x = 0",
    );
  });

  test("is psync with a warning where neither works", async () => {
    const { engine, reason, depth, messages } = await choice([psync, noUring, noLibaio], {
      iodepth: 32,
    });
    expect([engine, depth]).toEqual(["psync", 1]);
    expect(reason).toContain("no libaio: libaio is not in this kernel");
    expect(messages).toEqual([
      [
        "warning",
        "synchronous_depth",
        "iodepth = 32 has no effect: psync does one unit at a time",
        0,
      ],
    ]);
  });
});

test("an engine that was chosen is asked whether it takes the job", async () => {
  const picky = { ...uring, refuse: () => "io_uring wants direct = true" };
  const chosen = await choice([psync, picky], { iodepth: 2 });
  expect(chosen.problems).toEqual(["ioengine: io_uring wants direct = true"]);
  const named = await choice([psync, picky], { iodepth: 2, ioengine: "io_uring" });
  expect(named.problems).toEqual([]);
});

describe("an ioengine that was written", () => {
  test("is never replaced: where it does not work that is a problem", async () => {
    const { engine, problems } = await choice([psync, noUring, libaio], {
      ioengine: "io_uring",
      iodepth: 32,
    });
    expect(engine).toBe("io_uring");
    expect(problems).toEqual(["ioengine: io_uring is switched off: set sysctl x = 0"]);
  });

  test("needs no reason, and warns of a depth it cannot use, once for all clones", async () => {
    const { reason, depth, messages } = await choice([psync], {
      ioengine: "psync",
      iodepth: 8,
      numjobs: 5,
    });
    expect([reason, depth, messages.length]).toEqual(["", 1, 1]);
  });

  test("that is unknown is a problem with the names there are", async () => {
    expect((await choice([psync, uring], { ioengine: "rados" })).problems).toEqual([
      "ioengine: there is no engine rados; there are psync, io_uring",
    ]);
  });

  test("that goes one way only takes no mix", async () => {
    const oneWay = engineOf("oneway", { traits: { unidirectional: true } });
    const of = async (rw: Written["rw"]) =>
      (await choice([oneWay], { ioengine: "oneway", rw })).problems;
    expect(await of("randrw")).toEqual([
      "rw: oneway takes reads or writes, not both; split it into two jobs",
    ]);
    expect(await of("write")).toEqual([]);
  });
});
