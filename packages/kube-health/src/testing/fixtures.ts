import { readFileSync } from "node:fs";
import { differencesOf, type Difference } from "../differences.ts";

export type BuiltinCase = {
  id: string;
  manifest: Record<string, unknown>;
  expected: {
    argocd: { status: string; message: string } | null;
    kstatus?: { status: string; message: string; conditions: Record<string, string>[] };
    kstatusError?: string;
  };
};
export type CustomCase = {
  id: string;
  manifest: Record<string, unknown>;
  expected: { status: string; message: string };
};

export const builtinCases = (): BuiltinCase[] => read("builtin.jsonl");
export const customCases = (): CustomCase[] => read("custom-resources.jsonl");

/** Any time will do, as long as it is always the same. */
const fixtureTime = Date.UTC(2026, 0, 1);

/**
 * All differences on the fixtures. Custom resources are compared with Argo CD only: the others have no rules for their
 * kinds, so there is a difference in everything that an operator's own words decide.
 */
export function fixtureDifferences(): Difference[] {
  return [...differencesOf(builtinCases(), fixtureTime), ...differencesOf(customCases(), fixtureTime, ["argocd"])];
}

function read<T>(name: string): T[] {
  const text = readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}
