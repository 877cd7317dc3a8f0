import type { AuditState } from "@gennaker/contract/resources/audit.ts";
import { family } from "../telemetry/telemetry.ts";

/** What alarms are made of: seals that stay behind, and places outside that are not told. Prometheus's text format. */
export function auditExposition({ head, waiting, sinks }: AuditState): string {
  const own = [
    family("gennaker_audit_sealed", "gauge", "Number of the newest seal of the audit.", [["", head.seq]]),
    family("gennaker_audit_waiting", "gauge", "Entries of the audit that wait for their seal.", [["", waiting]]),
  ];
  if (sinks.length === 0) return own.join("");
  const behind = sinks.map((sink) => [`{sink="${sink.name}"}`, sink.behind] as const);
  const failing = sinks.map((sink) => [`{sink="${sink.name}"}`, sink.error === null ? 0 : 1] as const);
  return [
    ...own,
    family("gennaker_audit_behind", "gauge", "Sealed entries that a place outside was not told yet.", behind),
    family("gennaker_audit_failing", "gauge", "1 while a place outside cannot be told.", failing),
  ].join("");
}
