import { readFileSync } from "node:fs";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, describe, expect, test, vi } from "vitest";
import { pipelineDocument } from "./fixtures/documents.ts";
import { differences } from "./fixtures/shape.ts";
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
  test.each(recorded("kubernetes-pipelineConfigs.json"))(
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
    for (const file of ["kubernetes-execution-succeeded.json", "manual-execution-running.json"]) {
      const [theirs] = recorded(file);
      expect(differences(theirs ?? {}, ours), file).toEqual([]);
      expect(differences(theirs?.stages[0] ?? {}, ours.stages[0] ?? {}), file).toEqual([]);
      expect(differences(theirs?.trigger ?? {}, ours.trigger), file).toEqual([]);
      expect(differences(theirs?.stages[0]?.tasks[0] ?? {}, ours.stages[0]?.tasks[0] ?? {}), file).toEqual([]);
    }
  });
});
