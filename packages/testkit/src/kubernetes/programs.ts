import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

type Environment = Readonly<Record<string, string | undefined>>;

export const sourceDirectory = fileURLToPath(new URL("./programs", import.meta.url));

/** Kubernetes' own version is in `programs/go.mod`; its programs are stamped with it. */
export const kubernetesVersion = "1.34.4";
export const kwokModule = "sigs.k8s.io/kwok/cmd/kwok@v0.8.0";

/** All names of the control plane's one program. */
export const controlPlane = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"] as const;
/** What a real node needs beside what the system has; `web` is the content of all images. */
export const nodePrograms = ["kubelet", "kube-proxy", "web"] as const;
export type ProgramName = (typeof controlPlane)[number] | (typeof nodePrograms)[number] | "kwok";

const webSources = ["web/main.go", "web/serve.go", "web/terminal.go"];

/** Where finished programs of exactly these sources and this machine's kind are kept. */
export function cachedPrograms(env: Environment = process.env): string {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum", "main.go", ...webSources]) {
    hash.update(readFileSync(join(sourceDirectory, file)));
  }
  hash.update(`${kubernetesVersion} ${kwokModule} ${process.platform} ${process.arch}`);
  const cache = env["XDG_CACHE_HOME"] || join(env["HOME"] || homedir(), ".cache");
  return join(cache, "gennaker", "kubernetes", hash.digest("hex").slice(0, 16));
}

/** The directory with the programs: `GENNAKER_KUBERNETES_BIN`, or the cache; null where neither has them. */
export function findPrograms(env: Environment = process.env): string | null {
  const given = env["GENNAKER_KUBERNETES_BIN"];
  if (given !== undefined && given !== "") {
    const missing = [...controlPlane, "kwok"].filter((name) => !existsSync(join(given, name)));
    if (missing.length === 0) return given;
    throw new Error(`GENNAKER_KUBERNETES_BIN=${given} has no ${missing.join(", ")}.`);
  }
  const cached = cachedPrograms(env);
  return existsSync(join(cached, "complete")) ? cached : null;
}
