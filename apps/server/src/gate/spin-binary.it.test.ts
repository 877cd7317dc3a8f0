import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, describe, expect, test, vi } from "vitest";
import { canaryConfigDocument, pipelineDocument, templateDocument } from "./fixtures/documents.ts";
import { createSpinBinary } from "./fixtures/spin-binary.ts";

const binary = process.env["SPIN_BINARY"] ?? "";

// Building it is a matter of minutes: whoever has it names it. The same requests are always tested at protocol level.
describe.skipIf(binary === "")("the real spin", async () => {
  if (binary === "") return;
  const server = await startServer();
  const spin = createSpinBinary(binary, server.url);
  afterAll(async () => {
    spin.end();
    await server.end();
  });
  const ok = async (...words: string[]) => {
    const { code, out } = await spin.run(...words);
    expect([code, out]).toEqual([0, expect.anything()]);
    return out;
  };
  const fails = async (...words: string[]) => {
    const { code, out } = await spin.run(...words);
    expect([code, out]).toEqual([1, expect.not.stringContaining("panic")]);
    return out;
  };

  test("accounts", async () => {
    expect(await spin.json("account", "list")).toMatchObject([{ name: "local", type: "hosts" }]);
    expect(await spin.json("account", "get", "local")).toMatchObject({ name: "local" });
    expect(await fails("account", "get", "missing")).toContain("not found");
    expect(await spin.json("--default-headers", "X-Spinnaker-User=bob", "account", "whoami")).toMatchObject({
      username: "bob",
      enabled: true,
    });
  });

  test("applications", async () => {
    await ok("application", "save", "-a", "flags", "--owner-email", "o@example.com", "--cloud-providers", "hosts");
    const document = {
      name: "Filed",
      email: "f@example.com",
      cloudProviders: "kubernetes,hosts",
      extra: { deep: [1] },
    };
    await ok("application", "save", "-f", spin.file("application.json", document));
    await ok("application", "save", "-f", spin.file("application.json", { ...document, email: "g@example.com" }));
    expect(await spin.json("application", "list")).toMatchObject([{ name: "filed" }, { name: "flags" }]);
    expect(await spin.json("application", "get", "FILED")).toMatchObject({
      name: "filed",
      email: "g@example.com",
      cloudProviders: "kubernetes,hosts",
      extra: { deep: [1] },
    });
    expect(await spin.json("application", "get", "filed", "-x")).toMatchObject({ name: "filed", attributes: {} });
    expect(await ok("application", "get", "filed", "-o", "yaml")).toContain("email: g@example.com");
    expect(await ok("application", "get", "filed", "-o", "jsonpath={.email}")).toContain("g@example.com");
    expect(
      await fails("application", "save", "-a", "no/name", "--owner-email", "o@example.com", "--cloud-providers", "x"),
    ).toContain("cannot be an application's name");
    expect(await fails("application", "get", "missing")).toContain("not found");
    expect(await fails("application", "delete", "missing")).toContain("does not exist");
    await ok("application", "delete", "flags");
  });

  const runs = async (...flags: string[]) =>
    (await spin.json("pipeline", "execution", "list", "-i", await configId(), ...flags)) as {
      id: string;
      status: string;
    }[];
  const configId = async () =>
    ((await spin.json("pipeline", "get", "-a", "filed", "-n", "ship it")) as { id: string }).id;

  test("pipelines", async () => {
    const file = spin.file("pipeline.json", pipelineDocument("filed", "ship it"));
    await ok("pipeline", "save", "-f", file);
    const id = await configId();
    await ok("pipeline", "save", "-f", file);
    expect(await spin.json("pipeline", "list", "-a", "filed")).toMatchObject([{ id, name: "ship it", index: 0 }]);
    await ok("pipeline", "update", "-a", "filed", "-n", "ship it", "-d");
    expect(await fails("pipeline", "execute", "-a", "filed", "-n", "ship it")).toContain("409");
    await ok("pipeline", "update", "-a", "filed", "-n", "ship it", "-e");
    await fails("pipeline", "get", "-a", "filed", "-n", "missing");
    await fails("pipeline", "execute", "-a", "filed", "-n", "missing");
  });

  test("executions", async () => {
    await ok("pipeline", "execute", "-a", "filed", "-n", "ship it", "-p", "v=2");
    await ok("pipeline", "execute", "-a", "filed", "-n", "ship it", "-f", spin.file("parameters.json", { a: 1 }));
    await vi.waitFor(async () => expect(await runs("--running", "-l", "9")).toHaveLength(2), 20_000);
    const [newest] = await runs("--running", "-l", "1");
    const id = newest?.id ?? "";
    expect(await spin.json("pipeline", "execution", "get", id)).toMatchObject([{ id, status: "RUNNING" }]);
    expect(await runs("--succeeded", "--failed", "--canceled")).toEqual([]);
    expect(await spin.json("application", "pipelines", "get", "-a", "filed", "-s", "RUNNING", "-x")).toHaveLength(2);
    await ok("pipeline", "execution", "cancel", id);
    await fails("pipeline", "execution", "cancel", "MISSING");
    await fails("application", "pipelines", "cancel", "-i", "MISSING");
    await ok("application", "pipelines", "cancel-all", "-a", "filed", "-s", "RUNNING");
    await vi.waitFor(async () => expect(await runs("--canceled", "-l", "9")).toHaveLength(2), 20_000);
  });

  test("projects", async () => {
    expect(await spin.json("project", "list")).toEqual([]);
    await ok("project", "save", "-n", "by flags", "-e", "p@example.com");
    const config = {
      applications: ["filed"],
      pipelineConfigs: [{ application: "filed", pipelineConfigId: await configId() }],
    };
    const file = spin.file("project.json", { name: "P One", email: "p@example.com", config });
    await ok("project", "save", "-f", file);
    const { id } = (await spin.json("project", "get", "P One")) as { id: string };
    await ok("project", "save", "-f", file);
    expect(await spin.json("project", "get", "P One")).toMatchObject({ id, name: "P One", config });
    expect(await spin.json("project", "get-pipelines", "P One")).toHaveLength(2);
    await ok("project", "delete", "-n", "by flags");
    expect(await spin.json("project", "list")).toMatchObject([{ id }]);
    for (const verb of [
      ["get", "missing"],
      ["get-pipelines", "missing"],
      ["delete", "-n", "missing"],
    ])
      expect(await fails("project", ...verb)).toContain("not found");
  });

  test("templates", async () => {
    const file = spin.file("template.json", templateDocument("tpl"));
    await ok("pipeline-template", "save", "-f", file);
    await ok("pipeline-template", "save", "-f", file);
    await ok("pipeline-template", "save", "-f", file, "--tag", "stable");
    expect(await spin.json("pipeline-template", "list", "--scopes", "global")).toMatchObject([{ id: "tpl" }]);
    expect(await spin.json("pipeline-template", "get", "tpl", "--tag", "stable")).toMatchObject({ id: "tpl" });
    const instance = await spin.json(
      "pipeline-template",
      "use",
      "tpl",
      "-a",
      "filed",
      "-n",
      "made",
      "--set",
      "seconds=3",
    );
    expect(instance).toMatchObject({ template: { reference: "spinnaker://tpl" }, variables: { seconds: "3" } });
    expect(await spin.json("pipeline-template", "plan", "-f", spin.file("instance.json", instance))).toMatchObject({
      application: "filed",
      stages: [{ type: "wait", waitTime: "3" }],
    });
    await ok("pipeline", "save", "-f", spin.file("instance.json", instance));
    await ok("pipeline", "delete", "-a", "filed", "-n", "made");
    await ok("pipeline-template", "delete", "tpl", "--tag", "stable");
    await ok("pipeline-template", "delete", "tpl");
    await fails("pipeline-template", "get", "tpl");
    await fails("pipeline-template", "delete", "tpl");
  });

  test("canary configs, and a judgement of the past", { timeout: 120_000 }, async () => {
    const file = spin.file("canary.json", canaryConfigDocument("cc1", "filed"));
    const cc = ["canary", "canary-config"];
    await ok(...cc, "save", "-f", file);
    await ok(...cc, "save", "-f", file);
    expect(await spin.json(...cc, "list", "-a", "filed")).toMatchObject([{ id: "cc1", applications: ["filed"] }]);
    expect(await spin.json(...cc, "get", "cc1")).toMatchObject({ id: "cc1", metrics: [{ name: "errors" }] });
    await fails(...cc, "get", "missing");
    const times = ["--start", "2026-05-04T10:00:00Z", "--end", "2026-05-04T11:00:00Z"];
    const groups = [
      "--control-group",
      "a",
      "--control-location",
      "l",
      "--experiment-group",
      "b",
      "--experiment-location",
      "l",
    ];
    expect(await ok(...cc, "retro", "-f", file, ...groups, ...times)).toContain("judgement = FAIL");
    const full = await ok(
      ...cc,
      "retro",
      "-f",
      file,
      ...groups,
      ...times,
      "--full-result",
      "--metrics-account",
      "builtin",
    );
    expect(full).toContain('"metricSetPairListId"');
    await fails(...cc, "retro", "-f", file, ...groups, ...times, "--metrics-account", "missing");
    await ok(...cc, "delete", "cc1");
    await fails(...cc, "delete", "cc1");
  });

  test("what is left is deleted", async () => {
    await ok("pipeline", "delete", "-a", "filed", "-n", "ship it");
    await fails("pipeline", "delete", "-a", "filed", "-n", "ship it");
    await ok("application", "delete", "filed");
    expect(await spin.json("application", "list")).toEqual([]);
  });
});
