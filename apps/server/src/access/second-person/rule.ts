import { wildcard } from "../decision/api.ts";
import type { Run, RunStage, TwoPersonRule } from "./api.ts";

const judgementType = "manualJudgment";

/** A stage and those that it is a part of, the outermost last. */
export function chainOf(run: Pick<Run, "stages">, stage: RunStage): RunStage[] {
  const chain = [stage];
  for (let at = stage; at.parentStageId !== null && chain.length < 64;) {
    const parent = run.stages.find(({ id }) => id === at.parentStageId);
    if (parent === undefined) break;
    chain.push(parent);
    at = parent;
  }
  return chain;
}

/** Whether a rule asks for a second person here. Parts of a stage are asked for with the whole. */
export function needsSecondPerson(
  rules: readonly TwoPersonRule[],
  run: Run,
  stage: RunStage,
  accountsOf: (context: Readonly<Record<string, unknown>>) => readonly string[],
): boolean {
  if (rules.length === 0) return false;
  const chain = chainOf(run, stage);
  return rules.some(({ applications, stages, accounts }) => {
    if (applications.length > 0 && !fits(applications, [run.application])) return false;
    // A rule about an application alone is about its judgements: waiting stages need nobody.
    const types = stages.length > 0 || accounts.length > 0 ? stages : [judgementType];
    if (
      types.length > 0 &&
      !fits(
        types,
        chain.map(({ type }) => type),
      )
    )
      return false;
    return (
      accounts.length === 0 ||
      fits(
        accounts,
        chain.flatMap(({ context }) => accountsOf(context)),
      )
    );
  });
}

function fits(patterns: readonly string[], names: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const matches = wildcard(pattern);
    return names.some((name) => matches(name.toLowerCase()));
  });
}

/** Everybody who had a hand in the start: none of them is the second person. */
export function startersOf(run: Run, stage: RunStage): ReadonlySet<string> {
  const { trigger } = run;
  const restarted = chainOf(run, stage).map(({ context }) => objectOf(context["restartDetails"])["restartedBy"]);
  const parent = objectOf(trigger["parentExecution"]);
  const names = [
    run.authentication.user,
    trigger["user"],
    objectOf(trigger["authentication"])["user"],
    objectOf(parent["authentication"])["user"],
    objectOf(parent["trigger"])["user"],
    ...restarted,
  ];
  return new Set(names.filter((name): name is string => typeof name === "string" && name !== "").map(personKey));
}

export function personKey(name: string): string {
  return name.normalize("NFKC").toLowerCase().trim();
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
