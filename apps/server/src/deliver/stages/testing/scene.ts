import { Buffer } from "node:buffer";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { createFakeProvider } from "@gennaker/testkit/fakes/provider.ts";
import type { FakeProviderOptions } from "@gennaker/testkit/fakes/provider.ts";
import { createFakeRouter } from "@gennaker/testkit/fakes/router.ts";
import type { ExecutionView } from "../../../engine/api.ts";
import type { ProviderPort } from "../../../providers/port/api.ts";
import type { RouterPort } from "../../../traffic/port/api.ts";
import { createTrafficStages } from "../../../traffic/stages/registry.ts";
import { createGuards } from "../../guards/create-guards.ts";
import type { TrafficGuard } from "../../guards/api.ts";
import { defaultTrafficGuards } from "../../guards/api.ts";
import type { DeliverDeps, HttpAnswer, HttpRequest, StageNotification } from "../deps.ts";
import { defaultStageSettings } from "../../../platform/config/stage-settings.ts";
import type { ScriptRun, ScriptState } from "../script/api.ts";
import { createDeliverStages } from "../registry.ts";
import { createRunner } from "./run-stage.ts";
import type { Runner } from "./run-stage.ts";

export type SceneOptions = {
  provider?: Omit<FakeProviderOptions, "now">;
  guards?: readonly TrafficGuard[];
  deps?: Partial<DeliverDeps>;
  /** How every script stands, and the files it left. */
  script?: ScriptState;
  files?: Record<string, string>;
  answer?: (request: HttpRequest) => Promise<HttpAnswer> | HttpAnswer;
};

/** All delivery and traffic stages over fakes, a clock that moves only when a stage waits, and a load balancer `web`. */
export async function createScene(options: SceneOptions = {}) {
  const clock = { ms: Date.parse("2026-01-01T00:00:00Z") };
  const now = (): Date => new Date(clock.ms);
  const provider = createFakeProvider({ ...options.provider, now });
  const router = createFakeRouter(provider);
  const port: ProviderPort = provider.port;
  const routerPort: RouterPort = router.port;
  const requests: HttpRequest[] = [];
  const providers = new Map([[port.name, port]]);
  const traffic = { providers, routers: [routerPort] };
  const children = new Map<string, ExecutionView>();
  const canceled: string[] = [];
  const scripts: ScriptRun[] = [];
  const stopped: string[] = [];
  const told: StageNotification[] = [];
  const deps: DeliverDeps = {
    ...traffic,
    guards: createGuards({ guardsOf: async () => options.guards ?? defaultTrafficGuards, providers }),
    startPipeline: async () => ({ executionId: "child", name: "canary check" }),
    getExecution: async (id) => children.get(id) ?? null,
    cancelExecution: async (id) => void canceled.push(id),
    fetchArtifact: async (artifact) => Buffer.from(String(artifact["reference"]), "base64").toString("utf8"),
    fetchContent: async () => {
      throw new Error("nothing to fetch");
    },
    findPipeline: async (_application, name) => ({ id: `config of ${name}` }),
    savePipeline: async () => ({ id: "saved" }),
    latestRun: async () => null,
    scripts: {
      owner: "here",
      start: async (run) => void scripts.push(run),
      look: async () => options.script ?? { kind: "ended", status: 0, timedOut: false, log: "", truncated: false },
      stop: async (id) => void stopped.push(id),
      async stopAnywhere(owner, id) {
        stopped.push(id);
        return owner === null || owner === "here";
      },
      readFile: async (_id, path) => options.files?.[path] ?? null,
    },
    rolesOf: async () => null,
    settings: defaultStageSettings(),
    notify: async (notification) => void told.push(notification),
    async outgoing(request) {
      requests.push(request);
      if (options.answer === undefined) throw new Error("connection refused");
      return await options.answer(request);
    },
    ...options.deps,
  };
  const runner: Runner = createRunner([...createDeliverStages(deps), ...createTrafficStages(traffic)], clock);
  await routerPort.upsertLoadBalancer(operation("web"), {
    ...web,
    application: "app",
    port: 8000,
    healthCheck: { path: "/health", intervalMs: 1000, timeoutMs: 1000, healthy: 1, unhealthy: 3 },
  });
  return {
    clock,
    provider,
    router,
    requests,
    children,
    canceled,
    told,
    scripts,
    stopped,
    deps,
    runner,
    run: runner.run,
    /** A server group as a deploy without strategy would make it. */
    async existing(overrides: JsonObject = {}): Promise<string> {
      const ref = await port.createServerGroup(
        operation(`existing ${clock.ms} ${provider.operations.length}`),
        cluster(overrides),
      );
      clock.ms += 1000;
      return ref.name;
    },
  };
}

export const web = { account: "local", region: "local", name: "web" };

/** A cluster of `app` behind `web`. */
export function cluster(overrides: JsonObject = {}): JsonObject {
  return {
    cloudProvider: "fake",
    account: "local",
    region: "local",
    application: "app",
    capacity: { min: 2, max: 2, desired: 2 },
    loadBalancers: ["web"],
    artifact: { type: "host/directory", reference: "/srv/app" },
    ...overrides,
  };
}

export function operation(key: string) {
  return { key, signal: new AbortController().signal, actor: { user: "test", roles: [], via: "system" as const } };
}
