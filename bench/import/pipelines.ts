import { once } from "node:events";
import { createWriteStream, statSync } from "node:fs";
import { finished } from "node:stream/promises";

/** Writes pipelines as Gate lists them: 50 of each application, eight stages, a parameter, a trigger and a notification each. Gives megabytes. */
export async function writePipelines(file: string, count: number): Promise<number> {
  const out = createWriteStream(file);
  out.write("[");
  for (let index = 0; index < count; index += 1) {
    if (!out.write(`${index === 0 ? "\n" : ",\n"}${JSON.stringify(pipeline(index))}`)) await once(out, "drain");
  }
  out.end("\n]\n");
  await finished(out);
  return Math.round(statSync(file).size / 1_000_000);
}

const pipelinesEach = 50;
const applicationOf = (index: number): string => `team${Math.floor(index / pipelinesEach)}`;

/** The same as a Gate answers them: of each application its own. */
export function pipelinesOfApplications(count: number): Record<string, { pipelines: string[] }> {
  const applications: Record<string, { pipelines: string[] }> = {};
  for (let index = 0; index < count; index += 1)
    (applications[applicationOf(index)] ??= { pipelines: [] }).pipelines.push(JSON.stringify(pipeline(index)));
  return applications;
}

function pipeline(index: number): object {
  const application = applicationOf(index);
  const number = index % pipelinesEach;
  const stage = (refId: number, type: string, more: object) => ({
    refId: String(refId),
    requisiteStageRefIds: refId === 1 ? [] : [String(refId - 1)],
    type,
    name: `${type} ${refId}`,
    failPipeline: true,
    continuePipeline: false,
    completeOtherBranchesThenFail: false,
    ...more,
  });
  const cluster = {
    account: "production",
    application,
    cloudProvider: "hosts",
    region: "local",
    stack: "main",
    freeFormDetails: "web",
    strategy: "red/black",
    capacity: { min: 2, max: 4, desired: 2 },
    artifact: { type: "host/tarball", reference: `/artifacts/${application}-\${parameters.version}.tgz` },
    command: ["./run", "--port", "$PORT"],
    env: { REGION: "local", LOG_LEVEL: "info" },
    healthCheck: { path: "/health", intervalMs: 1_000, timeoutMs: 500, healthy: 2, unhealthy: 3 },
    loadBalancers: [`${application}-lb`],
  };
  return {
    id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    application,
    name: `Release ${number}`,
    index: number,
    limitConcurrent: true,
    keepWaitingPipelines: false,
    spelEvaluator: "v4",
    lastModifiedBy: "ann@example.com",
    updateTs: "1652627797000",
    parameterConfig: [
      {
        name: "version",
        label: "Version",
        default: "1.0",
        required: true,
        hasOptions: false,
        options: [{ value: "" }],
      },
    ],
    triggers: [{ type: "git", source: "github", project: "example", slug: application, branch: "main", enabled: true }],
    notifications: [{ type: "slack", address: "#releases", level: "pipeline", when: ["pipeline.failed"] }],
    expectedArtifacts: [],
    stages: [
      stage(1, "evaluateVariables", {
        variables: [{ key: "image", value: `registry/${application}:\${parameters.version}` }],
      }),
      stage(2, "deploy", { clusters: [cluster] }),
      stage(3, "wait", { waitTime: 60 }),
      stage(4, "webhook", {
        url: `https://checks.example.com/${application}`,
        method: "POST",
        payload: { version: "${parameters.version}" },
      }),
      stage(5, "checkPreconditions", {
        preconditions: [
          {
            type: "expression",
            failPipeline: true,
            context: { expression: "#stage('webhook 4').status == 'SUCCEEDED'" },
          },
        ],
      }),
      stage(6, "manualJudgment", { instructions: "Go on?", judgmentInputs: [{ value: "yes" }, { value: "no" }] }),
      stage(7, "resizeServerGroup", {
        credentials: "production",
        cloudProvider: "hosts",
        regions: ["local"],
        cluster: `${application}-main-web`,
        target: "current_asg_dynamic",
        action: "scale_exact",
        capacity: { min: 4, max: 4, desired: 4 },
      }),
      stage(8, "pipeline", {
        application,
        pipeline: `00000000-0000-4000-8000-${String(index - number).padStart(12, "0")}`,
        waitForCompletion: true,
      }),
    ],
  };
}
