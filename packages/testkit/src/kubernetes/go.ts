import { execFile } from "node:child_process";
import { chmodSync, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What the programs are built with; older ones (1.21 and newer) fetch it themselves. */
export const goVersion = "1.26.8";

type Environment = Readonly<Record<string, string | undefined>>;

/** `go1.19.8` → `[1, 19]`; null for a development version, which counts as new. */
export function parseGoVersion(text: string): readonly [number, number] | null {
  const match = /\bgo(\d+)\.(\d+)/.exec(text);
  return match === null ? null : [Number(match[1]), Number(match[2])];
}

/** How to reach the wanted Go from the one there is. */
export function planGo(version: readonly [number, number] | null): "use" | "switch" | "download" {
  if (version === null) return "use";
  const atLeast = (minor: number) => version[0] > 1 || (version[0] === 1 && version[1] >= minor);
  if (atLeast(26)) return "use";
  return atLeast(21) ? "switch" : "download";
}

export type Go = { command: string; env: Record<string, string> };

/** A Go of at least 1.26, or null where there is none at all. A toolchain is itself a module: an older Go can fetch it. */
export async function findGo(env: Environment = process.env): Promise<Go | null> {
  let version: string;
  try {
    version = (await run("go", ["version"], { env: { ...env, GOTOOLCHAIN: "local" } })).stdout;
  } catch {
    return null;
  }
  switch (planGo(parseGoVersion(version))) {
    case "use":
      return { command: "go", env: {} };
    case "switch":
      return { command: "go", env: { GOTOOLCHAIN: `go${goVersion}` } };
    case "download":
      return { command: await downloadToolchain(env), env: { GOTOOLCHAIN: "local" } };
  }
}

async function downloadToolchain(env: Environment): Promise<string> {
  const system = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  const module = `golang.org/toolchain@v0.0.1-go${goVersion}.${system}`;
  // Go before 1.21 cannot check a module with files that modules may not have; its sum is in no go.sum.
  const { stdout } = await run("go", ["mod", "download", "-json", module], {
    env: { ...env, GOFLAGS: "-mod=mod", GO111MODULE: "on" },
    cwd: "/",
    maxBuffer: 16 * 1024 * 1024,
  });
  const { Dir: directory } = JSON.parse(stdout) as { Dir?: string };
  if (directory === undefined) throw new Error(`go mod download ${module} named no directory: ${stdout.slice(0, 500)}`);
  // Modules are stored without the right to run them.
  for (const folder of [join(directory, "bin"), ...toolFolders(directory)]) {
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      if (statSync(file).isFile()) chmodSync(file, 0o755);
    }
  }
  return join(directory, "bin", "go");
}

function toolFolders(directory: string): string[] {
  const tools = join(directory, "pkg", "tool");
  return existsSync(tools) ? readdirSync(tools).map((name) => join(tools, name)) : [];
}
