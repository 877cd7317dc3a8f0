import { spawn } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

export type GitRun = {
  args: readonly string[];
  /** The repository and the home of the process; nothing else of the machine's git configuration is read. */
  directory: string;
  /** `git -c` settings. They travel in the environment, because arguments can be seen by every user of the machine. */
  settings: Readonly<Record<string, string>>;
  /** Protocols that git may speak, e.g. `http:https`. */
  protocols: string;
  signal: AbortSignal;
  /** The repository may not grow larger. */
  maxBytes: number;
};

export type GitProblem = "missing" | "failed" | "tooLong" | "aborted";

/** Why git did not do it. `message` is git's last line, without addresses. */
export class GitError extends Error {
  readonly problem: GitProblem;

  constructor(problem: GitProblem, message: string) {
    super(message);
    this.name = "GitError";
    this.problem = problem;
  }
}

const lookAtSizeMs = 250;

/** Runs git in a process group of its own, which ends with the signal. Gives its output chunk by chunk. */
export async function* runGit(run: GitRun): AsyncGenerator<Buffer> {
  run.signal.throwIfAborted();
  const child = spawn("git", [...run.args], {
    cwd: run.directory,
    env: environment(run),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let problem: GitProblem | null = null;
  const end = (why: GitProblem) => {
    problem ??= why;
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended already.
    }
  };
  const abort = () => end("aborted");
  run.signal.addEventListener("abort", abort);
  const watch = setInterval(() => {
    void sizeOf(join(run.directory, "objects")).then((size) => (size > run.maxBytes ? end("tooLong") : undefined));
  }, lookAtSizeMs);
  let complaints = "";
  child.stderr.on("data", (chunk: Buffer) => (complaints = (complaints + chunk.toString("utf8")).slice(-4_000)));
  const ended = new Promise<number | null>((resolve) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      problem ??= error.code === "ENOENT" ? "missing" : "failed";
      resolve(null);
    });
    child.on("close", (code) => resolve(code));
  });
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer;
    const code = await ended;
    if (problem !== null || code !== 0) throw new GitError(problem ?? "failed", lastLine(complaints));
  } finally {
    clearInterval(watch);
    run.signal.removeEventListener("abort", abort);
    if (child.exitCode === null) end("aborted");
  }
}

/** The whole of a short output. */
export async function gitText(run: GitRun): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of runGit(run)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8").trim();
}

function environment({ directory, settings, protocols }: GitRun): Record<string, string> {
  const entries = Object.entries(settings);
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: directory,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "true",
    GIT_ALLOW_PROTOCOL: protocols,
    GIT_CONFIG_COUNT: String(entries.length),
    ...Object.fromEntries(
      entries.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

function lastLine(text: string): string {
  const lines = text.split(/[\r\n]+/).filter((line) => /^(fatal|error|remote):/.test(line));
  return (lines.at(-1) ?? "git ended without saying why").replace(/[a-z+]+:\/\/\S+/gi, "the repository").slice(0, 300);
}

async function sizeOf(directory: string): Promise<number> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(directory, name)).then(
        (found) => found.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
