/**
 * The binary's only entry: the main thread goes to the command line, a Worker to its job. Nothing
 * is imported statically, so that a thread evaluates only what it runs.
 */
if (Bun.isMainThread) {
  const { main } = await import("./cli/main.ts");
  await main(process.argv.slice(2), import.meta.url);
} else {
  const { serve } = await import("./job/entry.ts");
  serve();
}

export {};
