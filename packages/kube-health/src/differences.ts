import type { HealthMode } from "./health.ts";
import { health } from "./health.ts";
import { textAt } from "./json.ts";

/** A published case, as the fixtures hold them. */
export type Case = { readonly id: string; readonly manifest: unknown };

/** All cases of a kind where a tool says one thing and we another; `example` is the first, `why` what we say of it. */
export type Difference = {
  readonly tool: Exclude<HealthMode, "gennaker">;
  readonly kind: string;
  readonly theirs: string;
  readonly ours: string;
  readonly cases: number;
  readonly example: string;
  readonly why: string;
};

/** The tools' words in ours, where they mean the same. */
const same: Readonly<Record<Difference["tool"], Readonly<Record<string, string>>>> = {
  argocd: {
    Healthy: "stable",
    Progressing: "progressing",
    Degraded: "failed",
    Suspended: "paused",
    Unknown: "unknown",
    Missing: "unknown",
  },
  kstatus: { Current: "stable", InProgress: "progressing", Failed: "failed", Terminating: "progressing" },
  spinnaker: { stable: "stable", unstable: "progressing", failed: "failed", paused: "paused" },
};

const allTools: readonly Difference["tool"][] = ["argocd", "kstatus", "spinnaker"];

/** Every way in which mode `gennaker` differs from the other tools on the cases, sorted by tool, kind and words. */
export function differencesOf(cases: readonly Case[], now: number, tools = allTools): Difference[] {
  const found = new Map<string, Difference>();
  for (const { id, manifest } of cases) {
    const own = health(manifest, { now });
    const ours = own.status ?? "unknown";
    for (const tool of tools) {
      const theirs = health(manifest, { mode: tool, now }).status;
      if (theirs === null || same[tool][theirs] === ours) continue;
      const kind = textAt(manifest, "kind");
      const key = [tool, kind, theirs, ours].join(" ");
      const known = found.get(key);
      found.set(
        key,
        known === undefined
          ? { tool, kind, theirs, ours, cases: 1, example: id, why: own.message }
          : { ...known, cases: known.cases + 1 },
      );
    }
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, difference]) => difference);
}

/** The differences as a table of Markdown. */
export function differencesTable(differences: readonly Difference[]): string {
  const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll(/\s+/gu, " ").slice(0, 160);
  return [
    "| tool | kind | it says | we say | cases | for example | we say why |",
    "| --- | --- | --- | --- | --: | --- | --- |",
    ...differences.map(
      ({ tool, kind, theirs, ours, cases, example, why }) =>
        `| ${tool} | ${kind} | ${theirs} | ${ours} | ${cases} | \`${cell(example)}\` | ${cell(why)} |`,
    ),
  ].join("\n");
}
