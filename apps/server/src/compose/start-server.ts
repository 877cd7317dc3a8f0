import type { FastifyInstance } from "fastify";
import type { Applications } from "../deliver/applications/api.ts";
import type { Pipelines } from "../deliver/pipelines/api.ts";
import type { Engine, StageType } from "../engine/api.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { storedChangeStage } from "../gate/stored-change-stage.ts";
import { inDryRuns, standInStage } from "../deliver/dry-run/in-dry-runs.ts";
import { createEngine } from "../engine/create-engine.ts";
import type { Config, ResolvedConfig } from "../platform/config/config.ts";
import { startTelemetry } from "../platform/telemetry/telemetry.ts";
import { createClosing } from "./closing.ts";
import { createHealth } from "./health.ts";
import { wireJudge } from "./judge.ts";
import { createLate } from "./late.ts";
import { deploys } from "./deploying-stages.ts";
import type { Log } from "./log.ts";
import { wireObserve } from "./observe.ts";
import { wirePipelines } from "./pipelines.ts";
import { redactedStage } from "./redaction.ts";
import type { Releases } from "./releases.ts";
import { createReleases } from "./releases.ts";
import { readVersion } from "./version.ts";
import { guardedEngine } from "./guarded-engine.ts";
import { guardedStage } from "./guarded-stages.ts";
import { readTls } from "./tls.ts";
import { wireAccess } from "./wire-access.ts";
import { wireAudit } from "./wire-audit.ts";
import { wireArtifacts } from "./wire-artifacts.ts";
import { wireWorkers } from "./wire-workers.ts";
import { wireExpressions } from "./wire-expressions.ts";
import { wireDeliver } from "./wire-deliver.ts";
import { forgetRuns, wireHistory } from "./wire-history.ts";
import { wireFrontDoor } from "./wire-front-door.ts";
import { wireHttp } from "./wire-http.ts";
import { wireKubernetesStages } from "./wire-kubernetes-stages.ts";
import { wirePlatform } from "./wire-platform.ts";
import { wireProviders } from "./wire-providers.ts";

export type RunningServer = {
  url: string;
  /** Takes no new work, lets running steps finish for at most `graceMs`, and lets go of everything. The data plane goes on. */
  stop(graceMs: number): Promise<void>;
};

/** Wires every feature and starts the roles; resolves when it can be used. A failure leaves nothing behind. */
export async function startServer({ config }: ResolvedConfig, log: Log): Promise<RunningServer> {
  const releases = createReleases(log);
  try {
    return await start(config, log, releases);
  } catch (error) {
    await releases.run(0);
    throw error;
  }
}

async function start(config: Config, plainLog: Log, releases: Releases): Promise<RunningServer> {
  const startedAt = new Date();
  const version = readVersion();
  // Before anything is started: files that cannot be used end the start at once.
  const tls = readTls(config.tls, plainLog);
  const platform = await wirePlatform(config, plainLog, releases);
  const { database, events, audit, opened, log, redactor } = platform;
  const lateEngine = createLate<Engine>("the engine");
  const latePipelines = createLate<Pipelines>("pipelines");
  const lateStrategies = createLate<Pipelines>("strategies");

  const lateApplications = createLate<Applications>("applications");
  const auditing = wireAudit(platform, config, releases);
  const access = wireAccess(config, platform, lateApplications);
  const wake = (topics: readonly string[]) => lateEngine.get().wake(topics);
  const target = await wireProviders(platform, config, wake, lateApplications, log, releases);
  const { providers, routers, gatewaySocket } = target;
  const artifacts = wireArtifacts(platform, config, lateEngine);
  const deliver = wireDeliver(platform, target, lateEngine, latePipelines, artifacts, {
    config,
    strategies: lateStrategies,
    rolesOf: async (user) => (access.permissions === null ? null : access.permissions.rolesOf(user)),
  });
  lateApplications.set(deliver.applications);
  const observe = wireObserve({ database, providers: target.scraped, gatewaySocket, config, log });
  const work = wireWorkers(releases);
  const { metricAccounts } = observe;
  const { judgeElsewhere } = work;
  const judge = wireJudge({ database, events, audit, providers, routers, metricAccounts, judgeElsewhere });
  const onClusters = wireKubernetesStages(config, target, artifacts, work);
  const stageTypes = registry(
    [...deliver.stages, ...judge.stages, ...onClusters, storedChangeStage(), standInStage()].map((type) =>
      redactedStage(guardedStage(inDryRuns(type), access.guards), redactor),
    ),
  );
  const expressions = wireExpressions({
    outgoing: platform.outgoing,
    pipelines: latePipelines,
    applications: deliver.applications,
    canaryConfigs: judge.canaryConfigs,
  });
  const engine = createEngine({
    database,
    events,
    audit,
    stageTypes,
    replicaId: opened.dataDirectoryId,
    timezone: config.timezone,
    deploys,
    leads: platform.leader.leads,
    executionTimeoutMs: config.executionTimeoutMs === 0 ? null : config.executionTimeoutMs,
    forget: forgetRuns,
    evaluateHeavily: work.evaluateHeavily,
    expressions,
    log,
  });
  lateEngine.set(engine);
  const history = wireHistory(platform, engine, log);
  const fetchOne = (artifact: JsonObject) => artifacts.text(artifact, { signal: AbortSignal.timeout(60_000) });
  const { pipelines, strategies, templates, validate, plan } = wirePipelines(
    { database, events, audit, engine, fetchArtifact: fetchOne },
    stageTypes,
  );
  latePipelines.set(pipelines);
  lateStrategies.set(strategies);

  const telemetry = startTelemetry(version);
  releases.add("telemetry", () => telemetry.stop());
  const health = createHealth(database);
  const server = await wireHttp({
    config,
    expressions,
    work,
    tls,
    access,
    audit: auditing,
    version,
    startedAt,
    platform,
    target,
    deliver,
    artifacts,
    judge,
    engine: access.guards === null ? engine : guardedEngine(engine, access.guards.secondPerson, platform.denials),
    history,
    pipelines,
    strategies,
    templates,
    frontDoor: wireFrontDoor(platform),
    validate,
    plan,
    stageTypes,
    telemetry,
    health,
    log,
    releases,
  });
  // The port is taken before anything runs: a second start on it fails without having touched a process.
  const close = createClosing(server);
  releases.add("the main port", close);
  const url = await listen(server, config);

  if (config.role.includes("controller")) await target.control();
  releases.add("the engine", (graceMs) => engine.stop(graceMs));
  if (config.role.includes("worker")) {
    await engine.run();
    await platform.leader.start();
    if (config.script.enabled) releases.add("requests to stop scripts", await deliver.followScriptStops());
  }
  // After the first try to lead: what the watches find is told by the replica that does.
  target.watch();
  releases.add("the collector", () => observe.stop());
  observe.start();
  releases.add("requests", (graceMs) => {
    health.draining();
    return close(graceMs);
  });
  await access.announce(url);
  health.ready();
  log("info", "Gennaker is ready", {
    url,
    data: config.data,
    roles: config.role,
    milliseconds: Date.now() - startedAt.getTime(),
  });
  return { url, stop: (graceMs) => releases.run(graceMs) };
}

function registry(types: readonly StageType[]): ReadonlyMap<string, StageType> {
  const map = new Map<string, StageType>();
  for (const type of types) {
    if (map.has(type.type)) throw new Error(`two stage types are registered as ${type.type}`);
    map.set(type.type, type);
  }
  return map;
}

async function listen(server: FastifyInstance, { host, port }: Config): Promise<string> {
  try {
    return (await server.listen({ host, port })).replace(/\/$/, "");
  } catch (error) {
    if ((error as { code?: string }).code !== "EADDRINUSE") throw error;
    throw new Error(
      `port ${port} of ${host} is taken. Stop what listens there, or choose another with --port (0 takes a free one).`,
      { cause: error },
    );
  }
}
