/** A run, as far as it is looked at here. */
export type Run = {
  id: string;
  application: string;
  authentication: { user: string };
  trigger: Readonly<Record<string, unknown>>;
  stages: readonly RunStage[];
};
export type RunStage = {
  id: string;
  type: string;
  name: string;
  parentStageId: string | null;
  startTime: string | null;
  context: Readonly<Record<string, unknown>>;
};

/** Stages that need a second person; a list that is left out stands for any. */
export type TwoPersonRule = {
  applications: readonly string[];
  stages: readonly string[];
  /** Names of accounts, or patterns; those of environments are among them already. */
  accounts: readonly string[];
};

export type { SecondPerson } from "./create-second-person.ts";
