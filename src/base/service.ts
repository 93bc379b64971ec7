/** Builder of file_service_type: a word, and what its number means, which differs by the word. */
import { didYouMean } from "./nearest.ts";
import type { Option } from "./option.ts";
import { Mistake } from "./problem.ts";
import { show } from "./quote.ts";
import { type About, option } from "./values.ts";

export type ServiceKind = "roundrobin" | "sequential" | "random" | "zipf" | "pareto" | "normal";

export interface Service {
  readonly kind: ServiceKind;
  /** Units that go to a file before the next is chosen; of a curve, its parameter. */
  readonly number: number;
}

interface Word {
  readonly kind: ServiceKind;
  readonly usual: number;
  /** What is wrong with a number. */
  readonly wrong: (number: number) => string | undefined;
}

const units = (number: number): string | undefined =>
  Number.isInteger(number) && number >= 1 ? undefined : "a whole number of units";
const deviation: Word = {
  kind: "normal",
  usual: 0,
  wrong: (number) => (number >= 0 && number < 100 ? undefined : "a percentage below 100"),
};

/** fio's words, and the numbers it takes with them (str_fst_cb). */
const WORDS: Readonly<Record<string, Word>> = {
  roundrobin: { kind: "roundrobin", usual: 1, wrong: units },
  sequential: { kind: "sequential", usual: 1, wrong: units },
  random: { kind: "random", usual: 1, wrong: units },
  zipf: {
    kind: "zipf",
    usual: 1.1,
    wrong: (number) => (number > 0 && number !== 1 ? undefined : "a theta above 0 that is not 1"),
  },
  pareto: {
    kind: "pareto",
    usual: 0.2,
    wrong: (number) => (number > 0 && number < 1 ? undefined : "an h between 0 and 1"),
  },
  normal: deviation,
  gauss: deviation,
};

export function service(about: Omit<About<undefined>, "fallback">): Option<Service> {
  const fallback: Service = { kind: "roundrobin", number: 1 };
  return option<Service, Service>(
    { ...about, fallback },
    {
      metavar: "WORD[:N]",
      parse: (raw) => {
        const [word = "", number] = typeof raw === "string" ? raw.split(":", 3) : [];
        const known = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
        if (known === undefined) {
          const words = Object.keys(WORDS);
          throw new Mistake(
            `${show(raw)} is none of ${words.join(", ")}${didYouMean(word, words)}`,
          );
        }
        const plain = number === undefined || /^\d+(\.\d+)?$/.test(number);
        const value = number === undefined ? known.usual : Number(number);
        const wrong = plain ? known.wrong(value) : "a number";
        if (wrong === undefined) return { kind: known.kind, number: value };
        throw new Mistake(`${show(raw)}: behind ${word} stands ${wrong}; write one, or none`);
      },
      format: ({ kind, number }) => {
        return number === WORDS[kind]!.usual ? kind : `${kind}:${number}`;
      },
      schema: {
        type: "string",
        pattern: `^(${Object.keys(WORDS).join("|")})(:[0-9]+(\\.[0-9]+)?)?$`,
      },
    },
  );
}
