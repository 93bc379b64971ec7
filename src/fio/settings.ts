/** What fio's own options say about the run as a whole: where results go and in which shapes. */
import { Mistake } from "../base/problem.ts";
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
  readonly eta: boolean;
}

export const DEFAULTS: Settings = {
  output: undefined,
  formats: ["normal"],
  terseVersion: 3,
  sections: [],
  readonly: false,
  parseOnly: false,
  showcmd: false,
  eta: true,
};

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
    case "eta":
      return { ...settings, eta: value !== "never" };
    default:
      return settings;
  }
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
