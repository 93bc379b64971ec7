/**
 * INT, TERM and HUP: the first lets the run end and report, the second ends the process at once.
 */
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export type EndSignal = (typeof SIGNALS)[number];

/** Exit value of a run that a signal ended: 128 + its number. */
export function signalExit(signal: EndSignal): number {
  return 128 + constants.signals[signal];
}

/** Calls `first` at the first signal; returns what takes the handlers away again. */
export function onEndSignal(first: (signal: EndSignal) => void): () => void {
  let seen = false;
  const handlers = SIGNALS.map((signal) => {
    const handler = (): void => {
      if (seen) process.exit(signalExit(signal));
      seen = true;
      first(signal);
    };
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
