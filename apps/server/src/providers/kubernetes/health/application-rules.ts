import type { PreparedHealth } from "./judge.ts";
import { prepareHealth } from "./judge.ts";
import { healthSettings } from "./settings.ts";

export type ApplicationRules = {
  /** Null where the application has no rules of its own. */
  of(application: string): PreparedHealth | null;
  /** Reads the applications anew where any has changed. */
  refresh(): Promise<void>;
};

type Source = {
  /** Another text whenever any application was saved. */
  listVersion(): Promise<string>;
  list(): Promise<{ name: string; attributes: Readonly<Record<string, unknown>> }[]>;
};

/** The field of an application that holds its rules of health, in the form of `HealthSettings`. */
const healthAttribute = "kubernetesHealth";

/**
 * Applications' own rules of health, held ready because verdicts do not wait. Rules that cannot be used are left out and
 * told to `warn`, once per text.
 */
export function createApplicationRules(
  source: Source,
  warn: (application: string, problem: string) => void,
): ApplicationRules {
  let version = "";
  let held = new Map<string, PreparedHealth>();
  const warned = new Map<string, string>();

  async function prepared(application: string, value: unknown): Promise<PreparedHealth | null> {
    try {
      return await prepareHealth(healthSettings.parse(value));
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (warned.get(application) !== problem) warn(application, problem);
      warned.set(application, problem);
      return null;
    }
  }

  return {
    of: (application) => held.get(application.toLowerCase()) ?? null,
    async refresh() {
      const now = await source.listVersion();
      if (now === version) return;
      const read = new Map<string, PreparedHealth>();
      for (const { name, attributes } of await source.list()) {
        const value = attributes[healthAttribute];
        const found = value === undefined || value === null ? null : await prepared(name, value);
        if (found !== null) read.set(name.toLowerCase(), found);
      }
      held = read;
      version = now;
    },
  };
}
