import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer } from "./testing/processes.ts";

const server = await startTestServer();
beforeAll(async () => {
  const saved = await server.run(["application", "save", "shop", "--email", "shop@example.com"]);
  expect(saved.err).toBe("");
});
afterAll(async () => server.stop());

const judged = {
  application: "shop",
  name: "배포 judged",
  parameterConfig: [{ name: "version", default: "1" }],
  stages: [
    { refId: "1", type: "wait", name: "Warm up", waitTime: 1 },
    {
      refId: "2",
      requisiteStageRefIds: ["1"],
      type: "manualJudgment",
      name: "Ask",
      instructions: "Ship ${parameters.version}?",
    },
    { refId: "3", requisiteStageRefIds: ["2"], type: "wait", name: "Settle", waitTime: 1 },
  ],
};

async function save(document: { name: string }): Promise<string> {
  const file = join(server.home, "pipeline.json");
  await writeFile(file, JSON.stringify(document));
  const { code, out, err } = await server.run(["pipeline", "save", "--file", file, "--json"]);
  expect(err).toBe("");
  expect(code).toBe(0);
  return (JSON.parse(out) as { id: string }).id;
}

async function start(name: string, ...flags: string[]): Promise<string> {
  const { out, err } = await server.run(["pipeline", "start", `shop/${name}`, "--json", ...flags]);
  expect(err).toBe("");
  return (JSON.parse(out) as { id: string }).id;
}

describe("applications", () => {
  test("are saved, listed, changed and deleted", async () => {
    await server.run(["application", "save", "brief", "--description", "first"]);
    await server.run(["application", "save", "brief", "--email", "b@example.com"]);
    const one = JSON.parse((await server.run(["application", "get", "brief", "--json"])).out) as object;
    expect(one).toMatchObject({
      name: "brief",
      description: "first",
      email: "b@example.com",
      lastModifiedBy: "tester",
    });
    expect((await server.run(["applications", "list"])).out).toMatch(/^NAME .*\nbrief /);
    expect(await server.run(["application", "delete", "brief", "--yes"])).toMatchObject({ code: 0 });
    const gone = await server.run(["application", "get", "brief"]);
    expect(gone).toMatchObject({ code: 1, out: "" });
    expect(gone.err).toContain("brief");
  });
});

describe("pipelines", () => {
  test("are saved, replaced by name, listed and printed so that they can be saved again", async () => {
    const id = await save(judged);
    expect(await save(judged)).toBe(id);
    expect((await server.run(["pipeline", "list", "shop"])).out).toContain("배포 judged");
    const printed = await server.run(["pipeline", "get", "shop", "배포 judged"]);
    expect(JSON.parse(printed.out)).toMatchObject({ name: "배포 judged", stages: judged.stages });
    const again = await server.run(["pipeline", "save", "--file", "-"], printed.out);
    expect(again).toMatchObject({ code: 0, err: "" });
  });

  test("a document with faults is refused with each pointer", async () => {
    const document = {
      application: "shop",
      name: "bad",
      stages: [{ refId: "1", type: "wait", requisiteStageRefIds: ["9"] }],
    };
    const { code, err } = await server.run(["pipeline", "save", "--file", "-"], JSON.stringify(document));
    expect(code).toBe(1);
    expect(err).toMatch(/\/stages\/0\/requisiteStageRefIds/);
  });
});

describe("a pipeline with a manual judgement", () => {
  test("is followed live, judged and finished; the parameter is seen", async () => {
    await save(judged);
    const id = await start("배포 judged", "-p", "version=7");
    const watching = server.start(["execution", "watch", id]);
    await watching.saw(/Ask {2}Waits for a person's decision: Ship 7\?/);
    expect((await server.run(["execution", "get", id])).out).toMatch(/● Ask .*\n\s+└ Waits for a person/);
    expect(await server.run(["execution", "judge", id, "continue"])).toMatchObject({ code: 0, err: "" });
    const { code, out } = await watching.ended;
    expect(code).toBe(0);
    expect(out).toMatch(/Warm up {2}SUCCEEDED[\s\S]*Ask {2}SUCCEEDED[\s\S]*Settle {2}SUCCEEDED[\s\S]*SUCCEEDED after/);
    expect(out).not.toContain("\u001b");
    const nothingOpen = await server.run(["execution", "judge", id, "stop"]);
    expect(nothingOpen).toMatchObject({ code: 1 });
    expect(nothingOpen.err).toContain("No manual judgement");
    expect((await server.run(["audit", "list", "--application", "shop"])).out).toContain("tester");
  });

  test("stopped by a person it fails, with who and why; --json gives events between snapshot and result", async () => {
    await save(judged);
    const running = server.start(["pipeline", "start", "shop/배포 judged", "--follow", "--json"]);
    await running.saw(/stage\.waiting.*person's decision/);
    const first = JSON.parse(running.out().split("\n")[0] ?? "") as { type: string; subject: string };
    expect(first.type).toBe("execution.snapshot");
    await server.run(["execution", "judge", first.subject, "stop", "--stage", "Ask"]);
    const { code, out } = await running.ended;
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string; data: { status?: string } });
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ type: "execution.result", data: { status: "TERMINAL" } });
    expect(lines.filter((line) => line.type === "execution.status").at(-1)?.data.status).toBe("TERMINAL");
    expect((await server.run(["execution", "list", "shop", "--limit", "1"])).out).toMatch(/tester decided to stop/);
  });
});

describe("executions", () => {
  test("a failing one shows its reason and exits 1, live and afterwards", async () => {
    await save({ application: "shop", name: "fails", stages: [{ refId: "1", type: "noSuchStage", name: "Odd" }] } as {
      name: string;
    });
    const { code, out } = await server.run(["pipeline", "start", "shop/fails", "--follow"]);
    expect(code).toBe(1);
    expect(out).toMatch(/Odd {2}.*noSuchStage/);
    expect(out).toMatch(/TERMINAL/);
  });

  test("Ctrl-C leaves it running; cancel ends it, with the reason", async () => {
    await save({
      application: "shop",
      name: "long",
      stages: [{ refId: "1", type: "wait", name: "Long", waitTime: 600 }],
    } as { name: string });
    const id = await start("long");
    const watching = server.start(["execution", "watch", id]);
    await watching.saw(/Long {2}RUNNING/);
    watching.child.kill("SIGINT");
    const left = await watching.ended;
    expect(left.code).toBe(130);
    expect(left.err).toContain(`gennaker execution cancel ${id}`);
    const status = async () =>
      (JSON.parse((await server.run(["execution", "get", id, "--json"])).out) as { status: string }).status;
    expect(await status()).toBe("RUNNING");
    expect(await server.run(["execution", "cancel", id, "--reason", "wrong version", "--follow"])).toMatchObject({
      code: 0,
    });
    expect(await status()).toBe("CANCELED");
    const ended = await server.run(["execution", "watch", id]);
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.out).toContain("cancelled by tester: wrong version");
  });

  test("--cancel-on-interrupt cancels; skip ends a wait; pause and resume are told", async () => {
    const id = await start("long");
    const watching = server.start(["execution", "watch", id, "--cancel-on-interrupt"]);
    await watching.saw(/Long {2}RUNNING/);
    expect(await server.run(["execution", "pause", id])).toMatchObject({ code: 0 });
    expect(await server.run(["execution", "resume", id])).toMatchObject({ code: 0 });
    watching.child.kill("SIGINT");
    expect((await watching.ended).code).toBe(130);
    expect((await server.run(["execution", "watch", id])).out).toContain("CANCELED");

    const skipped = await start("long");
    const following = server.start(["execution", "watch", skipped]);
    await following.saw(/Long {2}RUNNING/);
    expect(await server.run(["execution", "skip", skipped, "Long"])).toMatchObject({ code: 0, err: "" });
    expect((await following.ended).code).toBe(0);
  });
});

test("a watch survives the server's crash and sees what happened meanwhile", async () => {
  await save(judged);
  const id = await start("배포 judged");
  const watching = server.start(["execution", "watch", id]);
  await watching.saw(/Ask {2}Waits for a person/);
  await server.crashAndRestart();
  await watching.saw(/connection lost[\s\S]*connected again/);
  expect(await server.run(["execution", "judge", id, "continue"])).toMatchObject({ code: 0, err: "" });
  const { code, out } = await watching.ended;
  expect(code).toBe(0);
  expect(out.match(/Ask {2}SUCCEEDED/g)).toHaveLength(1);
});

test("system, accounts, clusters, canaries and completion answer", async () => {
  expect((await server.run(["system"])).out).toContain("reachable");
  expect(JSON.parse((await server.run(["account", "list", "--json"])).out)).toMatchObject([
    { name: "local", cloudProvider: "hosts" },
  ]);
  expect((await server.run(["cluster", "list", "shop"])).out).toContain("Nothing is deployed");
  expect(await server.run(["server-group", "resize", "shop-web-v000", "2"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("no server group") as string,
  });
  expect((await server.run(["canary", "config", "list"])).out).toContain("no canary configs");
  expect((await server.run(["__complete", "--", "pipeline", "start", "shop/"])).out).toContain("shop/배포 judged");
  expect(JSON.parse((await server.run(["version", "--json"])).out)).toMatchObject({ address: server.url });
});
