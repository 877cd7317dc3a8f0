import type { JsonObject } from "@gennaker/contract/json.ts";
import { describe, expect, test } from "vitest";
import { stageRules } from "../stages/registry.ts";
import { smallServer } from "./fixtures/inventory.ts";
import { planItem } from "./plan-item.ts";
import { unwrap } from "./unwrap.ts";

function plan(
  document: unknown,
  { accounts = {}, hint = {} }: { accounts?: Record<string, string>; hint?: object } = {},
) {
  const [found] = unwrap(document, "", hint);
  if (found === undefined) throw new Error("nothing");
  return planItem(found, { inventory: smallServer, rules: stageRules, strategyRules: stageRules, accounts });
}
const codes = (document: unknown) => plan(document).notes.map(({ level, code }) => `${level} ${code}`);
const wait = { type: "wait", refId: "1", requisiteStageRefIds: [], waitTime: 1 };
const pipeline = (more: JsonObject = {}, stages: unknown[] = [wait]) => ({
  application: "shop",
  name: "p",
  stages,
  ...more,
});

test("a pipeline that runs as it stands is imported without a word", () => {
  expect(plan(pipeline())).toMatchObject({ kind: "pipeline", outcome: "imported", notes: [], document: pipeline() });
});

describe("what needs attention is said once, at its place", () => {
  test.each([
    ["an unknown account", pipeline({}, [{ ...wait, account: "far" }]), "attention account.missing.deploy"],
    ["an unknown stage type", pipeline({}, [{ ...wait, type: "slack" }]), "attention stage.unsupported"],
    [
      "a provider that is not here",
      pipeline({}, [{ ...wait, type: "resizeServerGroup", cloudProvider: "aws" }]),
      "attention provider.missing",
    ],
    [
      "a trigger that does not fire",
      pipeline({ triggers: [{ type: "pubsub", enabled: true }] }),
      "attention trigger.unsupported",
    ],
    ["one that is off", pipeline({ triggers: [{ type: "pubsub", enabled: false }] }), "note trigger.unsupported"],
    [
      "a schedule's time zone",
      pipeline({ triggers: [{ type: "cron", cronExpression: "0 0 9 ? * MON" }] }),
      "attention timezone.cron",
    ],
    [
      "a window's time zone",
      pipeline({}, [{ ...wait, restrictExecutionDuringTimeWindow: true, restrictedExecutionWindow: {} }]),
      "attention timezone.window",
    ],
    ["roles", pipeline({ roles: ["admins"] }), "attention roles.check"],
    ["a user of triggers", pipeline({ triggers: [{ type: "manual", runAsUser: "robot" }] }), "attention roles.check"],
    [
      "a secret of Spinnaker",
      pipeline({}, [{ ...wait, comments: "encrypted:s3!r:eu!b:x!f:y!k:z" }]),
      "attention secret.foreign",
    ],
    ["an old name", pipeline({ expectedArtifacts: [{ usePriorExecution: true }] }), "repaired repaired"],
    ["no stages", pipeline({}, []), "attention noted"],
    ["version 3 of expressions", pipeline({}, [{ ...wait, waitTime: "${parameters.n}" }]), "note expression.version"],
    [
      "a null threshold",
      { name: "c", metrics: [], judge: {}, classifier: { scoreThresholds: { pass: null, marginal: 75 } } },
      "attention canary.nullThreshold",
    ],
    ["another judge", { name: "c", metrics: [], judge: { name: "dredd-v1.0" } }, "attention canary.judge"],
    ["guards, which are offered", { name: "shop", email: "e" }, "note trafficGuards.offered"],
  ])("%s", (_what, document, note) => {
    expect(codes(document).filter((each) => each === note)).toEqual([note]);
  });
});

test("the grave outweighs the light: refused, attention, repaired, imported", () => {
  expect(plan(pipeline({ expectedArtifacts: [{ usePriorExecution: true }] })).outcome).toBe("repaired");
  expect(plan(pipeline({ roles: ["a"], expectedArtifacts: [{ usePriorExecution: true }] })).outcome).toBe("attention");
  expect(plan(pipeline({ roles: ["a"] }, [{ ...wait, refId: 1 }, wait])).outcome).toBe("refused");
  expect(plan({ stages: [wait], name: "p" })).toMatchObject({
    outcome: "refused",
    notes: [{ pointer: "/application", code: "application.missing" }],
  });
});

test("what a place says is filled in and told; what the document says stays", () => {
  const planned = plan({ stages: [wait] }, { hint: { application: "shop", name: "from-file" } });
  expect(planned).toMatchObject({
    outcome: "repaired",
    document: { stages: [wait], name: "from-file", application: "shop" },
  });
  expect(plan(pipeline(), { hint: { application: "other", name: "x" } }).document).toEqual(pipeline());
});

test("mapped accounts are stored as they are called here, and no longer missing", () => {
  const planned = plan(pipeline({}, [{ ...wait, account: "far" }]), { accounts: { far: "local" } });
  expect(planned).toMatchObject({ outcome: "imported", document: { stages: [{ account: "local" }] } });
  expect(planned.notes.map(({ code }) => code)).toEqual(["account.mapped"]);
});

test("a first-generation configuration on its own becomes the pipeline that it configures; its places stay those of the file", () => {
  const document = {
    schema: "1",
    pipeline: { application: "Shop", name: "release", template: { source: "spinnaker://t" }, variables: {} },
    stages: [{ id: "s", type: "wait" }],
  };
  const planned = plan(document);
  expect(planned).toMatchObject({ kind: "pipeline", name: "release", application: "shop" });
  expect(planned.document).toEqual({
    name: "release",
    application: "shop",
    type: "templatedPipeline",
    config: document,
  });
  expect(planned.notes).toMatchObject([{ code: "config.wrapped" }, { level: "error", pointer: "/stages/0/config" }]);
});

test("an instance of the first generation gets the names that only its configuration says", () => {
  const config = {
    schema: "1",
    pipeline: { application: "shop", name: "release", template: { source: "spinnaker://t" } },
  };
  const planned = plan({ type: "templatedPipeline", config });
  expect(planned.document).toMatchObject({ name: "release", application: "shop" });
});

test("a provider that only lacks an account is told from one that is not there at all", () => {
  const said = (cloudProvider: string) =>
    plan(pipeline({}, [{ ...wait, type: "resizeServerGroup", cloudProvider }])).notes.find(
      ({ code }) => code === "provider.missing",
    )?.message;
  expect([said("kubernetes"), said("aws")]).toEqual([
    'no account of the cloud provider "kubernetes" is configured here',
    'the cloud provider "aws" is not here',
  ]);
});
