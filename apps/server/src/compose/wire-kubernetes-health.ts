import type { Applications } from "../deliver/applications/api.ts";
import { ConfigError } from "../platform/config/config.ts";
import type { Judge, PreparedHealth } from "../providers/kubernetes/health/judge.ts";
import type { HealthSettings } from "../providers/kubernetes/health/settings.ts";
import type { KubernetesSettings } from "../providers/kubernetes/settings.ts";
import type { Late } from "./late.ts";
import type { Log } from "./log.ts";

/** How soon an application's changed rules of health are in force, milliseconds. */
const refreshMs = 5_000;

export type WiredHealth = {
  judgeOf(account: string): Judge;
  /** Begins to follow the applications' own rules. */
  start(): void;
  stop(): void;
};

/** By whose rules health is told on each account. Throws ConfigError for rules that cannot be used. */
export async function wireKubernetesHealth(
  { accounts, health }: KubernetesSettings,
  applications: Late<Applications>,
  log: Log,
): Promise<WiredHealth> {
  const { createJudge, prepareHealth } = await import("../providers/kubernetes/health/judge.ts");
  const { createApplicationRules } = await import("../providers/kubernetes/health/application-rules.ts");
  const usable = async (place: string, settings: HealthSettings): Promise<PreparedHealth> => {
    try {
      return await prepareHealth(settings);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ConfigError(`gennaker.yaml: kubernetes.${place}.rules is not usable: ${reason}.`);
    }
  };
  const all = await usable("health", health);
  const own = createApplicationRules(
    { listVersion: () => applications.get().listVersion(), list: () => applications.get().list() },
    (application, problem) =>
      log("warn", "an application's rules of health (kubernetesHealth) cannot be used", { application, problem }),
  );
  const judges = new Map<string, Judge>();
  for (const [index, account] of accounts.entries()) {
    const layers = [await usable(`accounts.${index}.health`, account.health), all];
    judges.set(
      account.name,
      createJudge(layers, (application) => own.of(application)),
    );
  }
  const plain = createJudge([all], (application) => own.of(application));
  const timer: { id: NodeJS.Timeout | null } = { id: null };
  const refresh = () =>
    void own
      .refresh()
      .catch((error: unknown) => log("warn", "applications' rules of health were not read", { error: String(error) }));
  return {
    judgeOf: (account) => judges.get(account) ?? plain,
    start() {
      refresh();
      timer.id = setInterval(refresh, refreshMs);
      timer.id.unref();
    },
    stop() {
      if (timer.id !== null) clearInterval(timer.id);
    },
  };
}
