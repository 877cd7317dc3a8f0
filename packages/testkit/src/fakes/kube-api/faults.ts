/** What a request is, for rules of faults and permissions. */
export type RequestFacts = {
  verb:
    | "get"
    | "list"
    | "watch"
    | "create"
    | "update"
    | "patch"
    | "delete"
    | "deletecollection"
    | "discovery"
    | "other";
  /** `pods`, `deployments.apps`; empty outside of resources. */
  resource: string;
  namespace: string | undefined;
  name: string | undefined;
  user: string;
  path: string;
};

export type Fault = {
  /** Waits before anything else. */
  delayMs?: number;
  /** Answers with this status and does nothing. */
  status?: number;
  reason?: string;
  message?: string;
  retryAfterSeconds?: number;
  /** A body that is no Status object, as a proxy would send it. */
  rawBody?: string;
  /** Closes the socket: before the work is done, or after it, so that the answer is lost. */
  drop?: "before" | "after";
  /** Sends only so many bytes of the answer's body, then closes the socket. */
  cutAfterBytes?: number;
  /** Sends the body in pieces with a pause after each. */
  slowBody?: { bytes: number; everyMs: number };
};

type Rule = Fault & { when?: (facts: RequestFacts) => boolean; times?: number };

/** Rules are asked in order; the first that fits and is not used up applies. */
export function createFaults() {
  const rules: { rule: Rule; left: number }[] = [];
  return {
    /** Returns a function that takes the fault away again. */
    add(rule: Rule): () => void {
      const entry = { rule, left: rule.times ?? Infinity };
      rules.push(entry);
      return () => {
        const at = rules.indexOf(entry);
        if (at !== -1) rules.splice(at, 1);
      };
    },
    clear() {
      rules.length = 0;
    },
    find(facts: RequestFacts): Fault | null {
      const entry = rules.find(({ rule, left }) => left > 0 && (rule.when?.(facts) ?? true));
      if (entry === undefined) return null;
      entry.left -= 1;
      return entry.rule;
    },
  };
}

export type Faults = ReturnType<typeof createFaults>;
