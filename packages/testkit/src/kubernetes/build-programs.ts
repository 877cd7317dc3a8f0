import { spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { findGo, type Go } from "./go.ts";
import {
  cachedPrograms,
  controlPlane,
  kubernetesVersion,
  kwokModule,
  nodePrograms,
  sourceDirectory,
} from "./programs.ts";

/** Who builds which programs: its process id, beside the place where they will be. */
export const builderFile = (cache: string): string => `${cache}.building`;

/** The process that builds now; null where none does. */
export function runningBuilder(cache: string): number | null {
  try {
    const pid = Number(readFileSync(builderFile(cache), "utf8"));
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}

/**
 * Builds the programs into the cache, where they appear all at once; resolves to their directory. Takes 5 minutes on
 * two quiet cores the first time, seconds with Go's own cache. Throws where there is no Go.
 */
export async function buildPrograms(log: (line: string) => void): Promise<string> {
  const cache = cachedPrograms();
  const builder = runningBuilder(cache);
  if (builder !== null) throw new Error(`process ${builder} builds them already`);
  mkdirSync(dirname(cache), { recursive: true });
  // What builders that were killed have left.
  for (const name of readdirSync(dirname(cache))) {
    if (name.startsWith(`${basename(cache)}-`)) rmSync(join(dirname(cache), name), { recursive: true, force: true });
  }
  writeFileSync(builderFile(cache), String(process.pid));
  const folder = mkdtempSync(`${cache}-`);
  try {
    const go = await findGo();
    if (go === null) throw new Error("there is no Go on the PATH; install Go 1.21 or newer");
    const version = "k8s.io/component-base/version";
    const [major = "", minor = ""] = kubernetesVersion.split(".");
    const stamp = [
      `-X ${version}.gitVersion=v${kubernetesVersion}`,
      `-X ${version}.gitMajor=${major}`,
      `-X ${version}.gitMinor=${minor}`,
      `-X ${version}.gitTreeState=clean`,
    ];
    const program = join(folder, "control-plane");
    const common = ["-trimpath", "-ldflags"];
    log("building the test images' program, the control plane and the node");
    await runGo(go, ["build", ...common, "-s -w", "-o", join(folder, "web"), "./web"], sourceDirectory);
    await runGo(go, ["build", ...common, `-s -w ${stamp.join(" ")}`, "-o", program, "."], sourceDirectory);
    for (const name of [...controlPlane, ...nodePrograms]) {
      if (name !== "web") symlinkSync("control-plane", join(folder, name));
    }
    log("building KWOK");
    await runGo(go, ["install", ...common, "-s -w", kwokModule], folder, { GOBIN: folder });
    writeFileSync(join(folder, "complete"), `${new Date().toISOString()}\n`);
    rmSync(cache, { recursive: true, force: true });
    renameSync(folder, cache);
    log(`finished: ${cache}`);
    return cache;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(builderFile(cache), { force: true });
  }
}

function runGo(go: Go, args: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    // Tests run beside it and must not starve.
    const child = spawn("nice", ["-n", "10", go.command, ...args], {
      cwd,
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false", GOWORK: "off", ...go.env, ...env },
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString("utf8")).slice(-4_000)));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`go ${args[0] ?? ""} ended with ${code}:\n${said}`)),
    );
  });
}
