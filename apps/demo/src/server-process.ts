import { spawn } from "node:child_process";
import { openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const serverMain = fileURLToPath(new URL("../../server/src/main.ts", import.meta.url));
const followParent = new URL("../../../tools/follow-parent.mjs", import.meta.url).href;
const startTimeoutMs = 60_000;

export type DemoServer = { url: string; pid: number; readyMs: number; logFile: string; stop(): Promise<void> };

/** Starts a Gennaker of its own on a free port, with this as its `gennaker.yaml`, and waits for the first URL that it prints. */
export async function startDemoServer(dataDirectory: string, keep: boolean, config: object = {}): Promise<DemoServer> {
  const begun = performance.now();
  const logFile = join(dataDirectory, "server.log");
  const configFile = join(dataDirectory, "gennaker.yaml");
  // JSON is YAML.
  writeFileSync(configFile, JSON.stringify(config));
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      "--max-semi-space-size=2",
      "--import",
      followParent,
      serverMain,
      "--config",
      configFile,
      "--data",
      join(dataDirectory, "gennaker"),
      "--port",
      "0",
    ],
    {
      // A group of its own: Ctrl-C must reach the demo alone, which still needs the server to clean up. The pipe ends
      // the server if the demo is killed; one that is kept must outlive the demo.
      detached: true,
      stdio: ["ignore", "pipe", openSync(logFile, "a"), "pipe"],
      env: keep ? process.env : { ...process.env, GENNAKER_PARENT_FD: "3" },
    },
  );
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = /https?:\/\/\S+/.exec(text)?.[0];
      if (found) resolve(found.replace(/\/ui\/?$|\/$/, ""));
    });
    child.once("error", reject);
    void exited.then((code) => reject(new Error(`the server ended with exit code ${code}; its log is ${logFile}`)));
    setTimeout(
      () => reject(new Error(`the server did not say its address within a minute; its log is ${logFile}`)),
      startTimeoutMs,
    ).unref();
  });
  child.unref();
  return {
    url,
    pid: child.pid ?? 0,
    readyMs: Math.round(performance.now() - begun),
    logFile,
    async stop() {
      child.kill("SIGTERM");
      const forced = setTimeout(() => child.kill("SIGKILL"), 20_000);
      await exited;
      clearTimeout(forced);
    },
  };
}
