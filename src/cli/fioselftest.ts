/** fio's --crctest and --cpuclock-test: what `run/selftests.ts` finds, printed as fio prints it. */
import { Mistake } from "../base/problem.ts";
import { quote } from "../base/quote.ts";
import { fixed } from "../fio/number.ts";
import { checksumRate, TIMED, testCpuClock } from "../run/selftests.ts";
import { writeOut } from "./output.ts";

/** Every checksum, or those that are named with commas between. Throws Mistake for an unknown. */
export function checksumTest(names: string | undefined): boolean {
  const asked = names === undefined || names === "" ? TIMED : names.split(",").map(known);
  for (const name of asked) {
    writeOut(`${name}:\t\t${fixed(checksumRate(name), 2, 8)} MiB/sec\n`);
  }
  return true;
}

function known(name: string): (typeof TIMED)[number] {
  const found = TIMED.find((one) => one === name);
  if (found !== undefined) return found;
  throw new Mistake(`unknown hash ${quote(name)}; there are ${TIMED.join(", ")}`);
}

/** Whether the processor's counter is a clock here. */
export function clockTest(): boolean {
  const { lines, trusted } = testCpuClock();
  writeOut(`${lines.join("\n")}\n`);
  return trusted;
}
