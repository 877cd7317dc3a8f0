import { expect, test } from "vitest";
import { hashOrder } from "@gennaker/expressions/hash-order.ts";
import type { GraphNode, Inject } from "./stage-graph.ts";
import { injectStages, leavesOf, requisitesOf, sortStages } from "./stage-graph.ts";

const none: Inject = { first: false, last: false, before: null, after: null };
const node = (id: string, requisites: string[] = [], inject: Partial<Inject> | null = null): GraphNode => ({
  id,
  requisites: new Set(requisites),
  hashed: true,
  pointer: `/stages/${id}`,
  inject: inject === null ? null : { ...none, ...inject },
});
const shape = (nodes: readonly GraphNode[]) => Object.fromEntries(nodes.map((one) => [one.id, requisitesOf(one)]));
const chain = () => [node("a"), node("b", ["a"]), node("c", ["b"])];

test("keys come in the order of Java's hash map", () => {
  const keys = "deploy1 bake 1 waitA verify 17 a b c d e f g h finalJudgment".split(" ");
  expect(hashOrder(keys).join(" ")).toBe("a b c d e 17 f g h deploy1 1 waitA bake verify finalJudgment");
});

test("requisites come before those that wait for them", () => {
  expect(sortStages([node("z", ["y"]), node("y", ["x"]), node("x")]).map(({ id }) => id)).toEqual(["x", "y", "z"]);
});

test("a circle and a refId given twice are faults with their place", () => {
  expect(() => sortStages([node("a", ["b"]), node("b", ["a"])])).toThrow("the stages form a circle");
  expect(() => sortStages([node("a"), node("a")])).toThrow('/stages/a has the id "a", which another stage');
});

test("a requisite that does not exist is kept", () => {
  expect(shape(sortStages([node("a", ["elsewhere"])]))).toEqual({ a: ["elsewhere"] });
});

test("leaves are the stages nobody waits for", () => {
  expect(leavesOf([...chain(), node("d", ["a"])]).toSorted()).toEqual(["c", "d"]);
});

test("inject first: all roots wait for it", () => {
  expect(shape(injectStages([...chain(), node("r")], [node("x", [], { first: true })]))).toEqual({
    x: [],
    a: ["x"],
    b: ["a"],
    c: ["b"],
    r: ["x"],
  });
});

test("inject last: it waits for all leaves", () => {
  expect(shape(injectStages(chain(), [node("x", [], { last: true })]))["x"]).toEqual(["c"]);
});

test("inject before: it takes over what its targets waited for", () => {
  const all = injectStages(chain(), [node("x", [], { before: ["b"] })]);
  expect(all.map(({ id }) => id)).toEqual(["a", "x", "b", "c"]);
  expect(shape(all)).toEqual({ a: [], x: ["a"], b: ["x"], c: ["b"] });
});

test("inject after: whoever waited for its targets waits for it", () => {
  const all = injectStages([...chain(), node("d", ["b"])], [node("x", [], { after: ["b"] })]);
  expect(shape(all)).toEqual({ a: [], b: ["a"], x: ["b"], c: ["x"], d: ["x"] });
});

test("inject: a later one may name an earlier one; first counts before last, before and after", () => {
  const all = injectStages(chain(), [node("x", [], { first: true, last: true }), node("y", [], { after: ["x"] })]);
  expect(shape(all)).toEqual({ x: [], y: ["x"], a: ["y"], b: ["a"], c: ["b"] });
});

test("inject: a target that does not exist, or none, is a fault with its place", () => {
  expect(() => injectStages(chain(), [node("x", [], { after: ["nope"] })])).toThrow(
    '/stages/x/inject/after/0 names the stage "nope"',
  );
  expect(() => injectStages(chain(), [node("x", [], { before: [] })])).toThrow(
    "/stages/x/inject/before names no stage",
  );
});
