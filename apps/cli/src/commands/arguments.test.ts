import { statuses as contractStatuses } from "@gennaker/contract/resources/execution.ts";
import { describe, expect, test } from "vitest";
import { aServerGroup, aStage, aTask, anExecution } from "../testing/builders.ts";
import { findStage } from "./execution/find-stage.ts";
import { readDecision, theOpenOne } from "./execution/judge.ts";
import { statuses } from "./execution/statuses.ts";
import { whyNow } from "./execution/why-now.ts";
import { readPipelineRef } from "./pipeline/find-pipeline.ts";
import { readParameters } from "./pipeline/parameters.ts";
import { previousServerGroup } from "./server-group/find-server-group.ts";
import { percent, trafficWords } from "./server-group/get.ts";
import { newCapacity, resizeJob, rollbackJob } from "./server-group/jobs.ts";
import { chooseInstances, lineWriter } from "./server-group/logs.ts";

test("the statuses to choose from are the contract's", () => {
  expect(statuses).toEqual(contractStatuses);
});

describe("pipelines", () => {
  test("are named in three ways", () => {
    const id = "c1c5d8d8-b9ab-4e3e-821e-96935cac524a";
    expect(readPipelineRef(id, undefined)).toEqual({ id });
    expect(readPipelineRef("shop/deploy a/b", undefined)).toEqual({ application: "shop", name: "deploy a/b" });
    expect(readPipelineRef("shop", "deploy")).toEqual({ application: "shop", name: "deploy" });
    for (const text of ["shop", "shop/", "/deploy"])
      expect(() => readPipelineRef(text, undefined)).toThrow("names no pipeline");
  });

  test("parameters keep what follows the first =", () => {
    expect(readParameters(["a=1", "b=x=y", "c=", "a=2"])).toEqual({ a: "2", b: "x=y", c: "" });
    for (const text of ["a", "=1"]) expect(() => readParameters([text])).toThrow("is no parameter");
  });
});

describe("stages", () => {
  const execution = anExecution({
    stages: [
      aStage({ refId: "1", name: "Deploy" }),
      aStage({ refId: "2", name: "Twin" }),
      aStage({ refId: "3", name: "twin" }),
      aStage({ refId: "4", name: "Ask", type: "manualJudgment", status: "RUNNING" }),
    ],
  });

  test("are found by id, refId and name", () => {
    expect(findStage(execution, "S1").refId).toBe("1");
    expect(findStage(execution, "2").id).toBe("S2");
    expect(findStage(execution, "deploy").refId).toBe("1");
  });

  test("that are none or several are told with those there are", () => {
    expect(() => findStage(execution, "gone")).toThrow('has no stage "gone"');
    expect(() => findStage(execution, "TWIN")).toThrow("2 stages named");
  });

  test("the one open judgement is meant where none is named", () => {
    expect(theOpenOne(execution).refId).toBe("4");
    expect(() => theOpenOne(anExecution())).toThrow("No manual judgement");
    const two = anExecution({
      stages: [execution.stages[3] ?? aStage(), aStage({ refId: "5", type: "manualJudgment", status: "RUNNING" })],
    });
    expect(() => theOpenOne(two)).toThrow("2 judgements");
    expect(readDecision("stop")).toBe("stop");
    expect(() => readDecision("yes")).toThrow("no decision");
  });
});

describe("why an execution is as it is", () => {
  test("the innermost failure is told, else what it waits for", () => {
    const failure = (message: string) => ({ code: "x", message });
    const failed = anExecution({
      status: "TERMINAL",
      stages: [
        aStage({ refId: "1", name: "Deploy", failure: failure("outer") }),
        aStage({ refId: "1<1", name: "Create", parentStageId: "S1", failure: failure("no space") }),
      ],
    });
    expect(whyNow(failed)).toBe("Create: no space");
    const waits = anExecution({
      stages: [aStage({ name: "Ask", status: "RUNNING", tasks: [aTask({ waiting: failure("for kim") })] })],
    });
    expect(whyNow(waits)).toBe("Ask: for kim");
    expect(whyNow(anExecution({ status: "SUCCEEDED" }))).toBe("");
  });
});

describe("server groups", () => {
  test("a size moves the bounds only as far as it must", () => {
    const now = { min: 1, max: 3, desired: 2 };
    expect(newCapacity(now, { desired: 5 })).toEqual({ min: 1, max: 5, desired: 5 });
    expect(newCapacity(now, { desired: 0 })).toEqual({ min: 0, max: 3, desired: 0 });
    expect(newCapacity(now, { min: 3 })).toEqual({ min: 3, max: 3, desired: 3 });
    expect(newCapacity(now, { max: 1 })).toEqual({ min: 1, max: 1, desired: 1 });
    expect(() => newCapacity(now, { desired: 2, min: 4 })).toThrow("cannot be 2");
  });

  test("jobs name the target as Spinnaker's stages do", () => {
    const bad = aServerGroup({ name: "shop-web-v002" });
    expect(resizeJob(bad, { min: 1, max: 1, desired: 1 })).toMatchObject({
      type: "resizeServerGroup",
      action: "scale_exact",
      serverGroupName: "shop-web-v002",
      region: "local",
    });
    expect(rollbackJob(bad, aServerGroup())).toMatchObject({
      rollbackContext: { rollbackServerGroupName: "shop-web-v002", restoreServerGroupName: "shop-web-v001" },
    });
  });

  test("a rollback goes to the newest before it, in the same place, and never to a canary", () => {
    const group = (name: string, minute: number, fields = {}) =>
      aServerGroup({ name, createdAt: `2026-05-04T10:0${minute}:00.000Z`, ...fields });
    const bad = group("v3", 3);
    const serverGroups = [
      group("v4", 4),
      bad,
      group("canary", 2, { canaryRole: "canary" }),
      group("away", 2, { region: "other" }),
      group("v1", 1),
      group("v0", 0),
    ];
    const clusters = [
      { name: "shop-web", account: "local", cloudProvider: "hosts", application: "shop", serverGroups },
    ];
    expect(previousServerGroup(clusters, bad)?.name).toBe("v1");
    expect(previousServerGroup(clusters, group("v0", 0))).toBeNull();
  });

  test("traffic in words", () => {
    expect(trafficWords(aServerGroup({ disabled: true }))).toContain("no traffic");
    expect(
      trafficWords(aServerGroup({ traffic: [{ loadBalancer: "lb", requestedPercent: 90, measuredPercent: 88.52 }] })),
    ).toBe("lb 90% (measured 88.5%)");
    expect(trafficWords(aServerGroup())).toBe("no load balancer");
    expect(percent(33.333)).toBe("33.3%");
  });

  test("an instance may be named by its end", () => {
    const instance = (id: string) => ({
      id,
      zone: "a",
      state: "up" as const,
      reason: "",
      address: null,
      port: null,
      startedAt: null,
      restarts: 0,
      details: {},
    });
    const both = [instance("v1-aa"), instance("v1-ba")];
    expect(chooseInstances(both, "ba", "v1").map(({ id }) => id)).toEqual(["v1-ba"]);
    expect(chooseInstances(both, undefined, "v1")).toHaveLength(2);
    expect(() => chooseInstances(both, "a", "v1")).toThrow("several");
    expect(() => chooseInstances(both, "c", "v1")).toThrow("no instance");
    expect(() => chooseInstances([], undefined, "v1")).toThrow("has no instances");
  });

  test("log lines are put together from parts", () => {
    const writer = lineWriter((line) => `<${line}>`);
    expect(writer.take("a\nb")).toBe("<a>");
    expect(writer.take("c\n\nd")).toBe("<bc><>");
    expect(writer.rest()).toBe("<d>");
    expect(writer.rest()).toBe("");
  });
});
