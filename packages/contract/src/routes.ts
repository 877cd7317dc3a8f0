import { z } from "zod";
import { accessRoutes } from "./resources/access.ts";
import { auditRoutes } from "./resources/audit.ts";
import { application, applicationInput } from "./resources/application.ts";
import { canaryConfig, canaryConfigDocument, canaryRun } from "./resources/canary.ts";
import { account, cluster, loadBalancer, serverGroup } from "./resources/cluster.ts";
import { dryRunRoutes } from "./resources/dry-run.ts";
import { engineRoutes } from "./resources/engine.ts";
import { execution, judgement } from "./resources/execution.ts";
import { historyRoutes } from "./resources/history.ts";
import { importRoutes } from "./resources/import.ts";
import { kubernetesRoutes } from "./resources/kubernetes.ts";
import { kubernetesDiffRoutes } from "./resources/kubernetes-diff.ts";
import { kubernetesTreeRoutes } from "./resources/kubernetes-tree.ts";
import { pipeline, pipelineDocument, startRequest, validation } from "./resources/pipeline.ts";
import { pipelineVersionRoutes } from "./resources/pipeline-version.ts";
import { projectRoutes } from "./resources/project.ts";
import { stageTypeInfo, system } from "./resources/system.ts";
import { artifactRoutes } from "./resources/artifact.ts";
import { secretRoutes } from "./resources/secret.ts";
import { shadowRoutes } from "./resources/shadow.ts";
import { defineRoutes } from "./route.ts";

const flag = z.enum(["true", "false"]).optional();
const ofApplication = z.string().optional().describe("only those of this application");
const reason = z.object({ reason: z.string().optional() });
const nothing = z.object({});
const ref = z.object({ id: z.string() });

/** The own API, below `/api/v1`. The server, the typed client and the OpenAPI document are all made from this table. */
export const routes = defineRoutes({
  getSystem: {
    method: "GET",
    path: "/system",
    tag: "system",
    summary: "Version, roles and state of this process",
    response: system,
  },
  listAccounts: {
    method: "GET",
    path: "/accounts",
    tag: "system",
    summary: "Accounts that can be deployed to",
    response: z.array(account),
  },
  listStageTypes: {
    method: "GET",
    path: "/stage-types",
    tag: "system",
    summary: "Stage types this server runs",
    response: z.array(stageTypeInfo),
  },
  ...auditRoutes,

  listApplications: {
    method: "GET",
    path: "/applications",
    tag: "applications",
    summary: "All applications",
    response: z.array(application),
  },
  getApplication: {
    method: "GET",
    path: "/applications/:application",
    tag: "applications",
    summary: "One application",
    response: application,
  },
  saveApplication: {
    method: "PUT",
    path: "/applications/:application",
    tag: "applications",
    summary: "Create or change an application",
    document: true,
    body: applicationInput,
    response: application,
  },
  deleteApplication: {
    method: "DELETE",
    path: "/applications/:application",
    tag: "applications",
    summary: "Delete an application that runs nothing",
    response: nothing,
  },

  listPipelines: {
    method: "GET",
    path: "/applications/:application/pipelines",
    tag: "pipelines",
    summary: "An application's pipelines",
    response: z.array(pipeline),
  },
  getPipeline: {
    method: "GET",
    path: "/pipelines/:pipeline",
    tag: "pipelines",
    summary: "One pipeline by id",
    response: pipeline,
  },
  savePipeline: {
    method: "POST",
    path: "/pipelines",
    tag: "pipelines",
    summary: "Create or replace a pipeline (Spinnaker's JSON)",
    query: z.object({ staleCheck: flag.describe("true: refuse to overwrite a version newer than the one sent") }),
    document: true,
    body: pipelineDocument,
    response: pipeline,
  },
  validatePipeline: {
    method: "POST",
    path: "/pipelines/validate",
    tag: "pipelines",
    summary: "Check a pipeline without saving it",
    document: true,
    body: z.looseObject({}),
    response: validation,
  },
  deletePipeline: {
    method: "DELETE",
    path: "/pipelines/:pipeline",
    tag: "pipelines",
    summary: "Delete a pipeline",
    response: nothing,
  },
  startPipeline: {
    method: "POST",
    path: "/pipelines/:pipeline/executions",
    tag: "executions",
    summary: "Start a pipeline",
    document: true,
    body: startRequest,
    response: ref,
    status: 202,
  },
  startOperation: {
    method: "POST",
    path: "/operations",
    tag: "executions",
    summary: "Run stages at once, without a pipeline (one job after the other)",
    document: true,
    body: z.looseObject({
      application: z.string(),
      description: z.string(),
      job: z.array(z.looseObject({ type: z.string() })).min(1),
    }),
    response: ref,
    status: 202,
  },

  getExecution: {
    method: "GET",
    path: "/executions/:execution",
    tag: "executions",
    summary: "One execution with its stages",
    response: execution,
  },
  cancelExecution: {
    method: "POST",
    path: "/executions/:execution/cancel",
    tag: "executions",
    summary: "Cancel a running execution",
    body: reason,
    response: nothing,
    status: 202,
  },
  pauseExecution: {
    method: "POST",
    path: "/executions/:execution/pause",
    tag: "executions",
    summary: "Pause a running execution",
    body: nothing,
    response: nothing,
  },
  resumeExecution: {
    method: "POST",
    path: "/executions/:execution/resume",
    tag: "executions",
    summary: "Resume a paused execution",
    body: nothing,
    response: nothing,
  },
  judgeStage: {
    method: "POST",
    path: "/executions/:execution/stages/:stage/judge",
    tag: "executions",
    summary: "Answer a manual judgement",
    body: judgement,
    response: nothing,
  },
  skipStage: {
    method: "POST",
    path: "/executions/:execution/stages/:stage/skip",
    tag: "executions",
    summary: "Skip a stage, or what is left of its wait",
    body: reason,
    response: nothing,
  },
  restartStage: {
    method: "POST",
    path: "/executions/:execution/stages/:stage/restart",
    tag: "executions",
    summary: "Run a stage and everything after it again",
    body: nothing,
    response: nothing,
  },
  listCanaryRuns: {
    method: "GET",
    path: "/executions/:execution/stages/:stage/canary-runs",
    tag: "canary",
    summary: "The judgements of a canary stage, in order",
    response: z.array(canaryRun),
  },

  listClusters: {
    method: "GET",
    path: "/applications/:application/clusters",
    tag: "clusters",
    summary: "Clusters with server groups, instances and traffic shares",
    response: z.array(cluster),
  },
  getServerGroup: {
    method: "GET",
    path: "/server-groups/:account/:region/:serverGroup",
    tag: "clusters",
    summary: "One server group",
    response: serverGroup,
  },
  getLogs: {
    method: "GET",
    path: "/server-groups/:account/:region/:serverGroup/instances/:instance/logs",
    tag: "clusters",
    summary: "An instance's output",
    query: z.object({
      tail: z.coerce.number().int().min(0).max(10_000).optional().describe("the last lines first; default 200"),
      follow: flag.describe("true: go on with what comes"),
    }),
    response: z.string(),
    text: true,
  },
  listLoadBalancers: {
    method: "GET",
    path: "/applications/:application/load-balancers",
    tag: "clusters",
    summary: "Load balancers with their traffic split",
    response: z.array(loadBalancer),
  },

  listCanaryConfigs: {
    method: "GET",
    path: "/canary-configs",
    tag: "canary",
    summary: "Canary configs",
    query: z.object({ application: ofApplication }),
    response: z.array(canaryConfig),
  },
  getCanaryConfig: {
    method: "GET",
    path: "/canary-configs/:canaryConfig",
    tag: "canary",
    summary: "One canary config by id",
    response: canaryConfig,
  },
  saveCanaryConfig: {
    method: "PUT",
    path: "/canary-configs/:canaryConfig",
    tag: "canary",
    summary: "Create or replace a canary config (Kayenta's JSON)",
    document: true,
    body: canaryConfigDocument,
    response: canaryConfig,
  },
  deleteCanaryConfig: {
    method: "DELETE",
    path: "/canary-configs/:canaryConfig",
    tag: "canary",
    summary: "Delete a canary config",
    response: nothing,
  },

  ...accessRoutes,
  ...secretRoutes,
  ...artifactRoutes,
  ...historyRoutes,
  ...dryRunRoutes,
  ...pipelineVersionRoutes,
  ...projectRoutes,
  ...engineRoutes,
  ...importRoutes,
  ...shadowRoutes,
  ...kubernetesRoutes,
  ...kubernetesDiffRoutes,
  ...kubernetesTreeRoutes,
});

export type Routes = typeof routes;
export type RouteName = keyof Routes;
