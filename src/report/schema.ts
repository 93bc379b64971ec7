/**
 * JSON Schema (draft 2020-12) of the JSON report, published by `fathom schema result`. It is
 * closed: every key is required and no other may be there, so a document that passes is of this
 * version. It mirrors `measure/result.ts`; the tests hold documents of every kind against it.
 */
import { RESULT_SCHEMA, RESULT_SCHEMA_VERSION } from "../measure/result.ts";
import {
  about,
  amount,
  choice,
  flag,
  list,
  map,
  object,
  optional,
  type Properties,
  reference,
  type Schema,
  share,
  text,
  whole,
} from "./schemaparts.ts";
import { disk, environment, traffic } from "./schemasurroundings.ts";
import { verification } from "./verification.ts";

const latency = object(
  {
    count: whole,
    min: amount,
    max: amount,
    mean: amount,
    stddev: about("Of the sample (n - 1).", amount),
    percentiles: optional(
      about("By percentile as asked for; middle of a bucket, within min and max.", {
        type: "object",
        propertyNames: { pattern: "^[0-9]+(\\.[0-9]+)?$" },
        additionalProperties: amount,
      }),
    ),
    histogram: optional(
      about(
        "[lowest ns, width in ns, count] of each bucket that is not empty.",
        list({ type: "array", prefixItems: [amount, amount, whole], minItems: 3, items: false }),
      ),
    ),
  },
  "Latency in ns.",
);

const samples = object(
  { window_ns: amount, count: whole, min: amount, max: amount, mean: amount, stddev: amount },
  "A rate looked at once a window; figures of the windows, 0 when there was none.",
);

const priority = object({
  class: about("1 realtime, 2 best effort, 3 idle, 0 none.", whole),
  level: whole,
  hint: whole,
  of: choice("clat", "lat"),
  ns: reference("latency"),
});

const latencyOrNone = optional(reference("latency"));
const samplesOrNone = optional(reference("samples"));

const direction = object(
  {
    ios: whole,
    bytes: whole,
    runtime_ns: about("To the last completion or the sync after it.", amount),
    iops: amount,
    bandwidth_bytes_per_s: amount,
    short_ios: about("Cut short by the kernel and carried on.", whole),
    failed_ios: whole,
    ramp_ios: about("In the ramp, and in no other figure.", whole),
    ramp_bytes: whole,
    slat_ns: about("Taken to issued; null of a synchronous engine.", latencyOrNone),
    clat_ns: about("Issued to reaped.", latencyOrNone),
    lat_ns: about("Taken to reaped.", latencyOrNone),
    paced: about("Of units that are due at the instants of a rate.", optional(reference("paced"))),
    iops_samples: samplesOrNone,
    bandwidth_samples_bytes_per_s: samplesOrNone,
    priorities: optional(about("By I/O priority, of jobs with cmdprio options.", list(priority))),
  },
  "Reads, writes or trims.",
);

const paced = object({
  asked_iops: optional(amount),
  asked_bandwidth_bytes_per_s: optional(amount),
  response_ns: about("Due to reaped.", latencyOrNone),
  lag_ns: about("Due to issued.", latencyOrNone),
  backlog_ios: about("Due at the end and not taken.", whole),
  backlog_bytes: whole,
});

const directionOrNone = optional(reference("direction"));

const sync = object(
  {
    ios: whole,
    fsync_ios: whole,
    fdatasync_ios: whole,
    syncfs_ios: whole,
    sync_file_range_ios: whole,
    runtime_ns: amount,
    iops: amount,
    failed_ios: whole,
    ramp_ios: whole,
    lat_ns: latencyOrNone,
  },
  "fsync and its relatives.",
);

const cpu = object(
  {
    user_ns: amount,
    system_ns: amount,
    user_percent: about("Of the measured time; of several jobs, of the sum of theirs.", amount),
    system_percent: amount,
    voluntary_switches: whole,
    involuntary_switches: whole,
    major_faults: whole,
    minor_faults: whole,
  },
  "Of the jobs' own threads in the measured part.",
);

const distribution = object({ counts: map(whole), percent: map(amount) });

const measured: Properties = {
  elapsed_ns: about("Wall time of the measured part, ramp excluded.", amount),
  read: reference("direction"),
  write: reference("direction"),
  trim: reference("direction"),
  mixed: about("The three as one, where unified_rw_reporting asks for it.", directionOrNone),
  unified_rw_reporting: choice("none", "mixed", "both"),
  sync: reference("sync"),
  cpu: reference("cpu"),
  depth: about("Units by how many were in flight at their hand-over.", reference("distribution")),
  submit: about("Calls by the units they handed over.", reference("distribution")),
  complete: about("Calls by the units they brought back.", reference("distribution")),
};

const failure = object({
  call: text,
  subject: text,
  errno: whole,
  text,
  direction: optional(text),
  offset_bytes: optional(whole),
  length_bytes: optional(whole),
});

const file = object({
  path: text,
  kind: choice("regular", "block", "character", "pipe", "none"),
  offset_bytes: whole,
  length_bytes: amount,
  device: optional(about("The whole disk behind it, as in disks.", text)),
  file_system: optional(text),
  hole_share: optional(about("Share that read as zeros without device I/O before the job.", share)),
});

const work = object({
  rw: text,
  read_percent: optional(amount),
  block_bytes: object({ read: whole, write: whole, trim: whole }),
  block_most_bytes: object({ read: whole, write: whole, trim: whole }),
  direct: flag,
  iodepth: about("As asked for.", whole),
  depth: about("As the engine could use it.", whole),
  synchronous: flag,
});

const replay = object({
  trace: list(text),
  ios: about("Of one pass.", whole),
  duration_ns: about("When the last unit of a pass is due by the trace.", amount),
  lag_ns: about("How late units were taken against the trace's time.", latencyOrNone),
  last_lag_ns: amount,
  reader_wait_ns: about("Time with the trace not read far enough.", amount),
});

const job = object({
  name: text,
  description: optional(text),
  index: about("Position among all jobs of the run, from 0.", whole),
  clone: whole,
  group: whole,
  stage: about("Jobs of one stage ran together.", whole),
  group_reporting: flag,
  significant_figures: about("Digits of figures in fio's report.", whole),
  kb_base: about("Which powers fio's report shows first.", { enum: [1024, 1000] }),
  unit_base: about("Unit of its rates: 8 bytes, 1 bits, 0 for what fits.", { enum: [0, 8, 1] }),
  engine: text,
  engine_reason: optional(about("Why that engine, when none was asked for.", text)),
  work,
  stopped: choice(
    ...["bytes", "number_ios", "runtime", "full", "latency_target", "signal", "exitall", "error"],
    ...["created", "not_started", "running"],
  ),
  error: optional(reference("failure")),
  errors: optional(
    object(
      { total_err: whole, first_error: whole, first_error_text: text },
      "Errors of the classes a job survives; null without continue_on_error and ignore_error.",
    ),
  ),
  start_ns: optional(about("From the start of the run to its first unit.", amount)),
  ramp_ns: amount,
  search: optional(
    object(
      { target_ns: amount, window_ns: amount, kept_percent: amount, depth: whole },
      "The greatest depth that keeps a latency; the answer if stopped by latency_target.",
    ),
  ),
  clock: optional(text),
  overhead_ns: optional(about("fathom's own time a unit.", amount)),
  ...measured,
  replay: optional(reference("replay")),
  verification: optional(about("Of a job that verifies.", verification)),
  files: list(reference("file")),
  options: about("As one would write them in a job file.", map(text)),
});

const total: Properties = {
  jobs: about("index of each job that is counted.", list(whole)),
  failed_jobs: whole,
  ...measured,
};

const message = object({
  severity: choice("error", "warning", "note"),
  code: { type: "string", pattern: "^[a-z][a-z0-9_]*$" },
  text,
  job: optional(whole),
});

export const RESULT_JSON_SCHEMA: Schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: RESULT_SCHEMA,
  title: `Result of a fathom run, version ${RESULT_SCHEMA_VERSION}`,
  ...object({
    schema: { const: RESULT_SCHEMA },
    schema_version: { const: RESULT_SCHEMA_VERSION },
    fathom_version: text,
    started_at: { type: "string", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$" },
    elapsed_ns: amount,
    command: list(text),
    process_id: whole,
    interrupted: optional(text),
    environment,
    jobs: list(reference("job")),
    groups: list(object({ group: whole, name: text, ...total })),
    total: object(total),
    disks: list(disk),
    messages: list(message),
  }),
  $defs: {
    latency,
    samples,
    direction,
    paced,
    sync,
    cpu,
    distribution,
    failure,
    file,
    job,
    replay,
    traffic,
  },
};
