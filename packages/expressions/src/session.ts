import type { Budget } from "./limits.ts";
import type { ExecutionModel } from "./execution.ts";
import type { Pattern } from "./regex-match.ts";
import type { JavaMap, Value } from "./values.ts";

/** What the helper functions need from the world; absent ones are errors when used. */
export type Resolvers = {
  /** The text behind a URL, fetched beforehand. May throw with a reason. */
  fetchUrl?: (url: string) => string;
  pipelineId?: (pipelineName: string, application: string | null) => string | null;
  applicationMetadata?: (application: string) => unknown;
  canaryConfigNameToId?: (name: string, application: string) => string | null;
  fetchReference?: (reference: string) => string;
};

/** One call's state: shared by all its expressions, so assignments are seen by later ones. */
export type Session = {
  readonly budget: Budget;
  readonly root: JavaMap;
  readonly variables: Map<string, Value>;
  readonly allowUnknownKeys: boolean;
  readonly now: () => Date;
  readonly resolvers: Resolvers;
  readonly user: string | null;
  /** Id of the stage being evaluated, for `#currentStage()`. */
  readonly currentStageId: string | null;
  readonly execution: ExecutionModel | null;
  readonly patterns: Map<string, Pattern>;
};
