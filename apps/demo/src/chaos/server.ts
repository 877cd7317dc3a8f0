import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pause } from "./until.ts";

const serverMain = fileURLToPath(new URL("../../../server/src/main.ts", import.meta.url));
const followParent = new URL("../../../../tools/follow-parent.mjs", import.meta.url).href;
const readyWithinMs = 90_000;

export type ServerOptions = {
  dataDirectory: string;
  /** 0 takes a free one. */
  port: number;
  /** Standard error is appended here. */
  logFile: string;
  env?: Record<string, string>;
};

export type RunningServer = {
  url: string;
  pid: number;
  /** From its start until it said where it is. */
  readyMs: number;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; gives the exit code, null if it had to be killed. */
  stop(): Promise<number | null>;
  /** Whether it has ended without being asked to. */
  ended(): boolean;
};

/** What a server that refuses to start says. */
export type Refusal = { code: number | null; message: string };

export class ServerRefused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`the server ended with exit code ${refusal.code}: ${refusal.message}`);
    this.name = "ServerRefused";
    this.refusal = refusal;
  }
}

function launch(options: ServerOptions) {
  const log = openSync(options.logFile, "a");
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      "--import",
      followParent,
      serverMain,
      "--data",
      options.dataDirectory,
      "--port",
      String(options.port),
    ],
    {
      detached: true,
      stdio: ["ignore", "pipe", log, "pipe"],
      env: { ...process.env, ...options.env, GENNAKER_PARENT_FD: "3" },
    },
  );
  closeSync(log);
  const exited = new Promise<number | null>((resolve) => void child.once("exit", resolve));
  return { child, exited };
}

/** Starts a Gennaker and kills it after a while, ready or not. */
export async function startAndKill(options: ServerOptions, afterMs: number): Promise<void> {
  const { child, exited } = launch(options);
  child.stdout?.resume();
  await pause(afterMs);
  child.kill("SIGKILL");
  await exited;
}

/** Starts a Gennaker as a process; it dies with this one. Throws ServerRefused if it ends before it is ready. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const begun = performance.now();
  const logged = statSync(options.logFile).size;
  const { child, exited } = launch(options);
  let gone = false;
  void exited.then(() => (gone = true));
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    let heard = false;
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = /https?:\/\/\S+/.exec(text)?.[0];
      if (found === undefined) return;
      heard = true;
      resolve(found.replace(/\/ui\/?$|\/$/, ""));
    });
    child.once("error", reject);
    void exited.then((code) => {
      clearTimeout(late);
      if (!heard)
        reject(new ServerRefused({ code, message: readFileSync(options.logFile).subarray(logged).toString().trim() }));
    });
    const late = setTimeout(
      () => reject(new Error(`the server did not say its address within ${readyWithinMs / 1000} s`)),
      readyWithinMs,
    ).unref();
  }).catch(async (error: unknown) => {
    child.kill("SIGKILL");
    await exited;
    throw error;
  });
  return {
    url,
    pid: child.pid ?? 0,
    readyMs: Math.round(performance.now() - begun),
    ended: () => gone,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    async stop() {
      child.kill("SIGTERM");
      const forced = setTimeout(() => child.kill("SIGKILL"), 30_000);
      const code = await exited;
      clearTimeout(forced);
      return code;
    },
  };
}
