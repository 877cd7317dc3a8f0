import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { actingUser } from "../acting-user.ts";
import { createScene } from "../testing/scene.ts";

async function judged(context: JsonObject, patches: JsonObject[]) {
  const { run } = await createScene();
  const left = [...patches];
  return await run("manualJudgment", {
    context,
    onWait: (_waiting, stage) => {
      const patch = left.shift();
      if (patch === undefined) return "cancel";
      Object.assign(stage.context, patch);
      return undefined;
    },
  });
}

test("waits for a person with the instructions in words, and wakes by a patch of the stage", async () => {
  const { stage, waits } = await judged({ instructions: "Look at the graphs" }, [
    { judgmentStatus: "continue", judgmentInput: "fine", lastModifiedBy: "bo", lastModifiedRoles: [] },
  ]);
  expect(waits).toEqual([{ code: "judgment.waiting", message: "Waits for a person's decision: Look at the graphs" }]);
  expect(stage.status).toBe("SUCCEEDED");
  expect(stage.outputs).toEqual({ judgmentInput: "fine", judgedBy: "bo" });
});

test("stop ends the stage with who and what", async () => {
  const { stage } = await judged({}, [{ judgmentStatus: "STOP", judgmentInput: "too slow", lastModifiedBy: "bo" }]);
  expect(stage.status).toBe("TERMINAL");
  expect(stage.failure?.message).toBe('bo decided to stop here with the answer "too slow".');
});

test("a judge without one of the roles puts the stage back to waiting", async () => {
  const { stage, waits } = await judged({ requiredJudgmentRoles: ["ops"], selectedStageRoles: ["sre"] }, [
    { judgmentStatus: "continue", lastModifiedBy: "eve", lastModifiedRoles: ["dev"] },
    {},
    { judgmentStatus: "continue", lastModifiedBy: "bo", lastModifiedRoles: ["SRE"] },
  ]);
  expect(waits.map((waiting) => waiting.message)).toEqual([
    "Waits for a person's decision",
    "eve tried to decide, but has none of the roles ops, sre. Waits for a person with one.",
    "eve tried to decide, but has none of the roles ops, sre. Waits for a person with one.",
  ]);
  expect(stage.status).toBe("SUCCEEDED");
  expect(stage.outputs["judgedBy"]).toBe("bo");
});

test("something that is no decision is said and waited out", async () => {
  const { stage, waits } = await judged({}, [{ judgmentStatus: "maybe", lastModifiedBy: "bo" }]);
  expect(waits.at(-1)?.message).toBe('"maybe" is no decision: judgmentStatus must be continue or stop.');
  expect(stage.status).toBe("CANCELED");
});

test("with propagateAuthenticationContext later stages act for the judge, nearest first", async () => {
  const { stage } = await judged({ propagateAuthenticationContext: "true" }, [
    { judgmentStatus: "continue", lastModifiedBy: "bo" },
  ]);
  const base = { ...stage, syntheticStageOwner: null, parentStageId: null };
  const judgment = { ...base, id: "j", refId: "1", requisiteStageRefIds: [] };
  const deploy = { ...base, id: "d", refId: "2", type: "deploy", requisiteStageRefIds: ["1"], context: {} };
  const child = {
    ...base,
    id: "c",
    refId: "2<1",
    type: "createServerGroup",
    parentStageId: "d",
    requisiteStageRefIds: [],
    context: {},
  };
  const side = { ...base, id: "s", refId: "3", type: "deploy", requisiteStageRefIds: [], context: {} };
  const execution = { authentication: { user: "ann" }, stages: [judgment, deploy, child, side] } as never;
  expect([deploy, child, side, judgment].map((one) => actingUser(execution, one))).toEqual(["bo", "bo", "ann", "ann"]);
});
