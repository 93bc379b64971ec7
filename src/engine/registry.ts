/**
 * Name → engine. The only file that imports engines, each on demand: a job's thread evaluates the
 * one it runs and nothing else.
 */
import type { EngineDefinition } from "./engine.ts";

const ENGINES: Readonly<Record<string, () => Promise<EngineDefinition>>> = {
  null: async () => (await import("./null.ts")).nullEngine,
  sync: async () => (await import("./sync.ts")).sync,
  psync: async () => (await import("./psync.ts")).psync,
  pvsync: async () => (await import("./pvsync.ts")).pvsync,
  pvsync2: async () => (await import("./pvsync2.ts")).pvsync2,
  io_uring: async () => (await import("./io_uring.ts")).ioUring,
  libaio: async () => (await import("./libaio.ts")).libaio,
};

export const ENGINE_NAMES: readonly string[] = Object.keys(ENGINES);

/** The definition of that name, or undefined when there is no such engine. */
export async function findEngine(name: string): Promise<EngineDefinition | undefined> {
  return Object.hasOwn(ENGINES, name) ? ENGINES[name]?.() : undefined;
}
