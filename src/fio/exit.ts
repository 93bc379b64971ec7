/**
 * fio's exit value: how many jobs failed, as far as eight bits say it. Where that would read as
 * success (a multiple of 256) or as the end by a signal (128), it is 125: the one difference.
 */

/** fio assigns 128 at SIGINT and SIGTERM, whatever failed. */
const SIGNALLED = 128;
const MANY = 125;

export function fioExit(failedJobs: number, interrupted: boolean): number {
  if (interrupted) return SIGNALLED;
  if (failedJobs === 0) return 0;
  const value = failedJobs % 256;
  return value === 0 || value === SIGNALLED ? MANY : value;
}
