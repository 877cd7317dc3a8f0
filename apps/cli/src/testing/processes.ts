import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

export type Ended = { code: number | null; out: string; err: string };

export type Running = {
  child: ChildProcess;
  /** What was written so far. */
  out(): string;
  /** Resolves when the output so far matches; rejects when the process ends without it. */
  saw(pattern: RegExp): Promise<void>;
  ended: Promise<Ended>;
};

/** Runs a program of the checkout with the pinned Node. */
function startNode(args: readonly string[], env: Record<string, string>, stdin: "pipe" | "ignore"): Running {
  const { NO_COLOR: _color, FORCE_COLOR: _forced, ...inherited } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...inherited, ...env },
    stdio: [stdin, "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  let check: () => void = () => undefined;
  child.stdout?.setEncoding("utf8").on("data", (part: string) => {
    out += part;
    check();
  });
  child.stderr?.setEncoding("utf8").on("data", (part: string) => (err += part));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, out, err }));
  return {
    child,
    out: () => out,
    saw: (pattern) =>
      new Promise((resolve, reject) => {
        check = () => {
          if (pattern.test(out)) resolve();
        };
        check();
        void ended.then(() => reject(new Error(`ended without ${pattern}:\n${out}\n${err}`)));
      }),
    ended,
  };
}

export type TestServer = {
  url: string;
  home: string;
  start(args: readonly string[]): Running;
  run(args: readonly string[], stdin?: string): Promise<Ended>;
  /** Ends the server by force and starts another on the same port and data. */
  crashAndRestart(): Promise<void>;
  stop(): Promise<void>;
};

/** A real server with an embedded database in a temporary directory, and the command line turned to it. */
export async function startTestServer(): Promise<TestServer> {
  const home = await mkdtemp(join(tmpdir(), "gennaker-cli-it-"));
  const boot = async (port: string) => {
    const running = startNode(["apps/server/src/main.ts", "--data", join(home, "data"), "--port", port], {}, "ignore");
    await running.saw(/ready at http:\S+/);
    return running;
  };
  let server = await boot("0");
  const url = /ready at (http:\S+)/.exec(server.out())?.[1] ?? "";
  const env = { GENNAKER_SERVER: url, XDG_CONFIG_HOME: home, GENNAKER_USER: "tester" };
  return {
    url,
    home,
    start: (args) => startCli(args, env),
    run: (args, stdin) => runCliProcess(args, env, stdin),
    async crashAndRestart() {
      server.child.kill("SIGKILL");
      await server.ended;
      server = await boot(new URL(url).port);
    },
    async stop() {
      server.child.kill("SIGTERM");
      await server.ended;
      endWhatOutlives(home);
      await rm(home, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** The gateway and deployed processes outlive a server on purpose; those whose command line names the test's folder end here. */
function endWhatOutlives(home: string): void {
  if (process.platform !== "linux") return;
  for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(home)) process.kill(Number(pid), "SIGKILL");
    } catch {
      // It has ended by itself meanwhile.
    }
  }
}

export function startCli(args: readonly string[], env: Record<string, string>): Running {
  return startNode(["apps/cli/src/main.ts", ...args], env, "pipe");
}

export async function runCliProcess(args: readonly string[], env: Record<string, string>, stdin = ""): Promise<Ended> {
  const running = startCli(args, env);
  running.child.stdin?.on("error", () => undefined).end(stdin);
  return running.ended;
}

/** Through the program at the top of the checkout, as a person starts it. */
export async function runShim(args: readonly string[], env: Record<string, string>, stdin: string): Promise<Ended> {
  const running = startNode(["gennaker", ...args], env, "pipe");
  running.child.stdin?.on("error", () => undefined).end(stdin);
  return running.ended;
}
