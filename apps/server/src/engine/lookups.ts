import { PlanningPostponed } from "@gennaker/engine-core/model.ts";
import type { Resolvers } from "./api.ts";

/** What the helper functions of expressions ask the rest of the server; each may reject with a reason for people. */
export type ExpressionLookups = {
  /** The text behind an address. */
  fetchUrl?(url: string, application: string): Promise<string>;
  pipelineId?(name: string, application: string): Promise<string | null>;
  applicationMetadata?(name: string): Promise<unknown>;
  canaryConfigNameToId?(name: string, application: string): Promise<string | null>;
};

export type Lookups = {
  /**
   * Evaluates with answers that are already known. Expressions are evaluated in one go inside of a transition, so what is not known
   * yet is asked for, and `PlanningPostponed` is thrown: the same evaluation is to be tried again.
   */
  with<T>(application: string, evaluate: (resolvers: Resolvers) => T): T;
};

type Answer = { readonly value: unknown } | { readonly error: Error };

const longestKeptMs = 30_000;
const mostKept = 200;

/** Answers are kept for half a minute, so that the evaluation that asked finds them, and no longer: the world changes. */
export function createLookups(sources: ExpressionLookups, now: () => number): Lookups {
  const known = new Map<string, { answer: Answer; at: number }>();

  const forget = () => {
    for (const [key, { at }] of known) if (now() - at > longestKeptMs || known.size > mostKept) known.delete(key);
  };
  const loading = new Map<string, Promise<void>>();
  const load = (key: string, ask: () => Promise<unknown>): Promise<void> => {
    const begun = loading.get(key) ?? loadOnce(key, ask).finally(() => loading.delete(key));
    loading.set(key, begun);
    return begun;
  };
  const loadOnce = async (key: string, ask: () => Promise<unknown>): Promise<void> => {
    const answer = await ask().then(
      (value): Answer => ({ value }),
      (cause: unknown): Answer => ({ error: cause instanceof Error ? cause : new Error(String(cause)) }),
    );
    known.set(key, { answer, at: now() });
  };

  return {
    with(application, evaluate) {
      const missing = new Map<string, () => Promise<unknown>>();
      const answerTo = (key: string, ask: () => Promise<unknown>): unknown => {
        const found = known.get(key);
        if (found !== undefined && now() - found.at <= longestKeptMs) {
          if ("error" in found.answer) throw found.answer.error;
          return found.answer.value;
        }
        missing.set(key, ask);
        throw new Error("This is being looked up.");
      };
      const { fetchUrl, pipelineId, applicationMetadata, canaryConfigNameToId } = sources;
      const result = evaluate({
        ...(fetchUrl && {
          fetchUrl: (url) => String(answerTo(`url ${application} ${url}`, () => fetchUrl(url, application))),
        }),
        ...(pipelineId && {
          pipelineId: (name, of) =>
            textOrNull(answerTo(`pipeline ${JSON.stringify([of, name])}`, () => pipelineId(name, of ?? application))),
        }),
        ...(applicationMetadata && {
          applicationMetadata: (name) => answerTo(`application ${name}`, () => applicationMetadata(name)),
        }),
        ...(canaryConfigNameToId && {
          canaryConfigNameToId: (name, of) =>
            textOrNull(answerTo(`canary ${JSON.stringify([of, name])}`, () => canaryConfigNameToId(name, of))),
        }),
      });
      if (missing.size === 0) return result;
      forget();
      const loads = [...missing].map(([key, ask]) => load(key, ask));
      throw new PlanningPostponed(Promise.all(loads).then(() => undefined));
    },
  };
}

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** Tries an evaluation again until everything it asks for is known. Gives the result itself where nothing has to be waited for. */
export function patiently<T>(evaluate: () => T): T | Promise<T> {
  try {
    return evaluate();
  } catch (error) {
    if (!(error instanceof PlanningPostponed)) throw error;
    return error.ready.then(() => patiently(evaluate));
  }
}
