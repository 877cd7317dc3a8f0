import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer } from "./testing/processes.ts";

const server = await startTestServer();
afterAll(async () => server.stop());

const pipeline = "p1";
beforeAll(async () => {
  await server.run(["application", "save", "shop"]);
  const stages = [{ refId: "1", type: "wait", waitTime: 1 }];
  const document = { id: pipeline, application: "shop", name: "deploy", stages };
  await server.run(["pipeline", "save", "--file", "-"], JSON.stringify(document));
});

test("projects are saved, replaced by name, listed, shown with their pipelines and deleted", async () => {
  const config = { applications: ["shop"], pipelineConfigs: [{ application: "shop", pipelineConfigId: pipeline }] };
  const save = (more: object) =>
    server.run(["project", "save", "--file", "-", "--json"], JSON.stringify({ name: "Payments", config, ...more }));
  const first = await save({ odd: [1] });
  expect(first).toMatchObject({ code: 0, err: "" });
  const { id } = JSON.parse(first.out) as { id: string };
  expect(JSON.parse((await save({ email: "p@example.com" })).out)).toMatchObject({ id, email: "p@example.com" });
  expect((await server.run(["projects", "list"])).out).toMatch(/^NAME .*\nPayments +shop +1 +p@example\.com /);
  const printed = await server.run(["project", "get", "payments"]);
  expect(JSON.parse(printed.out)).toMatchObject({ id, name: "Payments", config });
  expect((await server.run(["project", "get-pipelines", "Payments"])).out).toMatch(/shop +deploy /);
  const nameless = await server.run(["project", "save", "--file", "-"], "{}");
  expect(nameless).toMatchObject({ code: 1, out: "" });
  expect(nameless.err).toContain("no name");
  expect(await server.run(["project", "delete", "Payments", "--yes"])).toMatchObject({ code: 0 });
  expect((await server.run(["project", "get", "Payments"])).err).toContain("no project Payments");
});

test("a pipeline's history tells what each version changed", async () => {
  const document = { id: pipeline, application: "shop", name: "deploy", description: "why", stages: [] };
  await server.run(["pipeline", "save", "--file", "-"], JSON.stringify(document));
  const { out, err } = await server.run(["pipeline", "history", "shop/deploy"]);
  expect(err).toBe("");
  expect(out).toMatch(/^Version 2, .* by tester\n/);
  expect(out).toContain('  /description: absent → "why"\n');
  expect(out).toContain("  /stages/refId=1: {");
  expect(out).toMatch(/\nVersion 1, .*\n {2}the first\n$/);
});
