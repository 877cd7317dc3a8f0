import type { Stage } from "@gennaker/contract/resources/execution.ts";

const recordOf = (value: unknown): Record<string, unknown> | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

export type ScriptState = { log: string; exitStatus: number | null; truncated: boolean };

/** What a script stage keeps of its run (`context.script`); null before it has begun. */
export function scriptOf(stage: Pick<Stage, "type" | "context">): ScriptState | null {
  const script = stage.type === "script" ? recordOf(stage.context["script"]) : null;
  if (script === null) return null;
  const { log, exitStatus, logTruncated } = script;
  return {
    log: typeof log === "string" ? log : "",
    exitStatus: typeof exitStatus === "number" ? exitStatus : null,
    truncated: logTruncated === true,
  };
}

export type WebhookState = {
  request: string | null;
  answer: string | null;
  percent: number | null;
  message: string | null;
  retried: number[];
  error: string | null;
  body: unknown;
};

/** What a webhook asked and was answered (`context.webhook`); null before it has. Percentages lie within 0–100. */
export function webhookOf(stage: Pick<Stage, "context">): WebhookState | null {
  const webhook = recordOf(stage.context["webhook"]);
  if (webhook === null) return null;
  const monitor = recordOf(webhook["monitor"]);
  const last = monitor ?? webhook;
  const url = textOf(stage.context["url"]);
  const method = textOf(stage.context["method"]) ?? "GET";
  const code = last["statusCodeValue"];
  const name = textOf(last["statusCode"]);
  const percent = monitor?.["percentComplete"];
  const past = monitor?.["pastStatusCodes"];
  return {
    request: url === null ? null : `${method.toUpperCase()} ${url}`,
    answer: typeof code === "number" ? [String(code), name].filter((part) => part !== null).join(" ") : name,
    percent: typeof percent === "number" ? Math.min(100, Math.max(0, percent)) : null,
    message: textOf(monitor?.["progressMessage"]),
    retried: Array.isArray(past) ? past.filter((each): each is number => typeof each === "number") : [],
    error: textOf(last["error"]),
    body: last["body"],
  };
}

/** How often a judgement's people were told again; 0 when never. */
export function remindersOf(stage: Pick<Stage, "type" | "context" | "tasks">): number {
  if (stage.type !== "manualJudgment") return 0;
  const waiting = stage.tasks.map((task) => task.waiting?.details?.["reminded"]).find((each) => each !== undefined);
  const count = waiting ?? stage.context["reminded"];
  return typeof count === "number" && count > 0 ? count : 0;
}
