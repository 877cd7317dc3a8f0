import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { call, send } from "./fixtures/http.ts";

const directory = mkdtempSync(join(tmpdir(), "gennaker-second-"));
writeFileSync(
  join(directory, "gennaker.yaml"),
  JSON.stringify({
    access: {
      local: true,
      twoPersons: [{ applications: ["shop"], stages: ["manualJudgment", "wait"] }],
      breakGlass: { roles: ["firefighters"], minutes: 5 },
    },
  }),
);
const server = await startServer({ flags: ["--config", join(directory, "gennaker.yaml")] });
afterAll(async () => {
  await server.end();
  rmSync(directory, { recursive: true });
});

const password = "correct horse battery";
const as = (name: string) => ({ authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}` });
type Stage = { id: string; refId: string; type: string; status: string; tasks: { waiting: { code: string } | null }[] };
type Run = { id: string; status: string; stages: Stage[] };

beforeAll(async () => {
  const token = /one-time token: ([\w-]+)/.exec(server.log())?.[1] ?? "";
  const form = new URLSearchParams({ token, username: "boss", password }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  expect((await call(server.url, "/ui/setup", { method: "POST", headers, body: form })).status).toBe(303);
  for (const [name, roles] of [
    ["ann", ["operator"]],
    ["bo", ["operator", "release"]],
    ["fire", ["operator", "firefighters"]],
    ["runner", ["runners"]],
    ["viewer", []],
  ] as const)
    await send(server.url, "PUT", `/api/v1/access/users/${name}`, { roles, password }, as("boss"));
  const grants = [{ effect: "allow", verbs: ["read", "execute"], resources: ["application", "account"] }];
  await send(server.url, "PUT", "/api/v1/access/roles/runners", { grants }, as("boss"));
  await send(server.url, "PUT", "/api/v1/access/users/robot", { kind: "service", roles: ["operator"] }, as("boss"));
});

async function start(stages: object[], who: string, application = "shop"): Promise<Run> {
  const document = { name: `p${Math.random()}`, application, stages };
  const saved = await send(server.url, "POST", "/api/v1/pipelines", document, as("boss"));
  const { id } = saved.json() as { id: string };
  const started = await send(server.url, "POST", `/api/v1/pipelines/${id}/executions`, {}, as(who));
  expect(started.status).toBe(202);
  return waiting((started.json() as { id: string }).id, "1");
}
const view = async (id: string) =>
  (await send(server.url, "GET", `/api/v1/executions/${id}`, undefined, as("boss"))).json() as Run;
const stageOf = (run: Run, refId: string) => run.stages.find((each) => each.refId === refId);
const waiting = (id: string, refId: string) =>
  vi.waitFor(async () => {
    const run = await view(id);
    expect(stageOf(run, refId)?.tasks.some((task) => task.waiting !== null)).toBe(true);
    return run;
  }, 15_000);
const judge = (run: Run, refId: string, who: string, body: object = { decision: "continue" }) =>
  send(server.url, "POST", `/api/v1/executions/${run.id}/stages/${refId}/judge`, body, as(who));
const patch = (run: Run, refId: string, who: string, body: object) =>
  send(server.url, "PATCH", `/pipelines/${run.id}/stages/${stageOf(run, refId)?.id ?? ""}`, body, as(who));
const ends = (run: Run, status: string) =>
  vi.waitFor(async () => expect((await view(run.id)).status).toBe(status), 15_000);

const judgement = (more: object = {}) => ({
  refId: "1",
  type: "manualJudgment",
  name: "j",
  requisiteStageRefIds: [],
  ...more,
});
const short = { refId: "1", type: "wait", name: "w", waitTime: 1, requisiteStageRefIds: [] };

describe("a stage that needs a second person", () => {
  test("waits until somebody else lets it go on; who started it is refused, and both are in the audit", async () => {
    const run = await start([short], "ann");
    expect(stageOf(run, "1")?.tasks[0]?.waiting).toMatchObject({ code: "access.secondPerson" });
    const own = await judge(run, "1", "ann");
    expect([own.status, own.text]).toEqual([403, expect.stringContaining("needs a second person")]);
    expect((await judge(run, "1", "viewer")).status).toBe(403);
    expect((await view(run.id)).status).toBe("RUNNING");
    expect((await judge(run, "1", "bo", { decision: "continue", reason: "looked at it" })).status).toBe(200);
    await ends(run, "SUCCEEDED");
    const audit = (await send(server.url, "GET", "/api/v1/audit?limit=200", undefined, as("boss"))).json() as object[];
    expect(audit).toContainEqual(
      expect.objectContaining({
        action: "access.denied",
        actor: "ann",
        resource: `execution/${run.id}/stage/${stageOf(run, "1")?.id}`,
      }),
    );
    expect(audit).toContainEqual(
      expect.objectContaining({ action: "stage.approve", actor: "bo", application: "shop", reason: "looked at it" }),
    );
  }, 40_000);

  test("is not let go by a judgement that stands in the pipeline, nor by an account of a machine", async () => {
    const forged = {
      judgmentStatus: "continue",
      lastModifiedBy: "bo",
      lastModifiedRoles: ["release"],
      secondPerson: "bo",
    };
    const run = await start([judgement(forged)], "ann");
    expect(stageOf(run, "1")?.tasks[0]?.waiting).toMatchObject({ code: "access.secondPerson" });
    const made = await send(server.url, "POST", "/api/v1/access/tokens", { name: "r", user: "robot" }, as("boss"));
    const bearer = { authorization: `Bearer ${(made.json() as { token: string }).token}` };
    const path = `/api/v1/executions/${run.id}/stages/1/judge`;
    const robot = await send(server.url, "POST", path, { decision: "continue" }, bearer);
    expect([robot.status, robot.text]).toEqual([403, expect.stringContaining("no person")]);
    expect((await judge(run, "1", "ann")).status).toBe(403);
    expect((await judge(run, "1", "bo")).status).toBe(200);
    await ends(run, "SUCCEEDED");
  }, 40_000);

  test("a judgement may be stopped by who started it, and skipped only by a second person", async () => {
    const stopped = await start([judgement()], "ann");
    expect((await judge(stopped, "1", "ann", { decision: "stop" })).status).toBe(200);
    await ends(stopped, "TERMINAL");
    const run = await start([judgement()], "ann");
    const skip = (who: string) =>
      send(server.url, "POST", `/api/v1/executions/${run.id}/stages/1/skip`, { reason: "r" }, as(who));
    expect((await skip("ann")).status).toBe(403);
    expect((await patch(run, "1", "ann", { manualSkip: true })).status).toBe(403);
    expect((await skip("bo")).status).toBe(200);
    await ends(run, "SUCCEEDED");
  }, 40_000);

  test("emergency access stands in for a second person, with a reason, a banner's worth of events and an alarm", async () => {
    const run = await start([short], "fire");
    expect((await judge(run, "1", "fire")).status).toBe(403);
    const reason = "INC-7: everybody else is asleep";
    expect((await send(server.url, "POST", "/api/v1/access/break-glass", { reason }, as("fire"))).status).toBe(200);
    const metrics = (await call(server.url, "/metrics", { headers: as("boss") })).text;
    expect(metrics).toMatch(/gennaker_break_glass_open 1\n/);
    const told = await send(server.url, "GET", "/api/v1/access/emergency", undefined, as("viewer"));
    expect(told.json()).toEqual([expect.objectContaining({ user: "fire", reason })]);
    expect((await judge(run, "1", "fire")).status).toBe(200);
    await ends(run, "SUCCEEDED");
    const audit = (await send(server.url, "GET", "/api/v1/audit?limit=200", undefined, as("boss"))).json() as object[];
    expect(audit).toContainEqual(
      expect.objectContaining({
        action: "stage.approve",
        after: expect.objectContaining({ emergency: true }) as object,
      }),
    );
    await send(server.url, "DELETE", "/api/v1/access/break-glass", undefined, as("fire"));
    expect((await call(server.url, "/metrics", { headers: as("boss") })).text).toMatch(/gennaker_break_glass_open 0\n/);
  }, 40_000);

  test("applications that no rule names are left alone", async () => {
    const run = await start([judgement()], "ann", "other");
    expect((await judge(run, "1", "ann")).status).toBe(200);
    await ends(run, "SUCCEEDED");
  }, 40_000);
});

describe("judgement by role", () => {
  const asked = judgement({ requiredJudgmentRoles: ["release"] });
  test("waits for somebody with the role, whatever is sent with the answer", async () => {
    const run = await start([asked], "ann", "other");
    const forged = { judgmentStatus: "continue", lastModifiedBy: "bo", lastModifiedRoles: ["release"] };
    expect((await patch(run, "1", "ann", forged)).status).toBeLessThan(300);
    await vi.waitFor(async () =>
      expect(stageOf(await view(run.id), "1")?.tasks[0]?.waiting).toMatchObject({ code: "judgment.refused" }),
    );
    const opened = await patch(run, "1", "ann", { requiredJudgmentRoles: [], judgmentStatus: "continue" });
    expect([opened.status, opened.text]).toEqual([403, expect.stringContaining("cannot be changed")]);
    const skipped = await send(server.url, "POST", `/api/v1/executions/${run.id}/stages/1/skip`, {}, as("ann"));
    expect([skipped.status, skipped.text]).toEqual([403, expect.stringContaining("release")]);
    expect((await judge(run, "1", "bo")).status).toBe(200);
    await ends(run, "SUCCEEDED");
  }, 40_000);

  test("whoever may run but not judge cannot judge, on no path", async () => {
    const run = await start([judgement()], "runner", "other");
    expect((await judge(run, "1", "runner")).status).toBe(403);
    expect((await patch(run, "1", "runner", { judgmentStatus: "continue" })).status).toBe(403);
    expect((await patch(run, "1", "runner", { note: "still there" })).status).toBeLessThan(300);
    expect((await judge(run, "1", "bo")).status).toBe(200);
    await ends(run, "SUCCEEDED");
  }, 40_000);
});
