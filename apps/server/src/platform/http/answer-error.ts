import { errorTable } from "@gennaker/contract/errors.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Failure } from "./errors.ts";
import { toFailure } from "./errors.ts";

type Log = (level: "info" | "warn" | "error", message: string, details?: Record<string, unknown>) => void;

/** Answers whatever was thrown: RFC 9457 below `/api/v1`, Gate's error object everywhere else. */
export function answerError(log: Log, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const failure = toFailure(error);
  if (failure.unexpected) {
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log("error", "a request failed unexpectedly", {
      requestId: request.id,
      method: request.method,
      path: request.url.split("?")[0],
      cause,
    });
  }
  void reply.status(failure.status).header("cache-control", "no-store");
  if (/^\/api\/v1(\/|\?|$)/.test(request.url)) {
    return reply
      .type("application/problem+json; charset=utf-8")
      .send(JSON.stringify(problemDocument(failure, request.id)));
  }
  return reply.type("application/json; charset=utf-8").send(JSON.stringify(gateError(failure)));
}

function problemDocument(failure: Failure, requestId: string) {
  return {
    type: "about:blank",
    title: failure.code.replaceAll("_", " "),
    status: failure.status,
    detail: failure.message,
    code: failure.code,
    requestId,
    retryable: errorTable[failure.code].retryable,
    ...problemsOf(failure),
    ...(failure.denied === undefined ? {} : { denied: failure.denied }),
  };
}

function gateError(failure: Failure) {
  return {
    timestamp: Date.now(),
    status: failure.status,
    error: reasonPhrases[failure.status] ?? "Error",
    message: failure.message,
    ...problemsOf(failure),
  };
}

function problemsOf({ problems }: Failure) {
  return problems.length > 0 ? { problems } : {};
}

const reasonPhrases: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Payload Too Large",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};
