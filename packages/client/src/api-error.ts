import type { ProblemDocument } from "@gennaker/contract/resources/common.ts";

/** A failed call: the server's own code and sentence, or `unreachable` when there was no answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problems: readonly { pointer: string; reason: string }[];
  /** What a role would have to allow, where a rule has refused. */
  readonly denied: { verb: string; resource: string } | null;
  readonly requestId: string | null;
  readonly retryable: boolean;

  constructor(
    problem: Pick<ProblemDocument, "status" | "code" | "detail" | "retryable"> & Partial<ProblemDocument>,
    cause?: unknown,
  ) {
    super(problem.detail, cause === undefined ? {} : { cause });
    this.name = "ApiError";
    this.status = problem.status;
    this.code = problem.code;
    this.problems = problem.problems ?? [];
    this.denied = problem.denied ?? null;
    this.requestId = problem.requestId ?? null;
    this.retryable = problem.retryable;
  }

  static unreachable(baseUrl: string, cause: unknown): ApiError {
    const where = baseUrl === "" ? "the server" : baseUrl;
    return new ApiError(
      {
        status: 0,
        code: "unreachable",
        detail: `${where} cannot be reached. Is Gennaker running there?`,
        retryable: true,
      },
      cause,
    );
  }

  static async fromResponse(response: Response): Promise<ApiError> {
    const text = await response.text().catch(() => "");
    try {
      const body = JSON.parse(text) as Partial<ProblemDocument> & { message?: string };
      return new ApiError({
        ...body,
        status: response.status,
        code: body.code ?? "unknown",
        detail: body.detail ?? body.message ?? `HTTP ${response.status}`,
        retryable: body.retryable ?? response.status >= 500,
      });
    } catch {
      return new ApiError({
        status: response.status,
        code: "unknown",
        detail: `HTTP ${response.status}`,
        retryable: response.status >= 500,
      });
    }
  }
}
