/**
 * The binary's only entry: the main thread goes to the command line, a Worker or a process of a job
 * to that job. Nothing is imported statically, so that a thread evaluates only what it runs.
 */
if (!Bun.isMainThread) {
  const { serve } = await import("./job/entry.ts");
  serve();
} else if (process.argv[2] === "--job-process" && process.send !== undefined) {
  const { serveProcess } = await import("./job/processentry.ts");
  serveProcess();
} else {
  const { main } = await import("./cli/main.ts");
  await main(process.argv.slice(2), import.meta.url);
}

export {};
