import { choice, count, flag, list, map, maybe, object, text, texts } from "../fields.ts";

export const preconditionTypes = ["expression", "clusterSize", "stageStatus"] as const;
export const comparisons = ["==", "<", "<=", ">", ">="] as const;

const moniker = object({ app: maybe(text), cluster: maybe(text), stack: maybe(text), detail: maybe(text) });

/** What the three kinds of precondition read, each below `context` of its list entry. */
export const preconditionContexts = {
  expression: object({ expression: text, failureMessage: maybe(text) }),
  clusterSize: object({
    cluster: maybe(text),
    moniker: maybe(moniker),
    comparison: maybe(choice(comparisons)),
    expected: maybe(count),
    regions: maybe(texts),
    credentials: text,
    onlyEnabledServerGroups: maybe(flag),
    failureMessage: maybe(text),
  }),
  stageStatus: object({ stageName: text, stageStatus: text, failureMessage: maybe(text) }),
};

export const checkPreconditionsSchema = object({
  preconditions: maybe(
    list(object({ type: choice(preconditionTypes), failPipeline: maybe(flag), context: maybe(map) })),
  ),
});

/** The synthetic stage of one precondition. */
export const checkPreconditionSchema = object({ preconditionType: choice(preconditionTypes), context: map });
