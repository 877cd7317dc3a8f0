import { resourceKinds, verbs } from "@gennaker/contract/permission.ts";
import type { Verb } from "@gennaker/contract/permission.ts";

export type Asked = { verb: Verb; resource: string };

/** `application/shop` as one says it; null where it names nothing that there is. */
export function readAsked(verb: string, kind: string, name: string): Asked | null {
  const known = verbs.find((each) => each === verb);
  if (known === undefined || !(resourceKinds as readonly string[]).includes(kind)) return null;
  const trimmed = name.trim();
  return { verb: known, resource: trimmed === "" ? kind : `${kind}/${trimmed}` };
}

/** What the server says was asked; null where this page does not know it. */
export function askedOf({ verb, resource }: { verb: string; resource: string }): Asked | null {
  const [kind = "", ...name] = resource.split("/");
  return readAsked(verb, kind, name.join("/"));
}

/** Roles, groups or scopes as they are typed: with commas or blanks between them. */
export function listOf(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((each) => each !== ""))];
}

/** A grant in one line: `allow read, execute on application/shop`. */
export type GrantLine = { effect: "allow" | "deny"; verbs: string[]; resources: string[] };

/** Lines as they are typed in the dialog of a role; the number of the first that cannot be read. */
export function readGrants(text: string): GrantLine[] | number {
  const grants: GrantLine[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const match = /^\s*(allow|deny)\s+(.+?)\s+on\s+(.+?)\s*$/i.exec(line);
    const named = listOf(match?.[2] ?? "");
    const allowed: readonly string[] = [...verbs, "*"];
    if (match === null || named.length === 0 || !named.every((verb) => allowed.includes(verb))) return index + 1;
    grants.push({
      effect: match[1]?.toLowerCase() === "deny" ? "deny" : "allow",
      verbs: named,
      resources: listOf(match[3] ?? ""),
    });
  }
  return grants;
}

export function writeGrants(
  grants: readonly { effect: string; verbs: readonly string[]; resources: readonly string[] }[],
): string {
  return grants
    .map(({ effect, verbs: on, resources }) => `${effect} ${on.join(", ")} on ${resources.join(", ")}`)
    .join("\n");
}
