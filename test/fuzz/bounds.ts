/**
 * How far a fuzz goes: a little in the tests, further by `npm run fuzz`, which has a fixed seed and
 * a limit of time, and as far as one likes with FATHOM_FUZZ, the number of random texts in all.
 */
const asked = process.env["FATHOM_FUZZ"];
/** Option lines, job files of fio, job files in TOML. */
const KINDS = 3;

/** Of each kind. */
export function runsOf(usual: number): number {
  return asked === undefined ? usual : Math.ceil(Number(asked) / KINDS);
}

const limit = process.env["FATHOM_FUZZ_SECONDS"];

/** One that takes longer than 20 s hangs. */
export const BOUNDS = {
  seed: Number(process.env["FATHOM_FUZZ_SEED"] ?? 1),
  timeout: 20_000,
  ...(limit === undefined
    ? {}
    : {
        interruptAfterTimeLimit: (Number(limit) * 1000) / KINDS,
        markInterruptAsFailure: false,
      }),
};

/** For a test whose bounds are those above. */
export const LONGEST_MS = 24 * 3600 * 1000;
