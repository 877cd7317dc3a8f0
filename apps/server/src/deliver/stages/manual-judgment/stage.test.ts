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
  const { stage, waits } = await judged({ requiredJudgmentRoles: ["ops", "sre"] }, [
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

test("without required roles the selected ones count, otherwise only the required", async () => {
  const both = { requiredJudgmentRoles: ["ops"], selectedStageRoles: ["sre"] };
  const sre = { judgmentStatus: "continue", lastModifiedBy: "bo", lastModifiedRoles: ["sre"] };
  expect((await judged(both, [sre])).stage.status).toBe("CANCELED");
  expect((await judged({ ...both, requiredJudgmentRoles: [] }, [sre])).stage.status).toBe("SUCCEEDED");
});

test("people are told once, reminded each notifyEveryMs, and told of the decision where they asked for it", async () => {
  const scene = await createScene();
  const { stage, waits } = await scene.run("manualJudgment", {
    context: {
      instructions: "Look",
      sendNotifications: true,
      notifyEveryMs: 90_000,
      notifications: [
        { type: "slack", address: "#ops", message: { manualJudgment: { text: "Look!" } } },
        { type: "email", address: "a@b.example", when: ["manualJudgmentContinue"] },
      ],
    },
    onWait: (_waiting, one) => {
      if (scene.told.length === 3) one.context["judgmentStatus"] = "continue";
    },
  });
  expect(
    scene.told.map(({ state, times, message, notification }) => [state, times, message, notification["type"]]),
  ).toEqual([
    ["manualJudgment", 1, "Look!", "slack"],
    ["manualJudgment", 2, "Look!", "slack"],
    ["manualJudgment", 3, "Look!", "slack"],
    ["manualJudgmentContinue", 1, null, "slack"],
    ["manualJudgmentContinue", 1, null, "email"],
  ]);
  expect(new Set(scene.told.map(({ key }) => key)).size).toBe(5);
  expect(waits[0]?.message).toBe("Waits for a person's decision: Look");
  expect(waits.at(-1)).toEqual({
    code: "judgment.waiting",
    message: "Waits for a person's decision: Look (reminded 2 times)",
    details: { reminded: 2 },
  });
  expect([stage.status, stage.context["reminded"]]).toEqual(["SUCCEEDED", 2]);
});

test("a notifier that fails stops nothing, and its reason is kept", async () => {
  const scene = await createScene({ deps: { notify: async () => Promise.reject(new Error("no such channel")) } });
  const { stage } = await scene.run("manualJudgment", {
    context: { notifications: [{ type: "slack" }] },
    onWait: (_waiting, one) => void (one.context["judgmentStatus"] = "continue"),
  });
  expect([stage.status, stage.context["notificationFailures"]]).toEqual(["SUCCEEDED", ["no such channel"]]);
});

test("without a decision it ends after three days", async () => {
  const { stage, clock } = await (async () => {
    const scene = await createScene();
    return { ...(await scene.run("manualJudgment", { context: {} })), clock: scene.clock };
  })();
  expect([stage.status, clock.ms - Date.parse("2026-01-01T00:00:00Z")]).toEqual(["TERMINAL", 3 * 24 * 60 * 60 * 1000]);
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
  const nearer = (status: string, context: object, outputs: object = {}) => {
    const second = { ...judgment, id: "k", refId: "1b", requisiteStageRefIds: ["1"], status, context, outputs };
    const after = { ...deploy, requisiteStageRefIds: ["1b"] };
    const stages = [judgment, second, after];
    return actingUser({ authentication: { user: "ann" }, stages } as never, after);
  };
  const asks = { propagateAuthenticationContext: true };
  expect(nearer("SUCCEEDED", asks, { judgedBy: "cy" })).toBe("cy");
  // Its time was up and that counts as a success: nobody decided, whatever the pipeline's document says.
  expect(nearer("SUCCEEDED", { ...asks, propagatedUser: "root", lastModifiedBy: "root" })).toBe("ann");
  expect(nearer("SKIPPED", asks)).toBe("bo");
  expect(nearer("SUCCEEDED", { propagateAuthenticationContext: false })).toBe("bo");
  // Somebody decided to stop, and the failure is ignored: nobody's identity is passed on.
  expect(nearer("FAILED_CONTINUE", asks, { judgedBy: "cy" })).toBe("ann");
});
