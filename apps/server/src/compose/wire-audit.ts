import { GennakerError } from "@gennaker/contract/errors.ts";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { actorOf } from "../access/actor/api.ts";
import type { Denials } from "../platform/audit/api.ts";
import { createExporter } from "../platform/audit/create-exporter.ts";
import { auditExposition } from "../platform/audit/exposition.ts";
import { removeOldRows } from "../platform/audit/retention.ts";
import { anythingWaits, sealBatch } from "../platform/audit/seal.ts";
import { otlpSink } from "../platform/audit/sinks/otlp.ts";
import type { Sink } from "../platform/audit/sinks/sink.ts";
import { syslogSink } from "../platform/audit/sinks/syslog.ts";
import type { Config } from "../platform/config/config.ts";
import type { HttpAccess } from "../platform/http/access.ts";
import type { Handlers } from "../platform/http/api.ts";
import type { Lead } from "../platform/leader/api.ts";
import { auditHandlers, stateOf } from "./audit-handlers.ts";
import { readVersion } from "./version.ts";
import type { Releases } from "./releases.ts";
import type { Platform } from "./wire-platform.ts";

const sealMs = 500;
const tellMs = 1_000;
const retentionMs = 3_600_000;
const headMs = 600_000;
const day = 86_400_000;

export type WiredAudit = {
  handlers: Handlers;
  /** What `/metrics` tells of it; nothing while the database is away. */
  metrics(): Promise<string>;
  /** Notes requests that were refused before anybody was recognized. */
  watch(server: FastifyInstance, access: HttpAccess | null): void;
};

/** Wires the sealing of the audit, its retention, the places outside that are told, and the counting of denied attempts. */
export function wireAudit(platform: Platform, config: Config, releases: Releases): WiredAudit {
  const { database, audit, denials, leader, log } = platform;
  const { keepDays } = config.audit;
  const sinks = sinksOf(platform, config);

  leader.run("sealing the audit", sealMs, async (lead) => {
    while (!lead.signal.aborted && (await anythingWaits(database))) {
      const sealed = await lead.transaction(sealBatch);
      if (sealed === null) return;
    }
  });
  // Somebody who may write to the database can make the chain anew; a log that is kept elsewhere still tells its old head.
  let told = 0;
  leader.run("telling the head of the audit", headMs, async () => {
    const [head] = await database.query<{ seq: number; hash: string }>("select seq, hash from platform_audit_head");
    if (head === undefined || head.seq === told) return;
    told = head.seq;
    log("info", "the audit is sealed", { seq: head.seq, hash: head.hash });
  });
  if (keepDays > 0)
    leader.run("removing old entries of the audit", retentionMs, async (lead: Lead) => {
      const until = new Date(Date.now() - keepDays * day);
      const removed = await removeOldRows({ database, audit }, lead.transaction, until, lead.signal);
      if (removed > 0) log("info", "old entries of the audit were removed", { removed, until: until.toISOString() });
    });
  const exporter = createExporter({ database, sinks, log });
  leader.run("telling the audit to other places", tellMs, (lead) => exporter.run(lead));
  releases.add("connections to the audit's places", () => exporter.close());

  return {
    handlers: auditHandlers({ database, keepDays, sinks }),
    metrics: () => stateOf(database, keepDays, sinks).then(auditExposition, () => ""),
    watch: (server, access) => watch(server, access, denials, (message) => log("warn", message)),
  };
}

function sinksOf({ outgoing, openSocket, secrets }: Platform, config: Config): Sink[] {
  const reveal = (text: string) => secrets.reveal(text, { from: "configuration" });
  return config.audit.sinks.map((settings) =>
    settings.type === "otlp"
      ? otlpSink(settings, { outgoing, reveal, version: readVersion() })
      : syslogSink(settings, openSocket),
  );
}

/** `forbidden` is noted where it is decided, with what it was about. */
const refusals: ReadonlySet<string> = new Set(["unauthenticated", "foreign_origin", "too_many_requests"]);

/** Requests without a login, with a wrong one, from foreign pages or too many: told by their route, never by their path. */
function watch(
  server: FastifyInstance,
  access: HttpAccess | null,
  denials: Denials,
  failed: (message: string) => void,
): void {
  const who = (request: FastifyRequest, via: "api" | "gate") =>
    access === null ? actorOf(request, via) : access.actorOf(request, via);
  server.addHook("onError", async (request, _reply, error) => {
    if (!(error instanceof GennakerError) || !refusals.has(error.code)) return;
    const { url } = request.routeOptions;
    const resource = `route/${request.method} ${url ?? "unknown"}`;
    // What to do next is for the caller.
    const [reason = ""] = error.message.split(": ");
    const actor = who(request, url === undefined || url.startsWith("/api/v1") ? "api" : "gate");
    const entry = { actor, action: "access.denied", resource, application: null, reason };
    denials.note(entry).catch((cause: unknown) => failed(`a denied attempt was not written: ${String(cause)}`));
  });
}
