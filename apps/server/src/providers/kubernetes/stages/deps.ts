import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Artifacts } from "../../../deliver/artifacts/api.ts";
import type { TaskContext, TaskDefinition, TaskResult } from "../../../engine/api.ts";
import type { ClusterPort } from "../cluster-port.ts";
import type { ReadManifests } from "../manifest/read-manifests.ts";

/** Fields with their expressions evaluated as if they stood in the stage. `failure` when the stage must end by them. */
type Evaluated = { fields: JsonObject; context: JsonObject; failure: TaskResult | null };

/** One run of a program: no shell, arguments as they are. `output` is what it wrote to standard output. */
export type ProgramRun = {
  command: readonly string[];
  directory: string;
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
};
export type ProgramResult = { status: number; output: string; errors: string };

export type BakeDeps = {
  /** Where bakes work and keep what they baked; it is this process's own. */
  directory: string;
  /** Where a program lies, null when this machine has none of that name. */
  find(program: string): Promise<string | null>;
  run(run: ProgramRun): Promise<ProgramResult>;
};

/** What the stages of Kubernetes need. */
export type KubernetesStageDeps = {
  cluster: ClusterPort;
  artifacts: Pick<Artifacts, "fetch" | "read" | "text">;
  evaluate(context: TaskContext, fields: JsonObject): Promise<Evaluated>;
  /** Reads a text of manifests, a large one in another thread. */
  readManifests(text: string): Promise<ReadManifests>;
  /** The task that binds a stage's expected artifacts to what it produced. */
  bindProducedArtifacts(): TaskDefinition;
  bake: BakeDeps;
  /** Added to the label of who manages an object: `spinnaker-suffix`. Empty: none. */
  managedBySuffix?: string;
};
