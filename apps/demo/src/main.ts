import { createClient } from "@gennaker/client/client.ts";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { cleanUp } from "./clean-up.ts";
import { openCluster, type DemoCluster } from "./kubernetes/cluster.ts";
import { configOf } from "./kubernetes/config.ts";
import { behavioursOf, kubernetesPlatform } from "./kubernetes/platform.ts";
import { hostsPlatform } from "./platform.ts";
import { readOptions, usage } from "./options.ts";
import { runScenario } from "./scenario.ts";
import type { DemoServer } from "./server-process.ts";
import { startDemoServer } from "./server-process.ts";
import { summarize, summaryText } from "./summary.ts";
import { writeVersions } from "./versions.ts";

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const interactive = !options.once && process.stdin.isTTY === true;
  // With --json standard output carries the summary line alone.
  const say = (line: string) => void (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  const folder = mkdtempSync(join(tmpdir(), "gennaker-demo-"));
  chmodSync(folder, 0o755);
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => abort.abort(new Error("interrupted")));
  const begun = performance.now();
  let server: DemoServer | undefined;
  let cluster: DemoCluster | null = null;
  try {
    const { kubernetes } = options;
    cluster = kubernetes === null ? null : await openCluster(kubernetes, behavioursOf(options.fault), process.env, say);
    if (cluster?.own === true && options.keep)
      throw new Error("--keep needs a cluster of yours, by --context or KUBECONFIG: the demo's own goes with it");
    server = await startDemoServer(folder, options.keep, cluster === null ? {} : configOf(cluster));
    say(`Gennaker is ready after ${server.readyMs} ms. Watch it in a browser: ${server.url}/ui/`);
    const platform =
      cluster === null
        ? await hostsPlatform(writeVersions(join(folder, "versions"), options.fault))
        : kubernetesPlatform(cluster, options.fault);
    const client = createClient({ baseUrl: server.url, headers: { "x-spinnaker-user": "demo" } });
    const outcome = await runScenario({ client, options, platform, say, signal: abort.signal });
    const summary = summarize(outcome, options, server.readyMs, (performance.now() - begun) / 1000);
    say(`\n${summaryText(summary)}`);
    if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
    if (interactive)
      await pause(
        `\nThe UI stays at ${server.url}/ui/ – press Enter to end the demo and remove everything. `,
        abort.signal,
      );
    return summary.ok ? 0 : 1;
  } catch (error) {
    say(`\nThe demo did not finish: ${error instanceof Error ? error.message : String(error)}`);
    if (server)
      say(`The server's log is ${server.logFile}${options.keep ? "" : " (gone with the demo; use --keep to keep it)"}`);
    return 1;
  } finally {
    if (options.keep) say(`Kept: ${folder}${server ? `, server ${server.url} (pid ${server.pid})` : ""}`);
    else {
      if (server) await cleanUp(createClient({ baseUrl: server.url }), server, folder, cluster);
      await cluster?.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  }
}

async function pause(question: string, signal: AbortSignal): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  await lines.question(question, { signal }).catch(() => undefined);
  lines.close();
}

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exit(2);
}
