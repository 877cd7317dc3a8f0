import type { Problem } from "@gennaker/contract/errors.ts";

/** Stops a plan. Pointers lead into `{template, instance}`. */
export class TemplateFault extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ pointer, reason }) => `${pointer || "/"} ${reason}`).join("; "));
    this.name = "TemplateFault";
    this.problems = problems;
  }
}

export function fault(pointer: string, reason: string): TemplateFault {
  return new TemplateFault([{ pointer, reason }]);
}
