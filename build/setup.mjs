// Installs the pinned dependencies when they are missing or older than the lock file, with node and
// npm only: it runs before `npm start` and `npm test`, so that a fresh machine needs no other step.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";

const lock = "package-lock.json";
const installed = "node_modules/.package-lock.json";

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { stdio: "inherit" });
  process.exit(status ?? 1);
}
