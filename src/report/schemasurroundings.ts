/** Schema of what lies around the jobs of a result: the disks in use, and the machine. */
import {
  amount,
  flag,
  list,
  object,
  optional,
  type Properties,
  reference,
  text,
  whole,
} from "./schemaparts.ts";

export const traffic = object({ ios: whole, bytes: whole, merges: whole, busy_ns: amount });

const diskCounters: Properties = {
  read: reference("traffic"),
  write: reference("traffic"),
  discard: reference("traffic"),
  flush_ios: whole,
  flush_busy_ns: amount,
  active_ns: amount,
  in_queue_ns: amount,
  utilization_percent: { type: "number", minimum: 0, maximum: 100 },
};

export const disk = object(
  {
    stage: whole,
    name: text,
    elapsed_ns: amount,
    ...diskCounters,
    members: list(text),
    member_total: optional(object(diskCounters)),
  },
  "A whole disk during one stage, ramps and other users of it included.",
);

const device = object({
  name: text,
  model: optional(text),
  size_bytes: optional(whole),
  scheduler: optional(text),
  rotational: optional(flag),
  logical_block_bytes: optional(whole),
  physical_block_bytes: optional(whole),
  write_cache: optional(text),
  members: list(text),
});

export const environment = object({
  fathom_version: text,
  bun_version: text,
  kernel: text,
  architecture: text,
  cpu_model: optional(text),
  cpu_count: whole,
  cpu_allowed: optional(whole),
  cpu_governor: optional(text),
  memory_bytes: optional(whole),
  devices: list(device),
  file_systems: list(object({ mount_point: text, type: text, source: text, options: text })),
  job_files: list(object({ name: text, sha256: { type: "string", pattern: "^[0-9a-f]{64}$" } })),
  variables: list(text),
});
