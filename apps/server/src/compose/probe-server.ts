import type { FastifyInstance } from "fastify";
import Fastify from "fastify";
import { GennakerError } from "@gennaker/contract/errors.ts";
import { answerError } from "../platform/http/answer-error.ts";
import { refusedBecause } from "../platform/http/browser-safety.ts";
import type { Log } from "./log.ts";

/** The port of a replica that serves no API: health and metrics; everything else says where to ask. */
export function createProbeServer(
  allowedHosts: ReadonlySet<string>,
  log: Log,
  addProbes: (instance: FastifyInstance) => void,
): FastifyInstance {
  const server = Fastify({ logger: false, forceCloseConnections: "idle" });
  server.addHook("onRequest", async (request) => {
    const refused = refusedBecause({ host: request.headers.host, origin: request.headers.origin, allowedHosts });
    if (refused) throw new GennakerError("foreign_origin", refused);
  });
  server.setErrorHandler((error, request, reply) => answerError(log, error, request, reply));
  server.setNotFoundHandler(() => {
    throw new GennakerError(
      "not_found",
      "This replica serves no API (its roles do not include api). Ask another replica.",
    );
  });
  addProbes(server);
  return server;
}
