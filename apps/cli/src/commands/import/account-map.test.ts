import { expect, test } from "vitest";
import { fakeContext } from "../../testing/fake-context.ts";
import { canAsk, namedAccounts } from "./account-map.ts";

async function* items(...texts: string[]) {
  for (const text of texts) yield { source: "s", text };
}

test("accounts to deploy to are collected from every document, the most frequent first", async () => {
  const documents = [
    '{"stages":[{"account":"b","manifestArtifactAccount":"x"}]}',
    "no JSON",
    '{"clusters":[{"account":"a"},{"account":"b"}]}',
  ];
  expect(await namedAccounts(items(...documents))).toEqual(["b", "a"]);
});

test("nobody is asked without a terminal, and not with --yes or --json", () => {
  const { context } = fakeContext();
  expect(canAsk(context, {})).toBe(false);
  Object.assign(context.stdin, { isTTY: true });
  Object.assign(context.process.stderr, { isTTY: true });
  expect([canAsk(context, {}), canAsk(context, { yes: true }), canAsk(context, { json: true })]).toEqual([
    true,
    false,
    false,
  ]);
});
