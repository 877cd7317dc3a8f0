import { permissions } from "@gennaker/contract/permissions.ts";
import { routes } from "@gennaker/contract/routes.ts";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { gatePermissions } from "../gate/permissions.ts";
import { gateRoutes } from "../gate/routes.ts";
import { columns, permissionTable, tryEveryCell } from "./fixtures/permission-matrix.ts";

const lines = await tryEveryCell();
const cell = (route: string, title: string) =>
  lines.find((line) => line.route === route)?.cells[columns.findIndex((column) => column.title === title)];
const everybody = new Set(["GET /health", "POST /api/v1/access/device", "POST /api/v1/access/device/token"]);

test("every route says what it asks, and nothing else does", () => {
  expect(Object.keys(permissions).toSorted()).toEqual(Object.keys(routes).toSorted());
  const paths = gateRoutes({} as never).map(({ method, path }) => `${method} ${path}`);
  expect(Object.keys(gatePermissions).toSorted()).toEqual([...new Set(paths)].toSorted());
});

test("without a login nothing is let through but health and logins", () => {
  const open = lines.filter(({ cells }) => cells[0] !== 401 && cells[0] !== 302).map(({ route }) => route);
  expect(open).toEqual(lines.map(({ route }) => route).filter((route) => everybody.has(route)));
});

test("every cell is a clear yes or no", () => {
  const odd = lines.flatMap(({ route, cells }) =>
    cells.flatMap((status, index) =>
      [401, 403].includes(status) || status < 400 ? [] : [`${route}, ${columns[index]?.title}: ${status}`],
    ),
  );
  expect(odd).toEqual([]);
});

test("administrators may call everything; viewers, auditors and readers change nothing", () => {
  expect(lines.filter((line) => (cell(line.route, "admin, restricted") ?? 500) >= 400)).toEqual([]);
  const changing = lines.filter(({ route }) => !route.startsWith("GET") && !everybody.has(route));
  const own = /\/access\/(password|tokens|sessions|break-glass)/;
  const through = (title: string) =>
    changing.map(({ route }) => route).filter((route) => (cell(route, title) ?? 500) < 400 && !own.test(route));
  // These answer without changing anything; an import asks for each of its items (deliver/import/permissions.it.test.ts).
  const harmless = /validate|dry-run|evaluate|\/plan$|shadow|kubernetes\/diff$|\/import$/;
  for (const title of ["no role", "viewer", "auditor", "operator, token `read`"])
    expect(through(title).filter((route) => !harmless.test(route))).toEqual([]);
  expect(through("operator").filter((route) => /\/access\/(users|roles)|\/secrets|retention$/.test(route))).toEqual([
    "PUT /api/v1/applications/:application/retention",
    "DELETE /api/v1/applications/:application/retention",
  ]);
});

test("what is restricted is closed to operators on every path that names it", () => {
  const named = lines.filter(({ route }) =>
    /^(?!.*concourse).*:application|^[A-Z]+ \/api\/v1.*:pipeline\b|:execution|\/pipelines\/:id|\/tasks\/:id/.test(
      route,
    ),
  );
  expect(named.length).toBeGreaterThan(60);
  expect(
    named.filter(({ route }) => (cell(route, "operator, restricted") ?? 0) < 400).map(({ route }) => route),
  ).toEqual([]);
});

test("docs/permissions.md is what was tried", () => {
  const written = readFileSync(new URL("../../../../docs/permissions.md", import.meta.url), "utf8");
  expect(written).toBe(permissionTable(lines));
});
