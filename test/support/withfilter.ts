/** Program: `withfilter CALL ERRNO COMMAND…` runs a command for which a system call fails. */
import { refuseCall } from "./seccomp.ts";

const [call = "", errno = "", ...command] = process.argv.slice(2);
refuseCall(Number(call), Number(errno));
const { exitCode } = Bun.spawnSync(command, {
  stdin: "inherit",
  stdout: "inherit",
  stderr: "inherit",
});
process.exit(exitCode);
