import { describe, expect, test } from "vitest";
import { readCanaryRequest } from "./request.ts";

const side = (more: object = {}) => ({
  scope: "shop-v001",
  location: "local",
  start: "2026-05-04T10:00:00Z",
  end: "2026-05-04T11:00:00Z",
  step: 10,
  ...more,
});
const scopes = (control: object, experiment: object) => ({
  scopes: { default: { controlScope: control, experimentScope: experiment } },
});
const pointers = (request: object) => readCanaryRequest(request as never).problems.map(({ pointer }) => pointer);

describe("a request for one judgement", () => {
  test("each side keeps its own times", () => {
    const { request, problems } = readCanaryRequest({
      ...scopes(
        side(),
        side({
          scope: "shop-v002",
          start: "2026-05-05T10:00:00Z",
          end: "2026-05-05T12:00:00Z",
          extendedScopeParams: { a: "b", n: 1, nothing: null },
        }),
      ),
      thresholds: { pass: 95, marginal: "75" },
    } as never);
    expect(problems).toEqual([]);
    expect(request.thresholds).toEqual({ pass: 95, marginal: 75 });
    expect(request.scopes).toMatchObject([
      {
        scope: {
          scopeName: "default",
          controlScope: "shop-v001",
          experimentScope: "shop-v002",
          stepMs: 10_000,
          extended: { a: "b", n: "1" },
        },
        run: {
          control: { start: Date.UTC(2026, 4, 4, 10), end: Date.UTC(2026, 4, 4, 11) },
          experiment: { start: Date.UTC(2026, 4, 5, 10), end: Date.UTC(2026, 4, 5, 12) },
        },
      },
    ]);
  });

  test("without thresholds they are those of the canary stage; a step is a minute", () => {
    const { request } = readCanaryRequest(scopes(side({ step: null }), side({ step: null })) as never);
    expect(request.thresholds).toEqual({ pass: 75, marginal: 50 });
    expect(request.scopes[0]?.scope.stepMs).toBe(60_000);
  });

  test.each([
    [{}, ["/scopes"]],
    [{ scopes: {} }, ["/scopes"]],
    [{ scopes: { a: 1 } }, ["/scopes/a"]],
    [{ scopes: { "a/b": {} } }, ["/scopes/a~1b/controlScope", "/scopes/a~1b/experimentScope"]],
    [scopes(side({ scope: null }), side()), ["/scopes/default/controlScope/scope"]],
    [scopes(side(), side({ start: "yesterday" })), ["/scopes/default/experimentScope/start"]],
    [scopes(side(), side({ end: "2026-05-04T10:00:00Z" })), ["/scopes/default/experimentScope/end"]],
    [scopes(side(), side({ step: 5 })), ["/scopes/default/experimentScope/step"]],
    [{ ...scopes(side(), side()), thresholds: { pass: 101 } }, ["/thresholds/pass"]],
    [{ ...scopes(side(), side()), scoreThresholds: { marginal: -1 } }, ["/scoreThresholds/marginal"]],
  ])("%j is refused with its places", (request, expected) => {
    expect(pointers(request)).toEqual(expected);
  });
});
