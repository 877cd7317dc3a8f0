import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { stageRules } from "../stages/registry.ts";
import { smallServer } from "./fixtures/inventory.ts";
import { planItem } from "./plan-item.ts";
import { readText } from "./read-text.ts";
import { unwrap } from "./unwrap.ts";

const folder = new URL("./fixtures/", import.meta.url);
const files = ["pipelines", "canary-configs"].flatMap((kind) =>
  readdirSync(new URL(kind, folder)).map((file): [string, string] => [
    `${kind}/${file}`,
    kind === "pipelines" ? "pipeline" : "canaryConfig",
  ]),
);

test("there are files", () => expect(files.length).toBeGreaterThan(10));

describe.each(files)("%s", (file, kind) => {
  const text = readFileSync(new URL(file, folder), "utf8");
  const [read] = readText(text);
  const received = read !== undefined && "text" in read ? read.text : "";
  const [found] = unwrap(JSON.parse(received), "");
  const planned =
    found && planItem(found, { inventory: smallServer, rules: stageRules, strategyRules: stageRules, accounts: {} });

  test("is what it is, whole, and never refused", () => {
    expect(planned?.kind).toBe(kind);
    expect(planned?.outcome).not.toBe("refused");
    expect(planned?.document).toEqual(JSON.parse(text));
  });

  test("every account and every stage type that is not here is named", () => {
    const notes = planned?.notes.map(({ message }) => message).join("\n") ?? "";
    for (const match of text.matchAll(/"(?:account|metricsAccountName)": "([^"$]+)"/g))
      expect(notes).toContain(`"${match[1]}"`);
    for (const { type } of (planned?.document?.["stages"] ?? []) as { type: string }[]) {
      if (!stageRules.has(type)) expect(notes).toContain(`"${type}"`);
    }
    if (text.includes("usePriorExecution") && !text.includes("usePriorArtifact"))
      expect(notes).toContain("usePriorArtifact");
  });
});
