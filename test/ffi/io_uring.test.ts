import { expect, test } from "bun:test";
import { probeRing, Ring, RingRefused, type RingSettings } from "../../ffi/io_uring.ts";
import { OP, SETUP } from "../../ffi/io_uring_abi.ts";
import { allocate, free } from "../../ffi/memory.ts";
import { leftOut } from "../conformance/rig.ts";

const PLAIN: RingSettings = { entries: 5, polled: false, submitThread: false, submitThreadCpu: -1 };

const able = probeRing() === 0;

leftOut(able, "this machine refuses io_uring");

function withRing<T>(settings: RingSettings, lacking: object, body: (ring: Ring) => T): T {
  const ring = new Ring(settings, lacking);
  try {
    return body(ring);
  } finally {
    ring.close();
  }
}

test.if(able)("the rings are as long as asked, rounded up to a power of two", () => {
  withRing(PLAIN, {}, (ring) => {
    expect(ring.sqMask).toBe(7);
    expect(ring.entries.length).toBe(8 * 16);
    expect(ring.setup & SETUP.CQSIZE ? ring.cqMask : 7).toBe(7);
    expect(ring.words[ring.sqTail]).toBe(0);
    expect(ring.words[ring.cqTail]).toBe(0);
  });
});

test.if(able)("a flag that is not had is left out with those that came after it", () => {
  const wanted = [SETUP.CQSIZE, SETUP.COOP_TASKRUN, SETUP.SINGLE_ISSUER, SETUP.DEFER_TASKRUN];
  const full = withRing(PLAIN, {}, (ring) => ring.setup);
  for (const [i, flag] of wanted.entries()) {
    const setup = withRing(PLAIN, { setup: flag }, (ring) => ring.setup);
    expect(setup & flag).toBe(0);
    // What is older than the flag is still used, as far as the kernel has it.
    for (const older of wanted.slice(0, i)) expect(setup & older).toBe(full & older);
  }
});

test.if(able)("a submission thread is set up without the flags that do not go with it", () => {
  const settings = { ...PLAIN, submitThread: true, submitThreadCpu: 0 };
  withRing(settings, {}, ({ setup }) => {
    expect(setup & SETUP.SQPOLL).toBe(SETUP.SQPOLL);
    expect(setup & SETUP.SQ_AFF).toBe(SETUP.SQ_AFF);
    expect(setup & (SETUP.DEFER_TASKRUN | SETUP.COOP_TASKRUN)).toBe(0);
  });
});

test.if(able)("what the kernel refuses whatever the flags is an error with its errno", () => {
  for (const entries of [0, 100_000]) {
    let caught: unknown;
    try {
      new Ring({ ...PLAIN, entries }).close();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(RingRefused);
    expect((caught as RingRefused).value).toBe(22);
  }
});

test.if(able)("the kernel says which operations it has", () => {
  withRing(PLAIN, {}, (ring) => {
    expect(ring.offers(OP.READV)).toBe(true);
    expect(ring.offers(250)).toBe(false);
  });
});

test.if(able)("buffers and files are registered, or refused with an errno", () => {
  const base = allocate(8 * 4096);
  withRing(PLAIN, {}, (ring) => {
    expect(ring.registerBuffers(base, 4096, 8)).toBe(0);
    expect(ring.registerFiles(Int32Array.of(0, 1))).toBe(0);
  });
  withRing(PLAIN, {}, (ring) => {
    expect(ring.registerBuffers(4096, 4096, 8)).toBe(-14);
    expect(ring.registerFiles(Int32Array.of(1_000_000))).toBe(-9);
  });
  free(base, 8 * 4096);
});

test.if(able)("a closed ring leaves its place in the thread's table to the next", () => {
  const first = withRing(PLAIN, {}, ({ registered }) => registered);
  for (let i = 0; i < 40; i++) {
    expect(withRing(PLAIN, {}, ({ registered }) => registered)).toBe(first);
  }
});

test.if(able)("a wait ends at its time, with every way of waiting", () => {
  for (const lacking of [{}, { setup: SETUP.DEFER_TASKRUN, features: 1 << 8 }]) {
    withRing(PLAIN, lacking, (ring) => {
      const start = performance.now();
      const answer = ring.wait(1, 20e6);
      expect(answer === -62 || answer === 0).toBe(true);
      expect(performance.now() - start).toBeGreaterThanOrEqual(19.9);
      expect(performance.now() - start).toBeLessThan(500);
    });
  }
});
