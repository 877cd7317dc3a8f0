import { openApiDocument } from "@gennaker/contract/openapi.ts";
import type { FastifyInstance } from "fastify";
import { actorOf } from "../access/actor/api.ts";
import type { Artifacts } from "../deliver/artifacts/api.ts";
import { artifactHandlers } from "../deliver/artifacts/handlers.ts";
import { applicationHandlers } from "../deliver/applications/handlers.ts";
import { clusterHandlers } from "../deliver/clusters/handlers.ts";
import { executionHandlers } from "../deliver/executions/handlers.ts";
import { rerunHandlers } from "../deliver/executions/rerun.ts";
import { projectHandlers } from "../deliver/projects/handlers.ts";
import { pipelineHandlers } from "../deliver/pipelines/handlers.ts";
import type { Pipelines } from "../deliver/pipelines/api.ts";
import type { Templates } from "../deliver/templates/api.ts";
import type { Engine, StageType } from "../engine/api.ts";
import type { ExpressionLookups } from "../engine/lookups.ts";
import type { EngineControl } from "../engine/control-api.ts";
import { engineControlHandlers } from "../engine/control-handlers.ts";
import { createExecutionSummaries } from "../engine/summaries.ts";
import { gatePermissions } from "../gate/permissions.ts";
import { gateRoutes } from "../gate/routes.ts";
import { addMcp } from "../mcp/add-mcp.ts";
import { readMcpSettings } from "../mcp/settings.ts";
import type { Config } from "../platform/config/config.ts";
import { createHttpServer } from "../platform/http/create-http-server.ts";
import { addEventStream } from "../platform/http/event-stream.ts";
import { kubernetesHandlers } from "../providers/kubernetes/handlers.ts";
import { readableDiff } from "../providers/kubernetes/readable-diff.ts";
import { kubernetesDiffHandlers } from "../providers/kubernetes/operations/diff-handlers.ts";
import { secretHandlers } from "../platform/secrets/handlers.ts";
import type { Telemetry } from "../platform/telemetry/telemetry.ts";
import { addHealth } from "./health.ts";
import type { Health } from "./health.ts";
import type { WiredJudge } from "./judge.ts";
import type { Log } from "./log.ts";
import type { WiredPipelines } from "./pipelines.ts";
import { createProbeServer } from "./probe-server.ts";
import { redactedHandlers, redactedRoutes } from "./redaction.ts";
import type { Releases } from "./releases.ts";
import type { WiredAudit } from "./wire-audit.ts";
import { systemHandlers } from "./system-handlers.ts";
import type { Tls } from "./tls.ts";
import { startUiBuild } from "./ui-build.ts";
import { addWebFiles } from "./web-files.ts";
import type { FrontDoor } from "./wire-front-door.ts";
import { gateDependencies } from "./wire-front-door.ts";
import { wireImport } from "./wire-import.ts";
import { accessLookUp } from "./access-lookup.ts";
import type { WiredAccess } from "./wire-access.ts";
import type { Deliver } from "./wire-deliver.ts";
import type { HeavyWork } from "./wire-workers.ts";
import { wireDryRun } from "./wire-dry-run.ts";
import type { WiredHistory } from "./wire-history.ts";
import type { Platform } from "./wire-platform.ts";
import type { Providers } from "./wire-providers.ts";

export type HttpParts = {
  config: Config;
  tls: Tls | null;
  access: WiredAccess;
  audit: WiredAudit;
  version: string;
  startedAt: Date;
  platform: Platform;
  target: Providers;
  deliver: Deliver;
  judge: WiredJudge;
  artifacts: Artifacts;
  engine: Engine & { control: EngineControl };
  expressions: ExpressionLookups;
  work: HeavyWork;
  history: WiredHistory;
  pipelines: Pipelines;
  strategies: Pipelines;
  templates: Templates;
  frontDoor: FrontDoor;
  validate: WiredPipelines["validate"];
  plan: WiredPipelines["plan"];
  stageTypes: ReadonlyMap<string, StageType>;
  telemetry: Telemetry;
  health: Health;
  log: Log;
  releases: Releases;
};

/** The main port with everything on it; without the role `api`, only health and metrics, for those who watch the process. */
export async function wireHttp(parts: HttpParts): Promise<FastifyInstance> {
  const { config, tls, telemetry, health, log, releases } = parts;
  const addProbes = (instance: FastifyInstance) => {
    addHealth(instance, health);
    instance.get("/metrics", async (_request, reply) =>
      reply
        .type("text/plain; version=0.0.4; charset=utf-8")
        .send(
          telemetry.exposition() +
            parts.work.exposition() +
            (await parts.access.metrics()) +
            (await parts.audit.metrics()),
        ),
    );
  };
  const allowedHosts = new Set(config.allowedHosts);
  if (!config.role.includes("api")) return createProbeServer(allowedHosts, log, addProbes);
  parts.access.lookUp.set(accessLookUp(parts));
  const document = JSON.stringify(openApiDocument(parts.version));
  return createHttpServer({
    allowedHosts,
    trustedProxies: config.trustedProxies,
    actorOf,
    access: parts.access.guard,
    https: tls?.options ?? null,
    encrypted: parts.access.encrypted,
    gatePermissions,
    log,
    handlers: redactedHandlers(handlersOf(parts), parts.platform.redactor),
    gateRoutes: redactedRoutes(gateRoutes(gateDependencies(parts)), parts.platform.redactor),
    async extend(instance) {
      addProbes(instance);
      const follows = tls?.follow(instance.server);
      if (follows) instance.addHook("onClose", async () => follows());
      parts.access.addPages(instance);
      parts.audit.watch(instance, parts.access.guard);
      addMcp(instance, { settings: readMcpSettings(config.mcp), version: parts.version });
      instance.get("/api/v1/openapi.json", async (_request, reply) =>
        reply.type("application/json; charset=utf-8").send(document),
      );
      const streams = addEventStream(instance, parts.platform.events, parts.access.guard);
      instance.addHook("preClose", async () => streams.close());
      if (config.ui === "off") return;
      const ui = startUiBuild(log);
      releases.add("the building of the UI", () => ui.stop());
      await addWebFiles(instance, ui);
    },
  });
}

function handlersOf(parts: HttpParts) {
  const { config, version, startedAt, platform, target, deliver, engine, pipelines, validate, stageTypes } = parts;
  const { opened, database } = platform;
  const runs = createExecutionSummaries(database);
  return {
    ...systemHandlers({
      database,
      config,
      version,
      replicaId: opened.dataDirectoryId,
      embedded: opened.embedded,
      startedAt,
      stageTypes,
      authentication: parts.access.guard !== null,
    }),
    ...applicationHandlers({
      applications: deliver.applications,
      runsOf: (names) => runs.ofApplications(names),
      serverGroups: (application) => target.serverGroups(application),
      pipelineCounts: () => pipelines.counts(),
    }),
    ...pipelineHandlers({ pipelines, validate, lastRuns: (ids) => runs.ofPipelines(ids) }),
    ...wireDryRun({ ...parts, applications: deliver.applications, control: engine.control }),
    ...executionHandlers(engine),
    ...rerunHandlers({ engine, pipelines }),
    ...engineControlHandlers({ control: engine.control, timezone: config.timezone, now: Date.now }),
    ...parts.history.handlers,
    ...clusterHandlers(target),
    ...kubernetesHandlers(target.kubernetes),
    ...readableDiff(kubernetesDiffHandlers(target.kubernetes?.cluster ?? null, parts.work.readManifests)),
    ...parts.judge.handlers,
    ...parts.access.handlers,
    ...secretHandlers(platform.secrets),
    ...parts.audit.handlers,
    ...artifactHandlers(parts.artifacts, platform),
    ...projectHandlers(parts.frontDoor.projects),
    ...wireImport(parts),
  };
}
