/** Listens to calls of libc: what was asked of it, and what it answered. */
import { libc } from "../../ffi/libc.ts";

export interface Call {
  readonly given: readonly unknown[];
  readonly answer: unknown;
}

/** Every call of these functions while `body` runs; they are called as ever. */
export function recorded<K extends keyof typeof libc>(
  names: readonly K[],
  body: (calls: Readonly<Record<K, Call[]>>) => void,
): Record<K, Call[]> {
  const calls = {} as Record<K, Call[]>;
  const real = new Map<K, unknown>();
  for (const name of names) {
    // The first look at a function binds it, and what is bound is a plain value.
    const call = libc[name] as (...given: readonly unknown[]) => unknown;
    calls[name] = [];
    real.set(name, call);
    const value = (...given: readonly unknown[]): unknown => {
      const answer = call(...given);
      calls[name].push({ given, answer });
      return answer;
    };
    Object.defineProperty(libc, name, { value, configurable: true });
  }
  try {
    body(calls);
  } finally {
    for (const [name, value] of real) {
      Object.defineProperty(libc, name, { value, configurable: true });
    }
  }
  return calls;
}
