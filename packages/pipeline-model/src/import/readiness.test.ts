import type { JsonObject } from "@gennaker/contract/json.ts";
import { describe, expect, test } from "vitest";
import { stageRules } from "../stages/registry.ts";
import { smallServer } from "./fixtures/inventory.ts";
import { readiness } from "./readiness.ts";
import type { Needed } from "./references.ts";

const wait = { type: "wait", refId: "1", requisiteStageRefIds: [], waitTime: 1 };
const pipeline = (more: JsonObject = {}, stages: JsonObject[] = [wait]): JsonObject => ({
  application: "shop",
  name: "p",
  stages,
  ...more,
});
const look = (document: JsonObject, has: (needed: Needed) => boolean = () => false) =>
  readiness(document, { ...smallServer, rules: stageRules, has });
const said = (document: JsonObject) =>
  look(document).findings.map(({ level, code, pointer }) => `${level} ${code} ${pointer}`);

test("nothing stands between a plain pipeline and its run", () =>
  expect(look(pipeline())).toEqual({ ready: true, findings: [] }));

describe("what stands between", () => {
  const child = { ...wait, type: "pipeline", application: "shop", pipeline: "child" };
  const canary = {
    ...wait,
    type: "kayentaCanary",
    canaryConfig: {
      canaryConfigId: "c1",
      scopes: [{ controlScope: "a", experimentScope: "b" }],
      lifetimeDuration: "PT1M",
    },
  };
  test.each([
    [pipeline({}, [{ ...wait, account: "far" }]), "blocks account.missing.deploy /stages/0/account"],
    [pipeline({}, [{ ...wait, type: "slack" }]), "blocks stage.unsupported /stages/0/type"],
    [pipeline({}, [child]), "blocks pipeline.missing /stages/0/pipeline"],
    [pipeline({}, [canary]), "blocks canaryConfig.missing /stages/0/canaryConfig/canaryConfigId"],
    [pipeline({ disabled: true }), "blocks disabled /disabled"],
    [pipeline({}, []), "blocks noStages /stages"],
    [pipeline({}, [{ ...wait, waitTime: "x" }]), "blocks invalid /stages/0/waitTime"],
    [
      pipeline({ schema: "v2", type: "templatedPipeline", template: { reference: "spinnaker://t" } }),
      "blocks template.missing /template/reference",
    ],
    [pipeline({}, [{ ...wait, comments: "encrypted:s3!f:x" }]), "blocks secret.foreign /stages/0/comments"],
    [pipeline({}, [{ ...wait, comments: "${1 +}" }]), "check expression.syntax /stages/0/comments"],
    [
      pipeline({}, [{ ...wait, manifestArtifactAccount: "gcs" }]),
      "check account.missing.artifact /stages/0/manifestArtifactAccount",
    ],
    [pipeline({ triggers: [{ type: "jenkins", enabled: true }] }), "check trigger.unsupported /triggers/0/type"],
    [
      pipeline({ triggers: [{ type: "pipeline", application: "x", pipeline: "gone" }] }),
      "check pipeline.missing /triggers/0/pipeline",
    ],
    [
      pipeline({ parameterConfig: [{ name: "v", required: true }], triggers: [{ type: "manual" }] }),
      "check parameter.required /parameterConfig/0",
    ],
  ])("%j", (document, finding) => expect(said(document)).toContain(finding));

  test("what is here is not missed, and names that only the run knows are not asked", () => {
    const asked: string[] = [];
    const has = ({ what, name, application }: Needed) => asked.push(`${what} ${application ?? "-"} ${name}`) > 0;
    const document = pipeline({}, [
      child,
      { ...canary, refId: "2" },
      { ...child, refId: "3", pipeline: "${parameters.child}" },
    ]);
    expect(look(document, has).findings.filter(({ code }) => code.endsWith(".missing"))).toEqual([]);
    expect(asked).toEqual(["pipeline shop child", "canaryConfig - c1"]);
  });
});

test("what blocks comes first, and only that keeps a pipeline from being ready", () => {
  const both = look(pipeline({ triggers: [{ type: "jenkins" }], disabled: true }));
  expect(both.findings.map(({ level }) => level)).toEqual(["blocks", "check"]);
  expect(both.ready).toBe(false);
  expect(look(pipeline({ triggers: [{ type: "jenkins" }] })).ready).toBe(true);
});
