/**
 * The completion scripts in the shells they are for: what a shell offers at the end of a line. A
 * shell that is not installed is skipped.
 */
import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { fathom } from "../support/binary.ts";
import { Ground, lacking } from "../support/ground.ts";

const ground = new Ground("completion");
mkdirSync(ground.path("jobs"));
writeFileSync(ground.path("deep reads.toml"), "");

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

for (const shell of SHELLS) {
  writeFileSync(ground.path(`script.${shell}`), (await fathom(["completion", shell])).out);
}

/** Runs a program of a shell in the directory of the script; what it prints, by line. */
function said(shell: Shell, program: string, ...args: readonly string[]): readonly string[] {
  const flags = { bash: ["--norc", "--noprofile"], zsh: ["-f"], fish: ["--no-config"] }[shell];
  const { stdout, stderr, exitCode } = Bun.spawnSync(
    [shell, ...flags, "-c", program, ...(shell === "fish" ? [] : [shell]), ...args],
    {
      cwd: ground.root,
      env: { PATH: process.env["PATH"] ?? "", HOME: ground.root, TERM: "dumb", LC_ALL: "C.UTF-8" },
      timeout: 20_000,
    },
  );
  expect({ shell, exitCode, stderr: stderr.toString() }).toEqual({
    shell,
    exitCode: 0,
    stderr: "",
  });
  return stdout
    .toString()
    .split("\n")
    .filter((line) => line !== "");
}

/** As bash calls the function: the words of the line, the last one being completed. */
const BASH = `source script.bash
COMP_WORDS=("$@") COMP_CWORD=$(( $# - 1 ))
_fathom
(( \${#COMPREPLY[@]} )) && printf '%s\\n' "\${COMPREPLY[@]}"
exit 0`;

/**
 * A zsh at a terminal of its own, whose completion hands its matches over instead of showing them.
 * One for all lines: it takes long to start.
 */
const ZSH = `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PROMPT=; autoload -Uz compinit; compinit -u -D; source ./script.zsh
compadd() {
  [[ " $* " == *" "-[OAD]" "* ]] && { builtin compadd "$@"; return }
  local -a found; builtin compadd -O found "$@"; print -rl -- $found >> matches
  builtin compadd "$@"
}
ask() { zle complete-word; zle kill-whole-line; print done > finished; }
zle -N ask; bindkey "^I" ask; print ready > finished'
await() {
  for (( i = 0; i < 500; i++ )) do [[ -e finished ]] && break; sleep 0.01; done
  rm -f finished
}
await
for line in "$@"; do
  rm -f matches
  zpty -w -n shell "$line"$'\\t'
  await
  print -r -- "> $line"
  [[ -e matches ]] && sort -u matches
done
rm -f matches
zpty -d shell`;

const LINES = [
  ...["fathom ch", "fathom ", "fathom run --iode", "fathom schema --iode", "fathom check --rw ra"],
  ...["fathom check --readwrite ra", "fathom run --ioengine io_", "fathom run --output-format j"],
  ...["fathom run --bs jo", "fathom run jo", "fathom run --direct jo", "fathom run --filename jo"],
  ...["fathom schema jo", "fathom completion zs", "fathom options thinktime_b"],
  ...["fathom example jo", "fathom fio --iode", "fathom fio --output-format n"],
  ...["fathom fio --rw randr", "fathom fio --direct ", "fathom fio jo", "fathom fio --dest"],
];

/** What the shell offers at the end of each line, without descriptions. */
function answers(shell: Shell): ReadonlyMap<string, readonly string[]> {
  if (shell === "bash") {
    return new Map(LINES.map((line) => [line, said("bash", BASH, ...line.split(" "))]));
  }
  if (shell === "zsh") {
    const texts = said("zsh", ZSH, ...LINES)
      .join("\n")
      .split(/^> /m)
      .slice(1);
    return new Map(
      texts.map((text) => text.trimEnd().split("\n")).map(([line, ...all]) => [line!, all]),
    );
  }
  const ask = (line: string): readonly string[] =>
    said("fish", `source script.fish; complete -C '${line}'`).map(
      (text) => text.split("\t", 1)[0]!,
    );
  return new Map(LINES.map((line) => [line, ask(line)]));
}

const IODEPTH = [
  "--iodepth",
  "--iodepth_batch_complete_max",
  "--iodepth_batch_complete_min",
  "--iodepth_batch_submit",
  "--iodepth_low",
];

describe.each(SHELLS)("in %s", (shell) => {
  const lacks = lacking(shell);
  const testIn = test.skipIf(lacks !== "");
  const all = lacks === "" ? answers(shell) : new Map<string, readonly string[]>();
  const offered = (line: string): readonly string[] => [...all.get(line)!].sort();

  testIn(`verbs${lacks}`, () => {
    expect(offered("fathom ch")).toEqual(["check"]);
    expect(offered("fathom ")).toEqual(expect.arrayContaining(["run", "schema", "help"]));
  });

  testIn(`flags${lacks}`, () => {
    expect(offered("fathom run --iode")).toEqual(expect.arrayContaining(IODEPTH));
    expect(offered("fathom run --iode")).not.toContain("--rw");
    expect(offered("fathom schema --iode")).toEqual([]);
  });

  testIn(`values of a choice, also of an alias${lacks}`, () => {
    const random = ["randread", "randrw", "randtrim", "randtrimwrite", "randwrite"];
    expect(offered("fathom check --rw ra")).toEqual(random);
    expect(offered("fathom check --readwrite ra")).toEqual(random);
    expect(offered("fathom run --ioengine io_")).toEqual(["io_uring"]);
    expect(offered("fathom run --output-format j")).toEqual(["json"]);
  });

  testIn(`fio's flags and the options of its jobs, with fio's booleans${lacks}`, () => {
    expect(offered("fathom fio --iode")).toEqual(expect.arrayContaining(IODEPTH));
    expect(offered("fathom fio --output-format n")).toEqual(["normal"]);
    expect(offered("fathom fio --rw randr")).toEqual(["randread", "randrw"]);
    expect(offered("fathom fio --direct ")).toEqual(["0", "1"]);
    expect(offered("fathom fio jo")).toEqual([expect.stringMatching(/^jobs\/?$/)]);
    expect(offered("fathom fio --dest")).toEqual([]);
  });

  testIn(`nothing where any value will do${lacks}`, () => {
    expect(offered("fathom run --bs jo")).toEqual([]);
  });

  testIn(`files for operands and for flags that name one, also behind a boolean${lacks}`, () => {
    const folder = [expect.stringMatching(/^jobs\/?$/)];
    expect(offered("fathom run jo")).toEqual(folder);
    expect(offered("fathom run --direct jo")).toEqual(folder);
    expect(offered("fathom run --filename jo")).toEqual(folder);
  });

  testIn(`words behind verbs that take no file${lacks}`, () => {
    expect(offered("fathom schema jo")).toEqual(["job"]);
    expect(offered("fathom completion zs")).toEqual(["zsh"]);
    const blocks = ["thinktime_blocks", "thinktime_blocks_type"];
    expect(offered("fathom options thinktime_b")).toEqual(blocks);
    expect(offered("fathom example jo")).toEqual([]);
  });
});

test.skipIf(lacking("bash") !== "")("bash splits a flag from its value, or not", () => {
  const behind = (...words: readonly string[]) => said("bash", BASH, "fathom", "run", ...words);
  expect(behind("--rw", "=", "randr")).toEqual(["randread", "randrw"]);
  expect(behind("--direct", "=")).toEqual(["true", "false"]);
  expect(behind("--rw=randt")).toEqual(["--rw=randtrim", "--rw=randtrimwrite"]);
});

test.skipIf(lacking("bash") !== "")("bash keeps a file name with a space in one piece", () => {
  expect(said("bash", BASH, "fathom", "run", "deep")).toEqual(["deep reads.toml"]);
});
