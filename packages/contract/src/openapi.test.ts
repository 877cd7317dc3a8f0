import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { openApiDocument } from "./openapi.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes.ts";

type Parameter = { name: string; in: string; required: boolean; description: string; schema: object };
type Operation = {
  operationId: string;
  summary: string;
  tags: string[];
  parameters: Parameter[];
  responses: Record<string, { description: string; content: object }>;
  requestBody?: object;
};
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  tags: { name: string }[];
  components: { schemas: Record<string, object> };
};

const committed = fileURLToPath(new URL("../../../docs/openapi.json", import.meta.url));
const document = openApiDocument("0.0.0") as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, operation })),
);

/** Every `$ref` anywhere below a value. */
function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "$ref" && typeof inner === "string" ? [inner] : references(inner),
  );
}

function at(reference: string): unknown {
  return reference
    .replace(/^#\//, "")
    .split("/")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
}

describe("the OpenAPI document", () => {
  test("has every route once, under a name of its own", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(operations).toHaveLength(Object.keys(routes).length + 1);
    const names = operations.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(names.toSorted()).toEqual([...Object.keys(routes), "followEvents"].toSorted());
  });

  test.each(operations)("$name says what it does, takes and answers", ({ path, operation }) => {
    expect(operation.summary).toMatch(/^[A-Z].{3,}[^.]$/);
    expect(document.tags.map((tag) => tag.name)).toContain(operation.tags[0]);
    expect(operation.parameters.filter((each) => each.in === "path").map((each) => `{${each.name}}`)).toEqual(
      path.match(/\{[^}]+\}/g) ?? [],
    );
    for (const parameter of operation.parameters) {
      expect([parameter.name, parameter.description]).toEqual([parameter.name, expect.stringMatching(/\w{3}/)]);
      expect(parameter.required).toBe(parameter.in === "path");
      expect(parameter.schema).toBeTypeOf("object");
    }
    expect(Object.keys(operation.responses)).toEqual([expect.stringMatching(/^2\d\d$/), "default"]);
    for (const response of Object.values(operation.responses)) expect(response.description).not.toBe("");
  });

  test("refers only to what is there, and is plain JSON", () => {
    const all = references(document);
    expect(all.length).toBeGreaterThan(30);
    expect(all.filter((reference) => at(reference) === undefined)).toEqual([]);
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  test("bodies are described where a route takes one", () => {
    for (const [name, route] of Object.entries(routes as Record<string, Route>)) {
      const found = operations.find(({ operation }) => operation.operationId === name);
      expect([name, found?.operation.requestBody !== undefined]).toEqual([name, route.body !== undefined]);
    }
  });

  test("is the committed one", () => {
    const hint =
      "docs/openapi.json is not what the route table says. Write it anew: node packages/contract/src/print-openapi.ts > docs/openapi.json";
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(existsSync(committed), hint).toBe(true);
    expect(JSON.parse(readFileSync(committed, "utf8")), hint).toEqual(openApiDocument(version));
  });
});
