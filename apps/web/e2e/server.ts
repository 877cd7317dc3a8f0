import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export type TestServer = {
  url: string;
  /** What it has written so far. */
  output(): string;
  stop(): Promise<void>;
  startAgain(): Promise<void>;
};

/** A real server with an embedded database in its own folder, with the UI built; `settings` are its `gennaker.yaml`. */
export async function startServer(settings?: object): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), "gennaker-e2e-"));
  const file = join(folder, "gennaker.yaml");
  if (settings !== undefined) writeFileSync(file, JSON.stringify(settings));
  const running = { child: null as ChildProcess | null, output: "" };
  async function launch(port: string): Promise<string> {
    const child = spawn(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        "--import",
        join(root, "tools/follow-parent.mjs"),
        join(root, "apps/server/src/main.ts"),
        "--data",
        join(folder, "data"),
        "--port",
        port,
        ...(settings === undefined ? [] : ["--config", file]),
      ],
      // The pipe ends when this process is gone, however it went, and the server with it.
      { cwd: root, stdio: ["ignore", "pipe", "pipe", "pipe"], env: { ...process.env, GENNAKER_PARENT_FD: "3" } },
    );
    running.child = child;
    return await new Promise((resolve, reject) => {
      let output = "";
      const read = (chunk: Buffer) => {
        output += chunk.toString();
        running.output += chunk.toString();
        const url = /^Gennaker is ready at (\S+)$/m.exec(output)?.[1];
        if (url) resolve(url);
      };
      child.stdout?.on("data", read);
      child.stderr?.on("data", read);
      child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${output.slice(-3_000)}`)));
    });
  }
  async function end(): Promise<void> {
    const { child } = running;
    if (child === null || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await gone;
    running.child = null;
  }
  const url = await launch("0");
  await untilBuilt(url);
  return {
    url,
    output: () => running.output,
    async stop() {
      await end();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
    /** Stops it and starts it on the same port and data. */
    async startAgain() {
      await end();
      await launch(new URL(url).port);
    },
  };
}

async function untilBuilt(url: string): Promise<void> {
  for (let attempt = 0; attempt < 240; attempt++) {
    const answer = await fetch(`${url}/ui/`);
    await answer.body?.cancel();
    if (answer.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error("the UI was not built within two minutes");
}
