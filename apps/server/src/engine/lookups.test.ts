import { PlanningPostponed } from "@gennaker/engine-core/model.ts";
import { evaluateTemplate } from "@gennaker/expressions/evaluate.ts";
import { expect, test } from "vitest";
import { createLookups, patiently, type ExpressionLookups } from "./lookups.ts";

const execution = { id: "E", application: "shop", stages: [] };

function scene(sources: ExpressionLookups) {
  let time = 0;
  const lookups = createLookups(sources, () => time);
  const once = (template: unknown) =>
    lookups.with("shop", (resolvers) => evaluateTemplate(template, { context: {}, execution, ...resolvers }));
  return { once, ask: (template: unknown) => patiently(() => once(template)), wait: (ms: number) => (time += ms) };
}

test("what is not known is asked for once, all at a time, and the evaluation tried again", async () => {
  const asked: string[] = [];
  const { once, ask } = scene({
    async fetchUrl(url, application) {
      asked.push(`${application} ${url}`);
      return '{"a":1}';
    },
    async pipelineId(name, application) {
      asked.push(`${application}/${name}`);
      return name === "deploy" ? "p1" : null;
    },
  });
  const template = {
    a: "${#jsonFromUrl('http://x/y').a}",
    b: "${#pipelineId('deploy')}",
    c: "${#pipelineIdInApplication('nope', 'other') ?: 'none'}",
  };
  expect(() => once(template)).toThrow(PlanningPostponed);
  expect(await ask(template)).toEqual({ result: { a: 1, b: "p1", c: "none" }, errors: [] });
  expect(asked.toSorted()).toEqual(["other/nope", "shop http://x/y", "shop/deploy"]);
});

test("a refused address leaves the text and says why; nothing is asked twice for it", async () => {
  let asked = 0;
  const { ask } = scene({
    async fetchUrl() {
      asked += 1;
      throw new Error("The address is not allowed");
    },
  });
  const { result, errors } = await ask("${#fromUrl('http://169.254.169.254/')}");
  expect(result).toBe("${#fromUrl('http://169.254.169.254/')}");
  expect(errors[0]?.description).toContain("The address is not allowed");
  expect(asked).toBe(1);
});

test("answers are forgotten after half a minute", async () => {
  let asked = 0;
  const { ask, wait } = scene({ fetchUrl: async () => String((asked += 1)) });
  expect((await ask("${#fromUrl('u')}")).result).toBe("1");
  wait(10_000);
  expect((await ask("${#fromUrl('u')}")).result).toBe("1");
  wait(60_000);
  expect((await ask("${#fromUrl('u')}")).result).toBe("2");
});

test("a function without a source is an error of its expression", async () => {
  const { ask } = scene({});
  expect((await ask("${#pipelineId('x')}")).errors[0]?.description).toContain("no source for its answer");
});
