import type { ImportItem } from "@gennaker/contract/resources/import.ts";
import { expect, test } from "vitest";
import type { Found } from "./import-items.ts";
import { inOrder, partsOf } from "./in-order.ts";

const found = (
  kind: "application" | "pipeline" | "project",
  application: string,
  name: string,
  id?: string,
): Found => ({
  source: "s",
  text: "{}",
  classified: { kind, name, application, pointer: "", document: id === undefined ? {} : { id } },
});
const item = ({ classified }: Found) => ({ name: classified.name }) as ImportItem;
const names = (part: readonly (readonly [number, Found])[]) =>
  part.map(([, { classified }]) => classified.name).join("");

test("parts hold at most so many, and never two of one id or one name", () => {
  const all = [
    found("pipeline", "shop", "a", "1"),
    found("pipeline", "shop", "b", "2"),
    found("pipeline", "bank", "a", "3"),
    found("pipeline", "shop", "c", "1"),
    found("pipeline", "shop", "A"),
    found("pipeline", "shop", "C"),
    found("pipeline", "shop", "d"),
  ];
  expect(partsOf([...all.entries()], 3).map(names)).toEqual(["aba", "cA", "Cd"]);
  expect(partsOf([...all.entries()], 1).map(names)).toEqual(["a", "b", "a", "c", "A", "C", "d"]);
  expect(partsOf([], 3)).toEqual([]);
});

test("kinds come as they build on one another, answers as received", async () => {
  const asked: string[] = [];
  const all = [
    found("project", "", "last"),
    found("pipeline", "shop", "p"),
    found("pipeline", "bank", "q"),
    found("application", "shop", "shop"),
  ];
  const answers = await inOrder(
    all,
    (kind) => (kind === "pipeline" ? 10 : 1),
    async (part) => {
      asked.push(part.map(({ classified }) => classified.name).join("+"));
      return part.map(item);
    },
  );
  expect(asked).toEqual(["shop", "p+q", "last"]);
  expect(answers.map(({ name }) => name)).toEqual(["last", "p", "q", "shop"]);
});

test("of kinds that go one by one, an application's documents never overtake each other", async () => {
  const running = new Set<string>();
  const done: string[] = [];
  const all = ["shop", "bank", "cafe", "mall", "farm"].flatMap((name) => [
    found("application", name, `${name}1`),
    found("application", name, `${name}2`),
  ]);
  await inOrder(
    all,
    () => 1,
    async ([one]) => {
      const application = String(
        (one as Found).classified.kind === null
          ? ""
          : (one as Found & { classified: { application: string } }).classified.application,
      );
      expect(running.has(application)).toBe(false);
      running.add(application);
      await new Promise((resolve) => setImmediate(resolve));
      running.delete(application);
      done.push((one as Found).classified.name);
      return [item(one as Found)];
    },
  );
  for (const name of ["shop", "bank", "cafe", "mall", "farm"])
    expect(done.indexOf(`${name}1`)).toBeLessThan(done.indexOf(`${name}2`));
});
