/** rate_min and rate_iops_min, by fio's rules of when they are judged. */
import { describe, expect, test } from "bun:test";
import { READ, WRITE } from "../../src/base/direction.ts";
import { Units } from "../../src/io/units.ts";
import { LeastRate } from "../../src/pace/leastrate.ts";
import { GO_ON } from "../../src/pace/pacer.ts";

const EIO = 5;

interface Asked {
  readonly bytes?: readonly number[];
  readonly ios?: readonly number[];
  readonly cycle?: number;
}

class Rig {
  readonly units = new Units(1);
  readonly pacer: LeastRate;
  #at = 7e9;

  constructor({ bytes = [0, 0, 0], ios = [0, 0, 0], cycle = 1e9 }: Asked, measured = true) {
    this.pacer = new LeastRate({ units: this.units, depth: 1, bytes, ios, cycle });
    this.pacer.begin(this.#at, measured);
  }

  /** Units that come back every so many ns, until the pacer ends it; ns since the start. */
  go(ns: number, every: number, direction = READ, length = 4096): number {
    const { units, pacer } = this;
    for (let passed = 0; passed < ns && pacer.verdict === GO_ON; passed += every) {
      this.#at += every;
      units.direction[0] = direction;
      units.length[0] = length;
      pacer.completed(0, this.#at);
    }
    return this.#at - 7e9;
  }

  begin(measured: boolean): void {
    this.pacer.begin(this.#at, measured);
  }
}

describe("a job that does less", () => {
  test("than rate_iops_min fails with EIO, at the end of the window after two seconds", () => {
    const rig = new Rig({ ios: [1000, 0, 0] });
    expect(rig.go(10e9, 2e6)).toBe(3e9);
    expect(rig.pacer.verdict).toBe(-EIO);
    expect(rig.pacer.failure).toMatchObject({
      call: "rate_iops_min",
      errno: EIO,
      message: "read did 500 units a second over 1.000 s, less than rate_iops_min = 1000",
    });
  });

  test("than rate_min fails with the bytes it moved", () => {
    const rig = new Rig({ bytes: [0, 2_048_001, 0] });
    rig.go(10e9, 2e6, WRITE);
    expect(rig.pacer.verdict).toBe(-EIO);
    expect(rig.pacer.failure?.message).toBe(
      "write moved 2048000 bytes a second over 1.000 s, less than rate_min = 2048001",
    );
  });

  test("is judged over windows of rate_cycle", () => {
    const rig = new Rig({ ios: [1000, 0, 0], cycle: 0.5e9 });
    expect(rig.go(10e9, 2e6)).toBe(2.5e9);
  });

  test("only now and then fails in the window in which it did", () => {
    const rig = new Rig({ ios: [1000, 0, 0] });
    rig.go(4.2e9, 0.5e6);
    expect(rig.pacer.verdict).toBe(GO_ON);
    expect(rig.go(10e9, 3e6)).toBeLessThan(6.5e9);
    expect(rig.pacer.verdict).toBe(-EIO);
  });

  test("is judged at the first unit after a stall, over the whole of it", () => {
    const rig = new Rig({ ios: [1000, 0, 0] });
    rig.go(3.5e9, 0.5e6);
    rig.go(1, 20e9);
    expect(rig.pacer.failure?.message).toContain("over 20.");
  });
});

describe("a job goes on", () => {
  test("that does as much", () => {
    const rig = new Rig({ ios: [500, 0, 0], bytes: [2_048_000, 0, 0] });
    rig.go(20e9, 2e6);
    expect(rig.pacer.verdict).toBe(GO_ON);
    expect(rig.pacer.failure).toBeUndefined();
  });

  test("for two seconds, whatever it does", () => {
    const rig = new Rig({ ios: [1e6, 0, 0] });
    rig.go(2e9, 1e8);
    expect(rig.pacer.verdict).toBe(GO_ON);
  });

  test("whose other direction is slow", () => {
    const rig = new Rig({ ios: [1000, 0, 0] });
    rig.go(20e9, 2e6, WRITE);
    expect(rig.pacer.verdict).toBe(GO_ON);
  });

  test("in a ramp, and for two seconds after it", () => {
    const rig = new Rig({ ios: [1000, 0, 0] }, false);
    rig.go(20e9, 2e6);
    expect(rig.pacer.verdict).toBe(GO_ON);
    rig.begin(true);
    expect(rig.go(10e9, 2e6)).toBe(23e9);
    expect(rig.pacer.verdict).toBe(-EIO);
  });
});
