/** Jobs as `fathom fio` reads them: files and command line by fio's rules, in fio's order. */
import { readEntries } from "../entry.ts";
import { Layers, type ReadJobs } from "../read.ts";
import { type FioPart, readFio } from "./document.ts";
import { type Host, thisHost } from "./host.ts";

export type { FioPart } from "./document.ts";

/**
 * Every job of the parts, or what is wrong with them. A job without an engine stays without one:
 * which one it gets, the plan's profile says. Options in front of any name, and those of a job
 * called global, are for the jobs after them and for the first file.
 */
export async function readFioJobs(
  parts: readonly FioPart[],
  host: Host = thisHost(),
): Promise<ReadJobs> {
  const layers = new Layers();
  layers.addFio(await readFio(parts, host), readEntries([]));
  return layers.build(
    parts.filter((part) => part.kind === "file"),
    host.memory,
  );
}
