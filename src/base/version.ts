/**
 * The version of this fathom. `build/compile.ts` defines it from package.json and the commit; run
 * from its sources, the program has none.
 */
declare const FATHOM_VERSION: string | undefined;

/** As in `0.1.0+3f2a9c1`, with `.changed` behind it where the build was of uncommitted work. */
export const VERSION: string =
  typeof FATHOM_VERSION === "undefined" ? "0.0.0+sources" : FATHOM_VERSION;
