const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

/** Texts about the audit. */
export const enAudit = {
  audit: {
    nav: "Audit",
    title: "Audit",
    intro:
      "Who did what, with what, from where and why. Entries are sealed into a chain, so that a change of them is found.",
    chain: "The chain of seals",
    sealed: (seq: number) => `Newest seal ${seq}:`,
    kept: (days: number) => `Kept for ${count(days, "day", "days")}.`,
    keptForEver: "Kept for ever.",
    verify: "Verify",
    export: "Export",
    intact: (n: number) => `Intact: ${count(n, "sealed entry was", "sealed entries were")} compared.`,
    notIntact: (n: number) => `Not intact: ${count(n, "finding", "findings")}.`,
    findings: {
      changed: "Changed",
      removed: "Removed",
      inserted: "Put in",
      reordered: "Moved",
      broken: "Seal broken",
      truncated: "Cut off",
    },
    sinkFails: (name: string, behind: number, error: string) =>
      `${name} is ${count(behind, "entry", "entries")} behind: ${error}`,
    search: "Search of the audit",
    words: "Search: text of a name, the reason, before or after",
    outcome: "Outcome",
    anyOutcome: "Outcome: all",
    outcomes: { done: "Done", denied: "Denied", failed: "Failed" },
    filters: {
      actor: "Who",
      action: "Did what",
      resource: "To what",
      application: "Application",
      from: "From",
      until: "Before",
    },
    clear: "Remove all filters",
    none: "No entry fits",
    older: "Older entries",
    for: (who: string) => `for ${who}`,
    whole: "all of it",
    changes: (what: string) => `What changed: ${what}`,
    noChange: "Nothing is noted before or after.",
    fields: {
      entry: "Entry",
      time: "Time",
      application: "Application",
      via: "Over",
      credential: "With",
      address: "From",
      userAgent: "Program",
      requestId: "Request",
    },
  },
};
