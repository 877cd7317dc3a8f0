import { readFileSync } from "node:fs";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, describe, expect, test, vi } from "vitest";
import { pipelineDocument } from "./fixtures/documents.ts";
import { deepDifferences, differences } from "./fixtures/shape.ts";
import { createSpin } from "./fixtures/spin.ts";

const server = await startServer();
afterAll(() => server.end());
const { request } = createSpin(server.url, "new");

type Recorded = Record<string, unknown> & {
  name: string;
  application: string;
  stages: (object & { tasks: object[] })[];
  trigger: object;
};
const recorded = (file: string): Recorded[] => {
  const read: unknown = JSON.parse(readFileSync(new URL(`./fixtures/${file}`, import.meta.url), "utf8"));
  return (Array.isArray(read) ? read : [read]) as Recorded[];
};

describe("the answers of a real Gate", () => {
  test.each([...recorded("kubernetes-pipelineConfigs.json"), ...recorded("manual-execution-pipelineConfigs.json")])(
    "the pipeline config $name is kept field by field",
    async (theirs) => {
      expect((await request("POST", "/pipelines", theirs)).status).toBe(200);
      const path = `/applications/${theirs.application}/pipelineConfigs`;
      const ours = (await request("GET", path)).body as Recorded[];
      const found = ours.find(({ name }) => name === theirs.name) ?? {};
      expect(differences(theirs, found)).toEqual([]);
      // Only when and by whom it was saved is another's.
      expect({
        ...found,
        updateTs: theirs["updateTs"],
        lastModifiedBy: theirs["lastModifiedBy"],
        lastModified: undefined,
      }).toEqual({ ...theirs, lastModified: undefined });
    },
  );

  test("a run and its stage, its tasks and its trigger have every key, of the same type", async () => {
    await request("POST", "/pipelines", {
      ...pipelineDocument("shapes", "one"),
      spelEvaluator: "v4",
      templateVariables: {},
      stages: [{ refId: "1", type: "wait", name: "Wait", waitTime: 0, requisiteStageRefIds: [] }],
    });
    const { body } = await request("POST", "/pipelines/shapes/one", { type: "manual" });
    const id = (body as { ref: string }).ref.slice("/pipelines/".length);
    const ours = await vi.waitFor(async () => {
      const [run] = (await request("GET", `/executions?executionIds=${id}`)).body as Recorded[];
      expect(run?.["status"]).toBe("SUCCEEDED");
      return run as Recorded;
    }, 15_000);
    for (const file of [
      "kubernetes-execution-succeeded.json",
      "manual-execution-running.json",
      "manual-execution-succeeded.json",
    ]) {
      const [theirs] = recorded(file);
      expect(differences(theirs ?? {}, ours), file).toEqual([]);
      expect(differences(theirs?.stages[0] ?? {}, ours.stages[0] ?? {}), file).toEqual([]);
      expect(differences(theirs?.trigger ?? {}, ours.trigger), file).toEqual([]);
      expect(differences(theirs?.stages[0]?.tasks[0] ?? {}, ours.stages[0]?.tasks[0] ?? {}), file).toEqual([]);
    }
  });

  /** Polls as spin and Deck do. */
  const task = async (body: object): Promise<object> => {
    const { ref } = (await request("POST", "/tasks", body)).body as { ref: string };
    return vi.waitFor(async () => {
      const found = (await request("GET", ref)).body as { status: string };
      expect(found.status).toBe("SUCCEEDED");
      return found;
    }, 15_000);
  };
  const whole = (file: string) => recorded(file)[0] as Recorded & { execution: Recorded; config: object };
  /** What Orca adds for Front50, where the stage stood in Orca's own list, and values of whatever comes first. */
  const ofFront50 =
    /context\.(application\.name|newState|previousState|parameters|refId|requisiteStageRefIds):|variables\[0\]\.value/;

  test("an application, and the task that made it", async () => {
    const theirs = whole("task-create-application.json");
    const [stage] = theirs.execution.stages as unknown as { context: { application: object } }[];
    const job = { type: "createApplication", user: "[anonymous]", application: stage?.context.application };
    const ours = await task({ application: "testapp1", description: "Create Application: testapp1", job: [job] });
    const other = deepDifferences(theirs, ours).filter((line) => !ofFront50.test(line));
    expect(other).toEqual([]);
    const { body } = await request("GET", "/applications/testapp1?expand=false");
    expect(deepDifferences(whole("application.json"), body)).toEqual([]);
  });

  test("a project, and the task that made it", async () => {
    const theirs = whole("project.json");
    const project = { name: theirs.name, email: theirs["email"], config: theirs.config };
    const job = [{ type: "upsertProject", project, user: "[anonymous]" }];
    const ours = await task({ application: "spinnaker", project: theirs.name, description: "Create project", job });
    expect(deepDifferences(whole("task-create-project.json"), ours).filter((line) => !ofFront50.test(line))).toEqual(
      [],
    );
    expect(deepDifferences(theirs, (await request("GET", "/projects/newproject")).body)).toEqual([]);
    expect(deepDifferences([theirs], (await request("GET", "/projects")).body)).toEqual([]);
  });

  test.each([
    ["artifact-credentials.json", "/artifacts/credentials"],
    ["auth-user.json", "/auth/user"],
  ])("%s", async (file, path) => {
    const theirs: unknown = JSON.parse(readFileSync(new URL(`./fixtures/${file}`, import.meta.url), "utf8"));
    expect(deepDifferences(theirs, (await request("GET", path)).body)).toEqual([]);
  });
});
