/** Program: puts a seccomp filter on itself, then prints what an engine says of its chances. */
import { findEngine } from "../../src/engine/registry.ts";
import { refuseCall } from "../support/seccomp.ts";

const [name = "", call = "", errno = ""] = process.argv.slice(2);
const engine = await findEngine(name);
refuseCall(Number(call), Number(errno));
process.stdout.write(engine?.unavailable() ?? "works");
