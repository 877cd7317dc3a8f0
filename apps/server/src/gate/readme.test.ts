import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { gateRoutes } from "./routes.ts";
import { pathTable, spinPaths } from "./testing/readme-table.ts";

const routes = gateRoutes({} as never);

describe("the paths of Gate", () => {
  test("stand in the README as they are registered", () => {
    const readme = readFileSync(new URL("./README.md", import.meta.url), "utf8");
    const table = /<!-- paths -->\n([\s\S]*?)\n<!-- end of paths -->/.exec(readme)?.[1]?.trim();
    expect(table).toBe(pathTable(routes));
  });

  test("are each registered once", () => {
    const keys = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:[A-Za-z]+/g, ":")}`);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  test("hold every one that spin calls", () => {
    const { answered, patterns } = spinPaths(routes);
    expect(answered).toBe(patterns);
  });

  test("are more than a hundred", () => {
    expect(routes.length).toBeGreaterThan(110);
  });
});
