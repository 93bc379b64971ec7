/** Zones: a file worked on in parts with gaps between them. */

import { amount, choice, size } from "../base/values.ts";

const group = "zones";

export const ZONES = {
  zonemode: choice({
    group,
    summary: "whether a target is worked on in zones with gaps between them",
    detail:
      "A zonesize implies strided. In each zone zonesize bytes are moved, in order or at random; " +
      "then comes the next, up to the file's end (also beyond size), and then the first again. " +
      "size is what one pass moves; each pass goes on where the last one stood.",
    values: ["none", "strided"],
    refused: {
      zbd: 'zbd needs a zoned block device, which is not supported; write "strided" or "none"',
    },
    fallback: "none",
  }),
  zonesize: size({
    group,
    summary: "bytes moved in a zone before the next",
    fallback: 0,
  }),
  zonerange: size({
    group,
    summary: "bytes of a zone; 0 for as many as zonesize",
    detail: "Less than zonesize, the zone is gone over again until zonesize bytes were moved.",
    fallback: 0,
  }),
  zoneskip: amount({
    group,
    summary: "bytes left out between two zones",
    detail: "A percentage is of the file or device, rounded down to whole blocks.",
    fallback: 0,
  }),
} as const;
