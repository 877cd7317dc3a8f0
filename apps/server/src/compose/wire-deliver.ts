import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Applications } from "../deliver/applications/api.ts";
import type { Artifacts } from "../deliver/artifacts/api.ts";
import { createApplications } from "../deliver/applications/create-applications.ts";
import { createGuards } from "../deliver/guards/create-guards.ts";
import type { Pipelines } from "../deliver/pipelines/api.ts";
import { createScriptRunner } from "../deliver/stages/script/create-script-runner.ts";
import { withStopRequests } from "../deliver/stages/script/stop-requests.ts";
import { createDeliverStages } from "../deliver/stages/registry.ts";
import { TaskError, type Engine, type StageType } from "../engine/api.ts";
import type { Config } from "../platform/config/config.ts";
import { createTrafficStages } from "../traffic/stages/registry.ts";
import type { Late } from "./late.ts";
import { createStartChild } from "./start-child.ts";
import type { Platform } from "./wire-platform.ts";
import type { Providers } from "./wire-providers.ts";

export type Deliver = {
  applications: Applications;
  stages: readonly StageType[];
  /** Begins to stop scripts of this machine for other servers; the answer ends that. */
  followScriptStops(): Promise<() => Promise<void>>;
};

/** Wires applications and the stage types of delivery and traffic. Stages that start and cancel runs reach the engine late. */
export function wireDeliver(
  platform: Platform,
  target: Providers,
  engine: Late<Engine>,
  pipelines: Late<Pipelines>,
  artifacts: Artifacts,
  more: {
    config: Config;
    strategies: Late<Pipelines>;
    rolesOf(user: string): Promise<readonly string[] | null>;
  },
): Deliver {
  const { database, events, audit, outgoing } = platform;
  const { providers, routers } = target;
  const applications = createApplications({
    database,
    events,
    audit,
    serverGroupsOf: async (application) => (await target.serverGroups(application)).length,
  });
  const guards = createGuards({ guardsOf: (application) => applications.guardsOf(application), providers });
  const scripts = withStopRequests(
    createScriptRunner({
      directory: join(more.config.data, "scripts"),
      settings: more.config.script,
      ended: (id) => engine.get().wake([`script:${id}`]),
    }),
    { database, log: (message) => platform.log("warn", message) },
  );
  const stages = [
    ...createDeliverStages({
      providers,
      routers,
      guards,
      outgoing: (request) => outgoing.send({ purpose: "webhook", ...request }),
      startPipeline: createStartChild({
        pipelines,
        strategies: more.strategies,
        getExecution: (id) => engine.get().get(id),
      }),
      getExecution: (id) => engine.get().get(id),
      fetchArtifact: (artifact, signal, executionId) =>
        artifacts.text(artifact, executionId === undefined ? { signal } : { signal, executionId }),
      async fetchContent(artifact, signal, executionId, maxBytes) {
        const { digest, size } = await artifacts.fetch(artifact, { signal, executionId });
        if (size > maxBytes)
          throw new TaskError("artifact.tooLong", `The artifact is ${size} bytes long; at most ${maxBytes} are taken.`);
        return await buffer(artifacts.read(digest));
      },
      findPipeline: (application, name) => pipelines.get().byName(application, name),
      savePipeline: (document, user) =>
        pipelines.get().save(document, { user, roles: [], via: "engine" }, { staleCheck: false }),
      scripts,
      rolesOf: (user) => more.rolesOf(user),
      settings: more.config,
      notify: ({ application, executionId, ...data }) =>
        database.transaction((tx) =>
          events.append(tx, [{ type: "stage.notification", application, subject: executionId, data }]),
        ),
      async latestRun(pipelineConfigId, statuses) {
        const filter = {
          pipelineConfigIds: [pipelineConfigId],
          limit: 1,
          ...(statuses.length > 0 ? { statuses } : {}),
        };
        return (await engine.get().list(filter))[0] ?? null;
      },
      cancelExecution: (id, reason) => engine.get().cancel(id, reason, { user: "engine", roles: [], via: "engine" }),
    }),
    ...createTrafficStages({ providers, routers }),
  ];
  return { applications, stages, followScriptStops: scripts.follow };
}
