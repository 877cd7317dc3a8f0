import { expect, test } from "vitest";
import { evaluateTemplate } from "../evaluate.ts";

const read = (yaml: string) => evaluateTemplate("${#readYaml(yaml)}", { context: { yaml } });

test("words and numbers as the engine's reader of YAML 1.1 takes them", () => {
  const yaml = "c: y\nd: 08\nN: no\nt: True\nx: Yes\nf: off\nh: 017\ni: -3\nj: 0\ny: 1\nk: 1_000\nl: 1:30";
  expect(read(yaml).result).toEqual({
    c: "y",
    d: "08",
    N: false,
    t: true,
    x: true,
    f: false,
    h: 15,
    i: -3,
    j: 0,
    y: 1,
    k: 1000,
    l: 90,
  });
});

test("of equal keys the last one counts, an unknown tag is an error", () => {
  expect(read("a: 1\na: 2")).toEqual({ result: { a: 2 }, errors: [] });
  expect(read("a: !foo x").errors[0]?.description).toContain("Unresolved tag");
});
