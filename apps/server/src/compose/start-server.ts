import type { FastifyInstance } from "fastify";
import { openApiDocument } from "@gennaker/contract/openapi.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { actorOf } from "../access/actor/api.ts";
import { applicationHandlers } from "../deliver/applications/handlers.ts";
import { createApplications } from "../deliver/applications/create-applications.ts";
import { clusterHandlers } from "../deliver/clusters/handlers.ts";
import { executionHandlers } from "../deliver/executions/handlers.ts";
import { createGuards } from "../deliver/guards/create-guards.ts";
import type { Pipelines } from "../deliver/pipelines/api.ts";
import { pipelineHandlers } from "../deliver/pipelines/handlers.ts";
import { createDeliverStages } from "../deliver/stages/registry.ts";
import type { Engine, StageType } from "../engine/api.ts";
import { createEngine } from "../engine/create-engine.ts";
import { gateRoutes } from "../gate/routes.ts";
import { createAuditLog } from "../platform/audit/create-audit-log.ts";
import type { ResolvedConfig } from "../platform/config/config.ts";
import { createDatabase } from "../platform/database/create-database.ts";
import { migrate } from "../platform/database/migrate.ts";
import { createEventLog } from "../platform/events/create-event-log.ts";
import { createHttpServer } from "../platform/http/create-http-server.ts";
import { addEventStream } from "../platform/http/event-stream.ts";
import { createOutgoing } from "../platform/http/outgoing.ts";
import { startTelemetry } from "../platform/telemetry/telemetry.ts";
import { createHostsProvider } from "../providers/hosts/create-hosts-provider.ts";
import type { ProviderPort } from "../providers/port/api.ts";
import { createGatewayRouter } from "../traffic/gateway/create-gateway-router.ts";
import { createTrafficStages } from "../traffic/stages/registry.ts";
import { wireJudge } from "./judge.ts";
import type { Log } from "./log.ts";
import { openDatabase } from "./open-database.ts";
import { wireObserve } from "./observe.ts";
import { wirePipelines } from "./pipelines.ts";
import { systemHandlers } from "./system-handlers.ts";
import { startUiBuild } from "./ui-build.ts";
import { readVersion } from "./version.ts";
import { addWebFiles } from "./web-files.ts";

export type RunningServer = { url: string; stop(graceMs: number): Promise<void> };

/** Wires every feature and starts the roles; resolves when the API can be used. */
export async function startServer({ config }: ResolvedConfig, log: Log): Promise<RunningServer> {
  const startedAt = new Date();
  const version = readVersion();
  const opened = await openDatabase(config, log);
  await migrate(opened.url);
  const database = createDatabase({ url: opened.url, log: (message) => log("warn", message) });
  const events = createEventLog(database);
  const audit = createAuditLog();
  const outgoing = createOutgoing();
  const late: { engine?: Engine; pipelines?: Pipelines } = {};
  const wake = (topics: readonly string[]) => late.engine?.wake(topics);

  const hosts = createHostsProvider({
    database, events, dataDirectory: config.data, dataDirectoryId: opened.dataDirectoryId, wake, log: (message, details) => log("info", message, details),
  });
  const providers: ReadonlyMap<string, ProviderPort> = new Map([[hosts.name, hosts]]);
  const router = createGatewayRouter({
    account: "local", dataDirectory: config.data, database, events, audit, wake, log,
    serverGroups: () => hosts.serverGroups({ account: "local" }),
    onInventoryChange: (listener) => hosts.onChange(listener),
  });
  const routers = [router];
  const serverGroups = async (application?: string) =>
    (await Promise.all([...providers.values()].map((provider) => provider.serverGroups(application ? { application } : {})))).flat();
  const applications = createApplications({
    database, events, audit, serverGroupsOf: async (application) => (await serverGroups(application)).length,
  });
  const guards = createGuards({ guardsOf: (application) => applications.guardsOf(application), providers });
  const observe = wireObserve({ database, providers: [...providers.values()], gatewaySocket: router.adminSocket, config, log });
  const judge = wireJudge({ database, events, audit, providers, routers, metricAccounts: observe.metricAccounts });

  const stageTypes = registry([
    ...createDeliverStages({
      providers, routers, guards,
      outgoing: (request) => outgoing.send(request),
      async startPipeline({ pipelineConfigId, parameters, parent, user }) {
        const pipeline = await late.pipelines?.get(pipelineConfigId);
        if (!pipeline) throw new Error(`there is no pipeline ${pipelineConfigId}`);
        const trigger: JsonObject = { type: "pipeline", parentExecution: { id: parent.executionId }, parentPipelineStageId: parent.stageId };
        const started = await late.pipelines?.start(pipeline, { parameters, artifacts: [], trigger, parent }, { user, roles: [], via: "engine" });
        return { executionId: started?.id ?? "" };
      },
      getExecution: async (id) => (await late.engine?.get(id)) ?? null,
      cancelExecution: async (id, reason) => late.engine?.cancel(id, reason, { user: "engine", roles: [], via: "engine" }),
    }),
    ...createTrafficStages({ providers, routers }),
    ...judge.stages,
  ]);
  const engine = createEngine({ database, events, audit, stageTypes, replicaId: opened.dataDirectoryId, log });
  late.engine = engine;
  const { pipelines, validate } = wirePipelines({ database, events, audit, engine }, stageTypes);
  late.pipelines = pipelines;

  const telemetry = startTelemetry(version);
  let streams: { close(): void } | undefined;
  const ui = startUiBuild(log);
  const server = await createHttpServer({
    allowedHosts: new Set(config.allowedHosts),
    actorOf,
    log,
    handlers: {
      ...systemHandlers({ database, config, version, replicaId: opened.dataDirectoryId, embedded: opened.embedded, startedAt, stageTypes }),
      ...applicationHandlers({
        applications, engine, serverGroups,
        pipelineCounts: async () => countBy((await pipelines.listAll()).map((pipeline) => pipeline.application)),
      }),
      ...pipelineHandlers({ pipelines, engine, validate }),
      ...executionHandlers(engine),
      ...clusterHandlers({ providers, routers }),
      ...judge.handlers,
    },
    gateRoutes: gateRoutes({ applications, pipelines, engine, providers, routers, canaryConfigs: judge.canaryConfigs, version }),
    async extend(instance) {
      const document = JSON.stringify(openApiDocument(version));
      instance.get("/health", async (_request, reply) => {
        const up = await database.query("select 1").then(() => true, () => false);
        return reply.status(up ? 200 : 503).type("application/json").send(JSON.stringify({ status: up ? "UP" : "DOWN" }));
      });
      instance.get("/api/v1/openapi.json", async (_request, reply) => reply.type("application/json").send(document));
      streams = addEventStream(instance, events);
      instance.get("/metrics", async (_request, reply) => reply.type("text/plain; version=0.0.4; charset=utf-8").send(telemetry.exposition()));
      await addWebFiles(instance, ui);
    },
  });

  await hosts.start();
  await engine.run();
  await router.start();
  observe.start();
  const url = await listen(server, config.host, config.port);
  log("info", "Gennaker is ready", { url, data: config.data, roles: config.role, milliseconds: Date.now() - startedAt.getTime() });

  return {
    url,
    async stop(graceMs) {
      streams?.close();
      telemetry.stop();
      const closed = server.close();
      await engine.stop(graceMs);
      await observe.stop();
      await router.stop();
      await hosts.stop();
      await closed;
      await outgoing.close();
      await database.close();
      await opened.close();
    },
  };
}

function registry(types: readonly StageType[]): ReadonlyMap<string, StageType> {
  const map = new Map<string, StageType>();
  for (const type of types) {
    if (map.has(type.type)) throw new Error(`two stage types are registered as ${type.type}`);
    map.set(type.type, type);
  }
  return map;
}

function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    const address = await server.listen({ host, port });
    return address.replace(/\/$/, "");
  } catch (error) {
    if ((error as { code?: string }).code !== "EADDRINUSE") throw error;
    throw new Error(`port ${port} of ${host} is taken. Stop what listens there, or choose another with --port (0 takes a free one).`, { cause: error });
  }
}
