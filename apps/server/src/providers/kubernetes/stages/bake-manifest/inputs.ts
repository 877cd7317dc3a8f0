import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname, join, normalize, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { inputArtifact } from "../../../../deliver/artifacts/api.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { TaskContext } from "../../../../engine/api.ts";
import type { KubernetesStageDeps } from "../deps.ts";

export type Input = { artifact: JsonObject; digest: string };
type GivenInput = {
  id?: string | undefined;
  account?: string | undefined;
  artifact?: Record<string, unknown> | undefined;
};

/** Fetches the stage's input artifacts into the artifact store: the chart, template or repository first, then values. */
export async function fetchInputs(
  { artifacts }: Pick<KubernetesStageDeps, "artifacts">,
  { execution, stage, signal }: TaskContext,
  given: readonly GivenInput[],
): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const { id, account, artifact: inline } of given) {
    const artifact = inputArtifact(execution, stage, {
      ...(id === undefined ? {} : { id }),
      ...(account === undefined ? {} : { account }),
      ...(inline === undefined ? {} : { artifact: inline as JsonObject }),
    });
    if (artifact === null)
      throw new TaskError(
        "artifact.unbound",
        `The input artifact "${id ?? ""}" is not bound. Bind it in the trigger or in a stage before this one.`,
      );
    const { digest } = await artifacts.fetch(artifact, { signal, executionId: execution.id });
    inputs.push({ artifact, digest });
  }
  return inputs;
}

export const isRepository = ({ artifact }: Input): boolean => artifact["type"] === "git/repo";

/** Writes an input to a file, a repository to a directory. */
export async function placeInput(
  { artifacts }: Pick<KubernetesStageDeps, "artifacts">,
  input: Input,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const content = Readable.from(artifacts.read(input.digest));
  if (!isRepository(input)) {
    await pipeline(content, createWriteStream(path, { mode: 0o600 }), { signal });
    return;
  }
  await mkdir(path, { recursive: true, mode: 0o700 });
  // tar itself refuses members that lie outside.
  // Loaded with the first archive: it takes megabytes.
  const { extract } = await import("tar");
  await pipeline(content, extract({ cwd: path, strict: true }), { signal });
}

/** A path inside a directory; one that leads out of it is refused. */
export function inside(directory: string, path: string): string {
  const full = normalize(join(directory, path));
  if (full === directory || full.startsWith(`${directory}${sep}`)) return full;
  throw new TaskError(
    "bake.path",
    `The path "${path}" leads out of the input artifact. Write it from the top of the repository.`,
  );
}

/** The directory of a file such as Chart.yaml or kustomization.yaml; a directory itself stays. */
export function directoryOf(path: string): string {
  return /\.ya?ml$|^Kustomization$/.test(basename(path)) ? dirname(path) : path;
}

/** What a bake depends on, in one name: the same inputs and options give the same manifests. */
export function bakeKey(parts: unknown): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
