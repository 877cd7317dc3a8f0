import type { Json } from "@gennaker/contract/json.ts";
import type { Outgoing } from "../../outgoing/api.ts";
import type { OtlpSettings } from "../settings.ts";
import type { Sink, Told } from "./sink.ts";
import { sentenceOf } from "./sink.ts";

type Dependencies = {
  outgoing: Pick<Outgoing, "send">;
  /** A text of the configuration with the secrets it refers to. */
  reveal(text: string): Promise<string>;
  version: string;
};

const longestDocument = 128 * 1024;
/** OpenTelemetry's severity numbers. */
const info = 9;
const warn = 13;

/** Sends entries as OTLP log records over HTTP in JSON (opentelemetry-proto 1, `ExportLogsServiceRequest`). */
export function otlpSink(settings: OtlpSettings, { outgoing, reveal, version }: Dependencies): Sink {
  const url = new URL(settings.url);
  if (url.pathname === "/") url.pathname = "/v1/logs";
  return {
    name: settings.name,
    type: "otlp",
    async send(entries, signal) {
      const headers = await Promise.all(
        Object.entries(settings.headers).map(
          async ([name, value]) => [name.toLowerCase(), await reveal(value)] as const,
        ),
      );
      const answer = await outgoing.send({
        purpose: "audit",
        method: "POST",
        url: url.href,
        headers: { ...Object.fromEntries(headers), "content-type": "application/json" },
        body: JSON.stringify(logsOf(entries, version)),
        timeoutMs: 30_000,
        maxBytes: 65_536,
        signal,
        configured: true,
        ...(settings.clientCertificate === undefined ? {} : { clientCertificate: settings.clientCertificate }),
      });
      if (answer.status < 200 || answer.status > 299)
        throw new Error(`the collector ${url.origin} answered ${answer.status}`);
      const refused = rejectedIn(answer.body);
      if (refused > 0) throw new Error(`the collector ${url.origin} refused ${refused} of ${entries.length} records`);
    },
    close: () => undefined,
  };
}

/** A collector may take a part; the whole batch is then sent again, since it does not say which. */
function rejectedIn(body: string): number {
  try {
    const answer = JSON.parse(body) as { partialSuccess?: { rejectedLogRecords?: unknown } };
    return Number(answer.partialSuccess?.rejectedLogRecords ?? 0) || 0;
  } catch {
    return 0;
  }
}

/** The body of the request. 64-bit integers are texts in OTLP's JSON. */
function logsOf(entries: readonly Told[], version: string): Json {
  return {
    resourceLogs: [
      {
        resource: { attributes: [attribute("service.name", "gennaker"), attribute("service.version", version)] },
        scopeLogs: [{ scope: { name: "gennaker.audit" }, logRecords: entries.map(recordOf) }],
      },
    ],
  };
}

function recordOf(entry: Told): Json {
  const { row, seq, hash } = entry;
  const time = nanoseconds(row.time);
  const { id, actor, onBehalfOf, via, credential, requestId, address, userAgent } = row;
  const values: [string, string | number | null][] = [
    ["event.name", `gennaker.audit.${row.action}`],
    ["gennaker.audit.seq", seq],
    ["gennaker.audit.hash", hash],
    ["gennaker.audit.id", id],
    ["gennaker.audit.action", row.action],
    ["gennaker.audit.resource", row.resource],
    ["gennaker.audit.outcome", row.outcome],
    ["gennaker.audit.count", row.count],
    ["gennaker.audit.via", via],
    ["gennaker.audit.reason", row.reason],
    ["gennaker.audit.before", fitting(row.before)],
    ["gennaker.audit.after", fitting(row.after)],
    ["gennaker.audit.on_behalf_of", onBehalfOf],
    ["gennaker.audit.credential", credential],
    ["gennaker.audit.request_id", requestId],
    ["gennaker.application", row.application],
    ["enduser.id", actor],
    ["client.address", address],
    ["user_agent.original", userAgent],
  ];
  const bad = row.outcome !== "done";
  return {
    timeUnixNano: time,
    observedTimeUnixNano: time,
    severityNumber: bad ? warn : info,
    severityText: bad ? "WARN" : "INFO",
    body: { stringValue: sentenceOf(entry) },
    attributes: values.flatMap(([key, value]) => (value === null ? [] : [attribute(key, value)])),
  };
}

/** A document that collectors take; a longer one stays in the audit, where the number of its seal leads. */
function fitting(document: string | null): string | null {
  return document === null || document.length <= longestDocument ? document : `left out: ${document.length} characters`;
}

function attribute(key: string, value: string | number): { key: string; value: Json } {
  return { key, value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value } };
}

/** ISO 8601 with microseconds as nanoseconds since 1970. */
function nanoseconds(time: string): string {
  const [, micros = "000000"] = /\.(\d{6})Z$/.exec(time) ?? [];
  const seconds = Math.floor(new Date(time).getTime() / 1_000);
  return `${BigInt(seconds) * 1_000_000_000n + BigInt(micros) * 1_000n}`;
}
