/** The traces of a plan in words, as `fathom check` prints them: a table with a row a trace. */
import type { JobPlan } from "../job/jobplan.ts";
import { showPath, showTime, table } from "./show.ts";

/** Lines about the traces that jobs replay and write; empty where there are none. */
export function traceTable(jobs: readonly JobPlan[]): readonly string[] {
  const rows = jobs.flatMap(({ replay, traceLog, spec }) => {
    const name = showPath(spec.name);
    const read = replay === undefined ? [] : [row(replay, name)];
    const written = traceLog === undefined ? [] : [[showPath(traceLog.path), `written by ${name}`]];
    return [...read, ...written];
  });
  const distinct = [...new Map(rows.map((cells) => [cells.join("\0"), cells])).values()];
  return table(distinct.slice(0, MOST_ROWS));
}

/** As many as are shown of the files of a job. */
const MOST_ROWS = 8;

function row(
  { source, units, duration, timed, ring, mergedPath }: NonNullable<JobPlan["replay"]>,
  name: string,
): readonly string[] {
  const paths = source.paths.map((path) => (path === "-" ? "stdin" : showPath(path))).join(", ");
  const time = timed ? `${showTime(Math.floor(duration))} long` : "as fast as possible";
  const how = ring === undefined ? "" : ", read while it runs";
  const merged = mergedPath === undefined ? "" : `, joined into ${showPath(mergedPath)}`;
  const size = `${units} unit${units === 1 ? "" : "s"}, ${time}${how}${merged}`;
  return [paths, `replayed by ${name}: ${size}`];
}
