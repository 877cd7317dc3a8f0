import type { Fields, HeadFault } from "./fields.ts";
import { listOf } from "./fields.ts";

/** How the end of a body is known (RFC 9112 §6.3). `close`: responses only, ends with the connection. */
export type BodyFraming =
  | { kind: "none" }
  | { kind: "length"; length: number }
  | { kind: "chunked" }
  | { kind: "close" };

const none: BodyFraming = { kind: "none" };
const chunked: BodyFraming = { kind: "chunked" };
const untilClose: BodyFraming = { kind: "close" };

/** Content-Length as a number; a list is accepted only when every member is the same (RFC 9112 §6.3 rule 5). */
function lengthOf(text: string): number | undefined {
  const members = text.split(",").map((member) => member.trim());
  const first = members[0] as string;
  if (!/^\d{1,15}$/.test(first) || members.some((member) => member !== first)) return undefined;
  return Number(first);
}

/**
 * Whatever two parsers could read differently is refused: Transfer-Encoding beside Content-Length, with HTTP/1.0, or
 * with anything but a single `chunked`.
 */
export function requestFraming(fields: Fields, minor: 0 | 1): BodyFraming | HeadFault {
  const coding = listOf(fields, "transfer-encoding");
  const length = listOf(fields, "content-length");
  if (coding !== undefined) {
    if (length !== undefined) return { status: 400, fault: "both Transfer-Encoding and Content-Length are present" };
    if (minor === 0) return { status: 400, fault: "Transfer-Encoding does not exist in HTTP/1.0" };
    if (coding.toLowerCase() === "chunked") return chunked;
    const last = coding.toLowerCase().split(",").at(-1)?.trim();
    if (last === "chunked" && !/chunked\s*,/i.test(coding)) {
      return { status: 501, fault: "only the transfer coding chunked is served" };
    }
    return { status: 400, fault: "Transfer-Encoding does not end with a single chunked" };
  }
  if (length === undefined) return none;
  const bytes = lengthOf(length);
  if (bytes === undefined) return { status: 400, fault: "Content-Length is not one decimal number" };
  return bytes === 0 ? none : { kind: "length", length: bytes };
}

export function responseFraming(fields: Fields, status: number, method: string): BodyFraming | HeadFault {
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return none;
  const coding = listOf(fields, "transfer-encoding");
  const length = listOf(fields, "content-length");
  if (coding !== undefined) {
    if (length !== undefined) return { status: 400, fault: "both Transfer-Encoding and Content-Length are present" };
    if (coding.toLowerCase() === "chunked") return chunked;
    return { status: 400, fault: `the transfer coding ${JSON.stringify(coding.slice(0, 60))} is not understood` };
  }
  if (length === undefined) return untilClose;
  const bytes = lengthOf(length);
  if (bytes === undefined) return { status: 400, fault: "Content-Length is not one decimal number" };
  return { kind: "length", length: bytes };
}
