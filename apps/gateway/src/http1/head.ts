import type { Fields, HeadFault } from "./fields.ts";
import { fault, isFault, parseFields, valueOf } from "./fields.ts";
import type { BodyFraming } from "./framing.ts";
import { requestFraming, responseFraming } from "./framing.ts";

export interface RequestHead {
  method: string;
  /** Origin form or `*`. An absolute form is reduced to it and its authority becomes `host`. */
  target: string;
  /** Minor version: 0 or 1. */
  minor: 0 | 1;
  fields: Fields;
  /** Value of Host; undefined only for HTTP/1.0. */
  host: string | undefined;
  framing: BodyFraming;
  /** Whether the client wants the connection kept. */
  keepAlive: boolean;
  /** Lower-case names that Connection lists. */
  connection: string[];
  /** Protocol of a wanted upgrade; undefined when Connection does not list it. */
  upgrade: string | undefined;
  expectContinue: boolean;
}

export interface ResponseHead {
  status: number;
  reason: string;
  minor: 0 | 1;
  fields: Fields;
  framing: BodyFraming;
  keepAlive: boolean;
  connection: string[];
  /** Seconds from `Keep-Alive: timeout=`; undefined when not announced. */
  keepAliveTimeout: number | undefined;
}

// Anything but tab, CR, LF, printable ASCII and obs-text; a CR without LF; an LF without CR.
const forbidden = /[^\t\r\n\x20-\x7e\x80-\xff]|\r(?!\n)|(?<!\r)\n/;
const requestLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e\x80-\xff]+) HTTP\/(\d)\.(\d)$/;
const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: ([\t\x20-\x7e\x80-\xff]*))?$/;
const absoluteForm = /^https?:\/\/([^/?#]*)([^#]*)$/i;
// RFC 3986 host and port; no userinfo, no spaces, no path.
const hostText = /^(?:[A-Za-z0-9\-._~%!$&'()*+,;=]*|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?$/;

/** `text`: the head as latin1, start line to last field, without the empty line that ends it. */
export function parseRequestHead(text: string): RequestHead | HeadFault {
  if (forbidden.test(text)) return fault(400, "the request head holds a control character or a bare CR or LF");
  const lines = text.split("\r\n");
  const start = requestLine.exec(lines[0] as string);
  if (!start) return fault(400, "the request line is malformed");
  if (start[3] !== "1") return fault(505, `HTTP/${start[3]}.${start[4]} is not spoken here`);
  const method = start[1] as string;
  const minor = start[4] === "0" ? 0 : 1;
  if (method === "CONNECT") return fault(405, "CONNECT is not served");
  const fields = parseFields(lines, 1);
  if (isFault(fields)) return fields;
  let target = start[2] as string;
  let host = uniqueHost(fields);
  if (typeof host === "object") return host;
  if (target.charCodeAt(0) !== 47 && !(target === "*" && method === "OPTIONS")) {
    const absolute = absoluteForm.exec(target);
    if (!absolute || !absolute[1]) return fault(400, "the request target is neither a path nor an http URL");
    host = absolute[1];
    target = absolute[2] as string;
    if (target.charCodeAt(0) !== 47) target = `/${target}`;
  } else if (target.includes("#")) return fault(400, "the request target holds a fragment");
  if (host === undefined && minor === 1) return fault(400, "an HTTP/1.1 request needs a Host header");
  if (host !== undefined && !hostText.test(host)) return fault(400, "the Host is malformed");
  const framing = requestFraming(fields, minor);
  if (isFault(framing)) return framing;
  const connection = connectionNames(fields);
  const upgrade = connection.includes("upgrade") && minor === 1 ? valueOf(fields, "upgrade") : undefined;
  return {
    method,
    target,
    minor,
    fields,
    host,
    framing,
    keepAlive: wantsKeepAlive(connection, minor),
    connection,
    upgrade,
    expectContinue: minor === 1 && valueOf(fields, "expect")?.toLowerCase() === "100-continue",
  };
}

/** `method`: of the request that this answers; it decides whether a body follows (RFC 9112 §6.3). */
export function parseResponseHead(text: string, method: string): ResponseHead | HeadFault {
  if (forbidden.test(text)) return fault(400, "the response head holds a control character or a bare CR or LF");
  const lines = text.split("\r\n");
  const start = statusLine.exec(lines[0] as string);
  if (!start) return fault(400, "the status line is malformed");
  const status = Number(start[2]);
  const minor = start[1] === "0" ? 0 : 1;
  if (status < 100) return fault(400, "the status is not between 100 and 999");
  const fields = parseFields(lines, 1);
  if (isFault(fields)) return fields;
  const framing = responseFraming(fields, status, method);
  if (isFault(framing)) return framing;
  const connection = connectionNames(fields);
  return {
    status,
    reason: start[3] ?? "",
    minor,
    fields,
    framing,
    keepAlive: wantsKeepAlive(connection, minor),
    connection,
    keepAliveTimeout: announcedTimeout(fields),
  };
}

function uniqueHost(fields: Fields): string | undefined | HeadFault {
  const index = fields.lower.indexOf("host");
  if (index < 0) return undefined;
  if (fields.lower.indexOf("host", index + 1) >= 0) return fault(400, "more than one Host header");
  return fields.values[index];
}

function connectionNames(fields: Fields): string[] {
  const names: string[] = [];
  let index = fields.lower.indexOf("connection");
  while (index >= 0) {
    for (const name of (fields.values[index] as string).split(",")) names.push(name.trim().toLowerCase());
    index = fields.lower.indexOf("connection", index + 1);
  }
  return names;
}

function wantsKeepAlive(connection: readonly string[], minor: 0 | 1): boolean {
  if (connection.length === 0) return minor === 1;
  if (connection.includes("close")) return false;
  return minor === 1 || connection.includes("keep-alive");
}

function announcedTimeout(fields: Fields): number | undefined {
  const value = valueOf(fields, "keep-alive");
  const match = value === undefined ? null : /(?:^|[\s,;])timeout=(\d{1,6})/i.exec(value);
  return match ? Number(match[1]) : undefined;
}
