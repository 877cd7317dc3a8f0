import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { closest } from "../closest.ts";
import { findForeignSecrets } from "../secrets/find-secrets.ts";
import { accountsIn } from "./accounts.ts";
import type { AccountUse } from "./accounts.ts";
import type { ImportNote, Inventory } from "./types.ts";

/** Spinnaker's default for schedules and time windows (orca and echo, unless the installation set another). */
export const spinnakerTimezone = "America/Los_Angeles";

type Found = { stage: JsonObject; pointer: string };

/** What of a pipeline, strategy or template needs somebody's eye here, beside what its schema finds. */
export function pipelineNotes(document: JsonObject, inventory: Inventory): ImportNote[] {
  const body = bodyOf(document);
  return onceEach([
    ...unknownAccounts(document, inventory),
    ...body.flatMap(({ holder, at }) => [
      ...stagesOf(holder, at).flatMap(({ stage, pointer }) => stageNotes(stage, pointer, inventory)),
      ...triggerNotes(holder["triggers"], `${at}/triggers`, inventory),
      ...scheduleNotes(holder, at, inventory),
      ...expressionNote(holder, at),
    ]),
    ...peopleNotes(document),
    ...secretNotes(document),
  ]);
}

/** The same provider missing in many stages is one thing to mend. */
function onceEach(notes: readonly ImportNote[]): ImportNote[] {
  const providers = new Set<string>();
  return notes.filter(({ code, message }) => {
    if (code !== "provider.missing") return true;
    return !providers.has(message) && providers.add(message) !== undefined;
  });
}

/** Where the stages and triggers stand: at the top, under `pipeline`, or in what an older instance configures. */
export function bodyOf(document: JsonObject): { holder: JsonObject; at: string }[] {
  const { pipeline, config } = document;
  const bodies = [{ holder: document, at: "" }];
  if (isJsonObject(pipeline)) bodies.push({ holder: pipeline, at: "/pipeline" });
  if (isJsonObject(config)) bodies.push({ holder: config, at: "/config" });
  return bodies;
}

export function stagesOf(holder: JsonObject, at: string): Found[] {
  const { stages } = holder;
  if (!Array.isArray(stages)) return [];
  return stages.flatMap((stage, index) => (isJsonObject(stage) ? [{ stage, pointer: `${at}/stages/${index}` }] : []));
}

const words: Record<AccountUse, string> = {
  deploy: "account",
  artifact: "artifact account",
  metrics: "metrics account",
  storage: "storage account",
};

/** One note for each account that is not configured here, at its first place. */
export function unknownAccounts(document: Json, inventory: Inventory): ImportNote[] {
  const seen = new Map<string, { count: number; note: ImportNote }>();
  for (const { name, use, pointer } of accountsIn(document)) {
    const known = knownFor(use, inventory);
    if (known === null || known.includes(name)) continue;
    const key = `${use} ${name}`;
    const before = seen.get(key);
    if (before) before.count += 1;
    else {
      const near = closest(name, known);
      const suggestion =
        use === "deploy" || use === "artifact" || use === "metrics"
          ? `Configure it here, or map it to ${known.length === 0 ? "one that is" : known.slice(0, 5).join(", ")}${near === null ? "" : ` (${near} is near)`}.`
          : "Nothing needs it here.";
      const code = `account.missing.${use}`;
      const level = use === "storage" ? "note" : "attention";
      seen.set(key, {
        count: 1,
        note: { level, code, pointer, message: `the ${words[use]} "${name}" is not configured here`, suggestion },
      });
    }
  }
  return [...seen.values()].map(({ count, note }) =>
    count === 1 ? note : { ...note, message: `${note.message} (named in ${count} places)` },
  );
}

/** Accounts by use; null where it does not matter or is not known. A registry's account may be one for deploying, too. */
function knownFor(use: AccountUse, inventory: Inventory): readonly string[] | null {
  if (use === "deploy") return inventory.accounts;
  if (use === "metrics") return inventory.metricsAccounts;
  if (use === "storage") return [];
  if (inventory.artifactAccounts === null) return null;
  return [...new Set([...inventory.artifactAccounts, "embedded-artifact", ...inventory.accounts])];
}

function stageNotes(stage: JsonObject, pointer: string, inventory: Inventory): ImportNote[] {
  const notes: ImportNote[] = [];
  const { type } = stage;
  if (typeof type !== "string") return notes;
  const own = textOf(stage["cloudProvider"]) ?? textOf(stage["cloudProviderType"]);
  if (!inventory.stageTypes.has(type) && (own === null || !inventory.stageTypes.has(`${type}:${own}`))) {
    const near = closest(
      type,
      [...inventory.stageTypes].map((key) => key.split(":")[0] ?? key),
    );
    notes.push({
      level: "attention",
      code: "stage.unsupported",
      pointer: `${pointer}/type`,
      message: `the stage type "${type}" does not run here; the stage is kept, and a run fails when it comes to it`,
      suggestion:
        near === null
          ? "Take the stage out, or switch it off, before the first run."
          : `Perhaps ${near} does the same.`,
    });
  }
  for (const { provider, at } of providersOf(stage)) {
    if (inventory.providers.has(provider) || provider.includes("${")) continue;
    notes.push({
      level: "attention",
      code: "provider.missing",
      pointer: pointer + at,
      ...(configurable.has(provider)
        ? {
            message: `no account of the cloud provider "${provider}" is configured here`,
            suggestion: "Add one in gennaker.yaml.",
          }
        : {
            message: `the cloud provider "${provider}" is not here`,
            suggestion: `These are: ${[...new Set([...inventory.providers, ...configurable])].join(", ")}.`,
          }),
    });
  }
  const condition = isJsonObject(stage["stageEnabled"]) ? stage["stageEnabled"]["expression"] : null;
  if (typeof condition === "string" && condition.includes("${")) {
    notes.push({
      level: "note",
      code: "expression.nested",
      pointer: `${pointer}/stageEnabled/expression`,
      message: "the condition holds ${…}: that is evaluated first, and its result put in, as in Spinnaker",
    });
  }
  if (stage["manifestName"] === " ") {
    const message = "is a blank, which names nothing; it is read as if it were not there";
    notes.push({ level: "note", code: "field.blank", pointer: `${pointer}/manifestName`, message });
  }
  return notes;
}

/** Providers that are there once an account of theirs is configured. */
const configurable: ReadonlySet<string> = new Set(["hosts", "kubernetes"]);

function providersOf(stage: JsonObject): { provider: string; at: string }[] {
  const found = new Map<string, string>();
  const look = (holder: JsonObject, at: string) => {
    for (const field of ["cloudProvider", "cloudProviderType"]) {
      const provider = textOf(holder[field]);
      if (provider !== null && !found.has(provider)) found.set(provider, `${at}/${field}`);
    }
  };
  look(stage, "");
  const clusters = Array.isArray(stage["clusters"]) ? stage["clusters"] : [];
  for (const [index, cluster] of clusters.entries()) if (isJsonObject(cluster)) look(cluster, `/clusters/${index}`);
  return [...found].map(([provider, at]) => ({ provider, at }));
}

function triggerNotes(triggers: Json | undefined, at: string, inventory: Inventory): ImportNote[] {
  if (!Array.isArray(triggers)) return [];
  return triggers.flatMap((trigger, index): ImportNote[] => {
    if (!isJsonObject(trigger)) return [];
    const type = textOf(trigger["type"]);
    if (type === null || inventory.triggerTypes.has(type)) return [];
    const off = trigger["enabled"] === false ? " (it is switched off anyway)" : "";
    return [
      {
        level: trigger["enabled"] === false ? "note" : "attention",
        code: "trigger.unsupported",
        pointer: `${at}/${index}/type`,
        message: `triggers of the type "${type}" do not fire here yet; it is kept${off}`,
        suggestion: "Start the pipeline by hand or over the API meanwhile.",
      },
    ];
  });
}

function scheduleNotes(holder: JsonObject, at: string, { timezone }: Inventory): ImportNote[] {
  if (timezone === spinnakerTimezone) return [];
  const notes: ImportNote[] = [];
  const differs = (code: string, pointer: string, what: string) =>
    notes.push({
      level: "attention",
      code,
      pointer,
      message: `${what} in the time zone ${timezone} here; Spinnaker's default is ${spinnakerTimezone}`,
      suggestion: `Set \`timezone\` in gennaker.yaml to your Spinnaker's zone, or change the times.`,
    });
  const triggers = Array.isArray(holder["triggers"]) ? holder["triggers"] : [];
  const cron = triggers.findIndex((trigger) => isJsonObject(trigger) && trigger["type"] === "cron");
  if (cron !== -1) differs("timezone.cron", `${at}/triggers/${cron}/cronExpression`, "schedules are read");
  const window = stagesOf(holder, at).find(({ stage }) => stage["restrictExecutionDuringTimeWindow"] === true);
  if (window) differs("timezone.window", `${window.pointer}/restrictedExecutionWindow`, "time windows are read");
  return notes;
}

/** Spinnaker's default evaluator is version 3, and people are often not aware of it. */
function expressionNote(holder: JsonObject, at: string): ImportNote[] {
  if (textOf(holder["spelEvaluator"]) !== null || !Array.isArray(holder["stages"])) return [];
  if (!JSON.stringify(holder["stages"]).includes("${")) return [];
  return [
    {
      level: "note",
      code: "expression.version",
      pointer: `${at}/spelEvaluator`,
      message: "is not given: version 3 holds, as in Spinnaker; what the trigger can answer is evaluated at the start",
      suggestion: 'Set it to "v4" to evaluate each stage only when it begins.',
    },
  ];
}

function peopleNotes(document: JsonObject): ImportNote[] {
  const notes: ImportNote[] = [];
  const say = (pointer: string, message: string) =>
    notes.push({
      level: "attention",
      code: "roles.check",
      pointer,
      message,
      suggestion: "See that the same roles and service accounts exist here, where login is configured.",
    });
  const { roles, serviceAccount, triggers } = document;
  if (Array.isArray(roles) && roles.length > 0)
    say("/roles", `is kept: ${roles.map(String).join(", ")} are roles of Spinnaker`);
  if (textOf(serviceAccount) !== null)
    say("/serviceAccount", `is kept: "${String(serviceAccount)}" is a service account of Spinnaker`);
  const list = Array.isArray(triggers) ? triggers : [];
  const runs = list.findIndex((trigger) => isJsonObject(trigger) && textOf(trigger["runAsUser"]) !== null);
  if (runs !== -1) say(`/triggers/${runs}/runAsUser`, "is kept: runs are started under a user of Spinnaker");
  return notes;
}

export function secretNotes(document: JsonObject): ImportNote[] {
  return findForeignSecrets(document).map((finding) => ({ level: "attention", code: "secret.foreign", ...finding }));
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value : null;
}
