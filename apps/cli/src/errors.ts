import { exitCodes } from "./exit-codes.ts";

type Problem = { pointer: string; reason: string };

/** A failure of the command line itself: what happened, and in `next` the commands to try. */
export class CliError extends Error {
  readonly next: readonly string[];
  readonly exitCode: number;

  constructor(message: string, options: { next?: readonly string[]; exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "CliError";
    this.next = options.next ?? [];
    this.exitCode = options.exitCode ?? exitCodes.failed;
  }
}

/** An argument or flag that cannot be used. */
export function usageError(message: string, next: readonly string[] = []): CliError {
  return new CliError(message, { next, exitCode: exitCodes.usage });
}

/** A failure in words and figures, whatever was thrown. */
export type Failure = {
  code: string;
  message: string;
  problems: readonly Problem[];
  next: readonly string[];
  requestId: string | null;
  exitCode: number;
};

/** The client's error, known by its shape: importing its class here would load the whole contract for every command. */
type Refusal = Error & {
  status: number;
  code: string;
  problems: readonly Problem[];
  denied?: { verb: string; resource: string } | null;
  requestId: string | null;
};

/** `server` is the address that was asked, for the sentence about an unreachable one. */
export function failureOf(error: unknown, server: string | null): Failure {
  if (error instanceof CliError) {
    const code = error.exitCode === exitCodes.usage ? "usage" : "failed";
    return { code, message: error.message, problems: [], next: error.next, requestId: null, exitCode: error.exitCode };
  }
  if (isRefusal(error)) return error.code === "unreachable" ? unreachable(error, server) : refused(error);
  const message = error instanceof Error ? error.message : String(error);
  return { code: "failed", message, problems: [], next: [], requestId: null, exitCode: exitCodes.failed };
}

function unreachable(error: Refusal, server: string | null): Failure {
  const why = causeOf(error);
  return {
    code: "unreachable",
    message: `No Gennaker answers at ${server ?? "the server's address"}${why === null ? "" : ` (${why})`}.`,
    problems: [],
    next: [
      "./gennaker serve          starts a server here",
      "npm run demo              shows what Gennaker does, with a server of its own",
      "gennaker context list     shows which servers are known; choose with --server URL or GENNAKER_SERVER",
    ],
    requestId: null,
    exitCode: exitCodes.unreachable,
  };
}

function refused(error: Refusal): Failure {
  const { code, message, problems, requestId } = error;
  return { code, message, problems, next: nextAfter(error), requestId, exitCode: exitCodes.failed };
}

function nextAfter({ code, status, denied }: Refusal): string[] {
  if (denied) return [`gennaker access explain me ${denied.verb} ${denied.resource}    says which rule refuses it`];
  if (code === "unauthenticated") return ["gennaker login    logs in by a browser or with a token"];
  if (code === "invalid_pipeline")
    return ["gennaker pipeline validate --file FILE    lists everything that is wrong with it"];
  if (code === "wrong_state") return ["gennaker execution get EXECUTION    shows its state now"];
  if (code === "traffic_guard") return ["gennaker cluster list APPLICATION    shows which server groups take traffic"];
  if (code === "shutting_down" || code === "database_unavailable")
    return ["Try again in a moment; `gennaker system` shows whether the server is well."];
  if (status >= 500) return ["gennaker system    shows whether the server is well; its own output says more"];
  return [];
}

function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && error.name === "ApiError" && "status" in error && "code" in error;
}

/** The innermost cause that says something, e.g. `connect ECONNREFUSED 127.0.0.1:8084`. */
function causeOf(error: Error): string | null {
  let found: string | null = null;
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    const code = (cause as Error & { code?: unknown }).code;
    if (cause.message !== "" && cause.message !== "fetch failed") found = cause.message;
    else if (typeof code === "string") found = code;
  }
  return found;
}

/** The lines for a person. */
export function failureText(failure: Failure): string {
  const lines = [`gennaker: ${failure.message}`];
  for (const { pointer, reason } of failure.problems)
    lines.push(`  ${pointer === "" ? "(document)" : pointer}: ${reason}`);
  if (failure.requestId !== null && failure.code === "internal") lines.push(`  request ${failure.requestId}`);
  if (failure.next.length > 0) lines.push("Next:", ...failure.next.map((line) => `  ${line}`));
  return `${lines.join("\n")}\n`;
}
