import type { Shows } from "@gennaker/contract/permission.ts";

export type Sees = {
  /** Whether an application, or account, may be read. */
  named(name: string): boolean;
  /** Whether entries that name none may be seen. */
  nameless: boolean;
};

/** A copy of an answer without the entries that may not be read; what is no list is left as it is. */
export function shownOf(answer: unknown, shows: Shows, sees: Sees): unknown {
  return at(answer, (shows.at ?? "").split(".").filter(Boolean), shows, sees);
}

function at(answer: unknown, path: readonly string[], shows: Shows, sees: Sees): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return Array.isArray(answer) ? answer.filter((each) => isShown(each, shows, sees)) : answer;
  if (Array.isArray(answer))
    return answer.map((each, index) => (String(index) === step ? at(each, rest, shows, sees) : each));
  if (typeof answer !== "object" || answer === null || !Object.hasOwn(answer, step)) return answer;
  return { ...answer, [step]: at((answer as Record<string, unknown>)[step], rest, shows, sees) };
}

function isShown(entry: unknown, { by, moniker }: Shows, sees: Sees): boolean {
  const value = typeof entry === "object" && entry !== null ? (entry as Record<string, unknown>)[by] : undefined;
  const names = [value].flat().filter((name): name is string => typeof name === "string" && name !== "");
  if (names.length === 0) return sees.nameless;
  return names.some((name) => sees.named(moniker === true ? (name.split("-")[0] ?? name) : name));
}
