import type { ImportResult } from "@gennaker/contract/resources/import.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";

const server = await startServer();
afterAll(() => server.end());

async function bring(items: { source: string; text: string }[]): Promise<ImportResult> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${server.url}/api/v1/import`, {
    method: "POST",
    headers,
    body: JSON.stringify({ items }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as ImportResult;
}

/** Unknown fields of every kind, at the top and in the stages; names that differ from one another. */
const unknown = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 12 }).map((key) => `x-${key}`),
  fc.jsonValue({ maxDepth: 3 }),
  { maxKeys: 4 },
);
const stage = fc
  .record({ type: fc.constantFrom("wait", "manualJudgment", "vendorStage"), more: unknown, note: fc.string() })
  .map(({ type, more, note }) => ({ ...more, type, comments: note.replaceAll("${", "") }));
const pipelines = fc.array(
  fc.record({ more: unknown, stages: fc.array(stage, { maxLength: 4 }), disabled: fc.boolean() }),
  { minLength: 1, maxLength: 8 },
);

test("what is imported is exported with the same meaning, in the same order, and is unchanged when it comes again", async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(pipelines, async (documents) => {
      round += 1;
      const application = `round${round}`;
      const whole = documents.map((document, index) => ({
        ...document.more,
        application,
        name: `p ${index}`,
        disabled: document.disabled,
        stages: document.stages.map((each, at) => ({
          ...each,
          refId: String(at),
          requisiteStageRefIds: at === 0 ? [] : [String(at - 1)],
        })),
      }));
      const items = whole.map((document, index) => ({ source: `f${index}`, text: JSON.stringify(document) }));
      expect((await bring(items)).counts.refused).toBe(0);
      const response = await fetch(`${server.url}/api/v1/export?application=${application}`);
      const { items: all } = (await response.json()) as { items: { kind: string; document: { id?: string } }[] };
      const exported = all
        .filter(({ kind }) => kind === "pipeline")
        .map(({ document: { id: _id, ...document } }) => document);
      expect(exported).toEqual(JSON.parse(JSON.stringify(whole)));
      const again = await bring(
        all.map(({ document }, index) => ({ source: `g${index}`, text: JSON.stringify(document) })).slice(1),
      );
      expect(again.counts).toMatchObject({ unchanged: whole.length, refused: 0 });
      expect((await bring(items)).counts).toMatchObject({ unchanged: whole.length });
    }),
    { numRuns: 25 },
  );
});
