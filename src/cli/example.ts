/**
 * `fathom example`: prints a small job file that runs anywhere, to be read, piped or started from.
 */
import { Command } from "commander";
import { EXIT } from "../base/errors.ts";
import type { Invocation } from "./main.ts";
import { writeOut } from "./output.ts";

export const EXAMPLE = `# Random and sequential reads, then writes, of a temporary file. Run it with
#   fathom example | fathom run -

[global]
filename = "/var/tmp/fathom-example"
size     = "64m"
runtime  = "2s"
bs       = "4k"

[job.point-reads]               # one read at a time: what a database waits for
rw         = "randread"
time_based = true

[job.deep-reads]                # 32 in flight: what the device can give
rw         = "randread"
iodepth    = 32
time_based = true
stonewall  = true               # starts when the job above has ended

[job.log-writes]                # a write-ahead log: append, fdatasync, wait
rw         = "write"
fdatasync  = 1
unlink     = true
stonewall  = true
`;

export function exampleCommand({ done }: Invocation): Command {
  return new Command("example").action(() => {
    writeOut(EXAMPLE);
    done(EXIT.ok);
  });
}
