/**
 * What can be completed, as a script for bash, zsh or fish. The scripts are whole: completing
 * starts no fathom. Pure: verbs in, text out.
 */

export interface Flag {
  /** With their dashes; the first is offered, all are understood. */
  readonly names: readonly [string, ...string[]];
  readonly summary: string;
  /** What is joined stands behind `=`, never as a word of its own. */
  readonly takes: "nothing" | "joined" | "word" | "file";
  /** Words it takes, where they are known. */
  readonly values: readonly string[];
}

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** Words behind it; undefined for the names of files. */
  readonly operands: readonly string[] | undefined;
  readonly flags: readonly Flag[];
}

export const SHELLS = { bash, zsh, fish } as const;
export type Shell = keyof typeof SHELLS;

/** Flags of fathom itself. */
const OWN = ["--help", "--version"];

function bash(verbs: readonly Verb[]): string {
  const names = [...verbs.map(({ name }) => name), ...OWN].join(" ");
  return `# Completion of fathom in bash: source <(fathom completion bash)
_fathom() {
  local current=\${COMP_WORDS[COMP_CWORD]} flag=\${COMP_WORDS[COMP_CWORD-1]}
  local joined= prefix= takes= values= flags= operands= files=
  # "--rw=read" is one word or three, as COMP_WORDBREAKS has it.
  if [[ $current == = ]]; then
    current= joined=1
  elif [[ $flag == = ]]; then
    flag=\${COMP_WORDS[COMP_CWORD-2]} joined=1
  elif [[ $current == --*=* ]]; then
    flag=\${current%%=*} prefix=\${current%%=*}= current=\${current#*=} joined=1
  fi
  COMPREPLY=()
  if (( COMP_CWORD == 1 )); then
    mapfile -t COMPREPLY < <(compgen -W '${names}' -- "$current")
    return
  fi
  case \${COMP_WORDS[1]} in
${verbs.map(bashVerb).join("\n")}
  esac
  if [[ $takes == joined && $joined ]]; then takes=word; fi
  if [[ $takes == word ]]; then
    mapfile -t COMPREPLY < <(compgen -P "$prefix" -W "$values" -- "$current")
  elif [[ $takes == file || ( $files && $current != -* ) ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -P "$prefix" -f -- "$current")
  elif [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -W "$operands" -- "$current")
  fi
}
complete -F _fathom fathom
`;
}

function bashVerb({ name, operands, flags }: Verb): string {
  const offered = flags.map(({ names }) => names[0]).join(" ");
  const behind = operands === undefined ? "files=1" : `operands=${quoted(operands.join(" "))}`;
  const kinds = Map.groupBy(
    flags.filter(({ takes }) => takes !== "nothing"),
    ({ takes, values }) => `takes=${takes} values=${quoted(values.join(" "))}`,
  );
  const cases = [...kinds].map(
    ([effect, members]) =>
      `        ${members.flatMap(({ names }) => names).join("|")}) ${effect} ;;`,
  );
  const values = cases.length === 0 ? [] : ["      case $flag in", ...cases, "      esac"];
  return [`    ${name})`, `      ${behind} flags=${quoted(offered)}`, ...values, "      ;;"].join(
    "\n",
  );
}

function zsh(verbs: readonly Verb[]): string {
  const described = verbs.map(({ name, summary }) => quoted(`${name}:${escaped(summary)}`));
  return `#compdef fathom
# Completion of fathom in zsh: source <(fathom completion zsh), or as _fathom in a folder of $fpath
_fathom() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  _arguments -C '--help[show help]' '--version[show the version]' '1: :->verb' '*:: :->rest'
  case $state in
    verb)
      local -a verbs=(
        ${described.join("\n        ")}
      )
      _describe verb verbs
      ;;
    rest)
      case $words[1] in
${verbs.map(zshVerb).join("\n")}
      esac
      ;;
  esac
}
if [[ $funcstack[1] == _fathom ]]; then _fathom "$@"; else compdef _fathom fathom; fi
`;
}

function zshVerb({ name, operands, flags }: Verb): string {
  const behind = operands === undefined ? "_files" : `(${operands.join(" ")})`;
  const specs = flags.flatMap(({ names, ...flag }) => names.map((name) => zshFlag(name, flag)));
  const lines = [...specs, quoted(`*: :${behind}`)].map((spec) => `            ${spec}`);
  return [`        ${name})`, "          _arguments \\", lines.join(" \\\n"), "          ;;"].join(
    "\n",
  );
}

function zshFlag(name: string, { summary, takes, values }: Omit<Flag, "names">): string {
  const text = `[${escaped(summary)}]`;
  if (takes === "nothing") return quoted(`${name}${text}`);
  // A blank is an action that offers nothing.
  const words = values.length === 0 ? " " : `(${values.join(" ")})`;
  if (takes === "joined") return quoted(`*${name}=-${text}:: :${words}`);
  return quoted(`*${name}=${text}: :${takes === "file" ? "_files" : words}`);
}

function fish(verbs: readonly Verb[]): string {
  const first = verbs.map(
    ({ name, summary }) => `complete -c fathom -n $first -f -a ${name} -d ${quoted(summary)}`,
  );
  const behind = verbs.flatMap(({ name, operands }) =>
    operands === undefined
      ? []
      : [`complete -c fathom -n ${seen([name])} -f -a ${quoted(operands.join(" "))}`],
  );
  const uses = verbs.flatMap(({ name, flags }) =>
    flags.flatMap((flag) =>
      flag.names.map((spelling) => [name, fishFlag(spelling, flag)] as const),
    ),
  );
  // Verbs mostly share their flags: one line for each flag, with all the verbs that have it.
  const shared = [...Map.groupBy(uses, ([, flag]) => flag)].map(
    ([flag, members]) => `complete -c fathom -n ${seen(members.map(([verb]) => verb))} ${flag}`,
  );
  return `# Completion of fathom in fish: fathom completion fish | source
set -l first 'not __fish_seen_subcommand_from ${verbs.map(({ name }) => name).join(" ")}'
${OWN.map((flag) => `complete -c fathom -n $first -f -l ${flag.slice(2)}`).join("\n")}
${[...first, ...behind, ...shared].join("\n")}
`;
}

function fishFlag(spelling: string, { summary, takes, values }: Flag): string {
  const head = `-l ${spelling.slice(2)} -d ${quoted(summary)}`;
  if (takes === "file") return `${head} -r -F`;
  if (takes !== "word") return head;
  return values.length === 0 ? `${head} -x` : `${head} -x -a ${quoted(values.join(" "))}`;
}

function seen(verbs: readonly string[]): string {
  return quoted(`__fish_seen_subcommand_from ${verbs.join(" ")}`);
}

/** One word for any of the three shells; a backslash of `escaped` stays one in all of them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What zsh reads in a description is marked as text. */
function escaped(text: string): string {
  return text.replace(/[\\[\]:]/g, "\\$&");
}
