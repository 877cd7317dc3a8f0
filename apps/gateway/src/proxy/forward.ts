import { randomBytes } from "node:crypto";

import type { LoadBalancer } from "@gennaker/gateway-config/snapshot.ts";

import type { Fields } from "../http1/fields.ts";
import type { RequestHead, ResponseHead } from "../http1/head.ts";

/** RFC 9110 §7.6.1 and what the gateway writes itself: never copied from one side to the other. */
function isHopByHop(lower: string): boolean {
  switch (lower) {
    case "connection":
    case "keep-alive":
    case "proxy-connection":
    case "transfer-encoding":
    case "te":
    case "upgrade":
    case "http2-settings":
      return true;
    default:
      return false;
  }
}

const usualConnection = new Set(["keep-alive", "close", "upgrade", "te"]);

/** Names that Connection lists beyond the usual ones: those fields are for this hop only. */
function extraHopByHop(connection: readonly string[]): readonly string[] | undefined {
  const extra = connection.filter((name) => !usualConnection.has(name));
  return extra.length > 0 ? extra : undefined;
}

/** What an answer to the client is framed with. `length` keeps the Content-Length of the instance. */
export type OutFraming = "none" | "length" | "chunked" | "close";

export interface RequestContext {
  config: LoadBalancer;
  clientAddress: string;
  /** Used as Host for an HTTP/1.0 request without one. */
  authority: string;
  /** Set when the upgrade is passed on. */
  upgrade: string | undefined;
}

/** The head as sent to an instance, with the empty line that ends it, latin1. */
export function buildRequestHead(head: RequestHead, context: RequestContext): string {
  const { fields } = head;
  const extra = extraHopByHop(head.connection);
  const trusted = context.config.trustForwarded === true;
  let forwardedFor = "";
  let forwardedProto = "http";
  let forwardedHost = head.host ?? "";
  let text = `${head.method} ${head.target} HTTP/1.1\r\nHost: ${head.host ?? context.authority}\r\n`;
  for (let index = 0; index < fields.names.length; index += 1) {
    const lower = fields.lower[index] as string;
    const value = fields.values[index] as string;
    switch (lower) {
      case "host":
      case "content-length":
        continue;
      case "expect":
        // Unknown expectations are for the instance to refuse; HTTP/1.0 clients cannot have any.
        if (head.minor === 0) continue;
        break;
      case "x-forwarded-for":
        forwardedFor += `${value}, `;
        continue;
      case "x-forwarded-proto":
        if (trusted) forwardedProto = value;
        continue;
      case "x-forwarded-host":
        if (trusted) forwardedHost = value;
        continue;
      default:
        if (isHopByHop(lower) || (extra && extra.includes(lower))) continue;
    }
    text += `${fields.names[index] as string}: ${value}\r\n`;
  }
  if (head.framing.kind === "length") text += `Content-Length: ${head.framing.length}\r\n`;
  else if (head.framing.kind === "chunked") text += "Transfer-Encoding: chunked\r\n";
  else if (fields.lower.includes("content-length")) text += "Content-Length: 0\r\n";
  text += `X-Forwarded-For: ${forwardedFor}${context.clientAddress}\r\nX-Forwarded-Proto: ${forwardedProto}\r\n`;
  if (forwardedHost !== "") text += `X-Forwarded-Host: ${forwardedHost}\r\n`;
  if (context.config.via) text += "Via: 1.1 gennaker\r\n";
  if (context.config.createTrace) text += newTrace(fields, context.config.createTrace);
  if (context.upgrade !== undefined) text += `Connection: Upgrade\r\nUpgrade: ${context.upgrade}\r\n`;
  return `${text}\r\n`;
}

export interface ResponseContext {
  /** Minor version the client speaks. */
  minor: 0 | 1;
  keepAlive: boolean;
  framing: OutFraming;
  via: boolean;
  upgrade: string | undefined;
}

/** The head as sent to the client, with the empty line that ends it, latin1. */
export function buildResponseHead(head: ResponseHead, context: ResponseContext): string {
  const { fields } = head;
  const extra = extraHopByHop(head.connection);
  const lengthless = context.framing === "chunked" || head.status < 200 || head.status === 204;
  let text = `HTTP/1.1 ${head.status} ${head.reason}\r\n`;
  for (let index = 0; index < fields.names.length; index += 1) {
    const lower = fields.lower[index] as string;
    if (isHopByHop(lower)) continue;
    if (extra && extra.includes(lower)) continue;
    if (lower === "content-length") {
      // A list of equal values was accepted; one value is what everybody reads the same way.
      if (lengthless || fields.lower.indexOf("content-length") !== index) continue;
      text += `Content-Length: ${(fields.values[index] as string).split(",", 1)[0] as string}\r\n`;
      continue;
    }
    text += `${fields.names[index] as string}: ${fields.values[index] as string}\r\n`;
  }
  if (context.framing === "chunked") text += "Transfer-Encoding: chunked\r\n";
  if (context.via) text += "Via: 1.1 gennaker\r\n";
  if (context.upgrade !== undefined) return `${text}Connection: Upgrade\r\nUpgrade: ${context.upgrade}\r\n\r\n`;
  if (head.status < 200) return `${text}\r\n`;
  if (!context.keepAlive) return `${text}Connection: close\r\n\r\n`;
  return context.minor === 0 ? `${text}Connection: keep-alive\r\n\r\n` : `${text}\r\n`;
}

/** Header lines of a new trace, or "" when the request already carries one in any of the three forms. */
function newTrace(fields: Fields, form: NonNullable<LoadBalancer["createTrace"]>): string {
  for (const lower of fields.lower) {
    if (lower === "b3" || lower === "traceparent" || lower.startsWith("x-b3-")) return "";
  }
  const trace = randomBytes(16).toString("hex");
  const span = randomBytes(8).toString("hex");
  switch (form) {
    case "b3":
      return `b3: ${trace}-${span}-1\r\n`;
    case "b3multi":
      return `X-B3-TraceId: ${trace}\r\nX-B3-SpanId: ${span}\r\nX-B3-Sampled: 1\r\n`;
    case "w3c":
      return `traceparent: 00-${trace}-${span}-01\r\n`;
  }
}
