import type { JsonObject } from "@gennaker/contract/json.ts";
import { fetchAudited } from "../deliver/artifacts/handlers.ts";
import type { NotificationSettings } from "../deliver/notification-settings/api.ts";
import { createNotificationSettings } from "../deliver/notification-settings/create-notification-settings.ts";
import type { Projects } from "../deliver/projects/api.ts";
import { createProjects } from "../deliver/projects/create-projects.ts";
import { listPreconfiguredJobs, listPreconfiguredWebhooks } from "../deliver/stages/preconfigured/own-stages.ts";
import { createRunTexts } from "../engine/run-texts.ts";
import { createExecutionSummaries } from "../engine/summaries.ts";
import type { GateDependencies, Manifests } from "../gate/deps.ts";
import { createRunList } from "../gate/run-list.ts";
import type { Database } from "../platform/database/api.ts";
import { administrator } from "../access/decision/api.ts";
import type { HttpParts } from "./wire-http.ts";
import { answersFrom } from "./wire-expressions.ts";
import type { Platform } from "./wire-platform.ts";
import type { KubernetesProvider } from "../providers/kubernetes/create-kubernetes-provider.ts";
import { toGennakerError } from "../providers/kubernetes/to-gennaker-error.ts";

/** How long an artifact may take that Gate is asked for. */
const fetchMs = 60_000;

export type FrontDoor = { projects: Projects; notificationSettings: NotificationSettings };

/** Wires what only Spinnaker's tools ask for beside the rest: projects, and whom applications tell. */
export function wireFrontDoor({ database, events, audit }: Platform): FrontDoor {
  return {
    projects: createProjects({ database, events, audit }),
    notificationSettings: createNotificationSettings({ database, audit }),
  };
}

/** What Gate's paths are translated to. */
export function gateDependencies(parts: HttpParts): GateDependencies {
  const texts = createRunTexts(parts.platform.database);
  return {
    ...parts.frontDoor,
    applications: parts.deliver.applications,
    pipelines: parts.pipelines,
    strategies: parts.strategies,
    engine: parts.engine,
    runs: { ...createExecutionSummaries(parts.platform.database), ...texts },
    runList: createRunList(texts),
    providers: parts.target.providers,
    routers: parts.target.routers,
    manifests: manifestsOf(parts.target.kubernetes),
    canaryConfigs: parts.judge.canaryConfigs,
    canaries: parts.judge.canaries,
    stageTypes: () => parts.stageTypes.keys(),
    ownStages: {
      webhooks: async (roles) => {
        const all = parts.access.guard === null || roles.includes(administrator);
        return listPreconfiguredWebhooks(parts.config, all ? null : roles);
      },
      jobs: async () => listPreconfiguredJobs(parts.config),
    },
    serviceAccountsFor: (actor) => parts.access.serviceAccountsFor(actor),
    mayWriteAccount: async (user) =>
      (await parts.access.permissions?.mayName(user, "write", "account")) ?? (() => true),
    artifactAccounts: () => parts.artifacts.accounts(),
    async fetchArtifact(artifact, actor) {
      const signal = AbortSignal.timeout(fetchMs);
      const { digest } = await fetchAudited(parts.artifacts, parts.platform, artifact, { signal, actor });
      return parts.artifacts.read(digest);
    },
    applicationHistory: applicationHistoryOf(parts.platform.database),
    templates: parts.templates,
    answered: answersFrom(parts.expressions),
    version: parts.version,
  };
}

/** Objects of the configured clusters; nothing is there without an account. */
function manifestsOf(kubernetes: KubernetesProvider | null): Manifests {
  const has = (account: string) => kubernetes?.cluster.accounts().includes(account) === true;
  return {
    async show(account, location, name, signal) {
      const [kind = "", ...rest] = name.split(" ");
      if (kubernetes === null || !has(account) || rest.length === 0) return null;
      const ref = { kind, name: rest.join(" "), ...(location === "" ? {} : { namespace: location }) };
      return kubernetes.manifest(account, ref, signal).catch(asGennakerError);
    },
    managers: (application) => kubernetes?.serverGroupManagers(application) ?? [],
    async output(account, namespace, pod, signal) {
      if (kubernetes === null || !has(account)) return null;
      return kubernetes.consoleOutput(account, namespace, pod, signal).catch(asGennakerError);
    },
  };
}

function asGennakerError(error: unknown): never {
  throw toGennakerError(error);
}

/** Front50 keeps an application's versions; here the audit log has what each save left behind. */
function applicationHistoryOf(database: Pick<Database, "query">) {
  return async (name: string, limit: number): Promise<JsonObject[]> => {
    const rows = await database.query<{ after: string; actor: string; time: Date }>(
      `select after, actor, time from platform_audit
       where resource = $1 and action in ('application.create', 'application.update') and after is not null
       order by id desc limit $2`,
      [`application/${name}`, limit],
    );
    return rows.map(({ after, actor, time }) => ({
      ...(JSON.parse(after) as JsonObject),
      name,
      updateTs: String(time.getTime()),
      lastModifiedBy: actor,
    }));
  };
}
