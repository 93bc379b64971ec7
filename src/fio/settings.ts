/** What fio's own options say about the run as a whole: where results go and in which shapes. */
import { fioTime } from "../base/fioquantity.ts";
import { Mistake } from "../base/problem.ts";
import { quote } from "../base/quote.ts";
import type { FlagName } from "./flags.ts";

export type Format = "normal" | "terse" | "json" | "json+";
export type TerseVersion = 2 | 3 | 4 | 5;

export interface Settings {
  /** Where the documents go; undefined is standard output. */
  readonly output: string | undefined;
  /** In the order in which they are printed. */
  readonly formats: readonly Format[];
  readonly terseVersion: TerseVersion;
  /** Jobs of files to run; empty for all. */
  readonly sections: readonly string[];
  readonly readonly: boolean;
  readonly parseOnly: boolean;
  readonly showcmd: boolean;
  readonly warningsFatal: boolean;
  readonly eta: "auto" | "always" | "never";
  /** Distance of two progress lines, in ns. */
  readonly etaInterval: number;
  /** ns after which progress goes on on a new line; 0 for never. */
  readonly etaNewline: number;
  /** ns between two reports while the jobs run; undefined for none. */
  readonly statusInterval: number | undefined;
  /** What the names of the aggregate bandwidth logs begin with; undefined for no logs. */
  readonly bandwidthLog: string | undefined;
  readonly idleProf: IdleProf | undefined;
  /** Where the states of verified jobs lie; empty for the current directory. */
  readonly auxPath: string;
  /** ns since the start of the run. */
  readonly triggerTimeout: number | undefined;
  readonly triggerFile: string | undefined;
  /** Empty to end the jobs and do nothing more. */
  readonly trigger: string;
}

/** Measure a unit of the CPU's work and end; or how idle the CPUs were, in sum or each. */
export type IdleProf = "calibrate" | "system" | "percpu";

export const DEFAULTS: Settings = {
  output: undefined,
  formats: ["normal"],
  terseVersion: 3,
  sections: [],
  readonly: false,
  parseOnly: false,
  showcmd: false,
  warningsFatal: false,
  eta: "auto",
  etaInterval: 1e9,
  etaNewline: 0,
  statusInterval: undefined,
  bandwidthLog: undefined,
  idleProf: undefined,
  auxPath: "",
  triggerTimeout: undefined,
  triggerFile: undefined,
  trigger: "",
};

/** fio's shortest distance of two progress lines, 250 ms. */
const LEAST_ETA = 250e6;
/** fio counts these times in whole ms. */
const LEAST = 1e6;

const FORMATS: Readonly<Record<string, Format>> = {
  normal: "normal",
  terse: "terse",
  minimal: "terse",
  csv: "terse",
  json: "json",
  "json+": "json+",
};

/** fio prints whatever was asked for in this order. */
const PRINTED: readonly Format[] = ["terse", "json", "json+", "normal"];

/** The settings with one more option. Throws Mistake for a value that it cannot have. */
export function setting(settings: Settings, name: FlagName, value: string | undefined): Settings {
  switch (name) {
    case "output":
      return { ...settings, output: value };
    case "output-format":
      return { ...settings, formats: formatsOf(value!) };
    case "minimal":
      return { ...settings, formats: ["terse"] };
    case "append-terse":
      return { ...settings, formats: inOrder([...settings.formats, "terse"]) };
    case "terse-version":
      return { ...settings, terseVersion: terseVersionOf(value!) };
    case "section":
      return { ...settings, sections: [...settings.sections, value!] };
    case "readonly":
      return { ...settings, readonly: true };
    case "parse-only":
      return { ...settings, parseOnly: true };
    case "showcmd":
      return { ...settings, showcmd: true };
    case "warnings-fatal":
      return { ...settings, warningsFatal: true };
    case "eta":
      // As fio has it, any other word is auto.
      return { ...settings, eta: value === "never" || value === "always" ? value : "auto" };
    case "eta-interval":
      return { ...settings, etaInterval: timeOf(name, value!, LEAST_ETA, "250ms") };
    case "eta-newline":
      return { ...settings, etaNewline: timeOf(name, value!, LEAST, "1ms") };
    default:
      return whileItRuns(settings, name, value);
  }
}

/** What happens beside the jobs. */
function whileItRuns(settings: Settings, name: FlagName, value: string | undefined): Settings {
  switch (name) {
    case "status-interval":
      return { ...settings, statusInterval: timeOf(name, value!, LEAST, "1ms") };
    case "bandwidth-log":
      return { ...settings, bandwidthLog: value === undefined || value === "" ? "agg" : value };
    case "idle-prof":
      return { ...settings, idleProf: idleProfOf(value!) };
    case "aux-path":
      return { ...settings, auxPath: value! };
    case "trigger-timeout":
      return { ...settings, triggerTimeout: timeOf(name, value!, 0, "0") };
    case "trigger-file":
      return { ...settings, triggerFile: value };
    case "trigger":
      return { ...settings, trigger: value! };
    default:
      return settings;
  }
}

function idleProfOf(value: string): IdleProf {
  if (value === "calibrate" || value === "system" || value === "percpu") return value;
  throw new Mistake(`incorrect idle-prof option: ${value}; there are calibrate, system, percpu`);
}

/** ns; a bare number is seconds. Throws Mistake for less than that. */
function timeOf(name: string, text: string, least: number, shown: string): number {
  let ns: number;
  try {
    ns = fioTime(text, 1e9);
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    throw new Mistake(`--${name}: ${error.message}`);
  }
  if (ns >= least) return ns;
  throw new Mistake(`--${name}: ${quote(text)} is too short; write at least ${shown}`);
}

function formatsOf(value: string): readonly Format[] {
  const formats = value.split(",").map((word) => {
    const format = FORMATS[word];
    if (format !== undefined) return format;
    const known = Object.keys(FORMATS).join(", ");
    throw new Mistake(`invalid output format ${JSON.stringify(word)}; there are ${known}`);
  });
  return inOrder(formats);
}

function inOrder(formats: readonly Format[]): readonly Format[] {
  // json+ is json and more: fio prints one of them.
  const plus = formats.includes("json+");
  return PRINTED.filter((one) => formats.includes(one) && !(plus && one === "json"));
}

function terseVersionOf(value: string): TerseVersion {
  const version = Number(value);
  if (version === 2 || version === 3 || version === 4 || version === 5) return version;
  throw new Mistake(`bad terse version ${JSON.stringify(value)}; there are 2, 3, 4 and 5`);
}
