import type { Json } from "./types.ts";

/** Thrown by the fake's handlers; becomes a `Status` answer. */
export class FakeStatus extends Error {
  readonly code: number;
  readonly body: Json;
  readonly headers: Record<string, string>;

  constructor(code: number, reason: string, message: string, details?: Json, headers: Record<string, string> = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
    this.body = {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message,
      reason,
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

export const notFound = (plural: string, name: string): FakeStatus =>
  new FakeStatus(404, "NotFound", `${plural} "${name}" not found`, { name, kind: plural });

export const noSuchPath = (): FakeStatus =>
  new FakeStatus(404, "NotFound", "the server could not find the requested resource", {});

export const expired = (): FakeStatus => new FakeStatus(410, "Expired", "too old resource version");

export const conflict = (plural: string, name: string): FakeStatus =>
  new FakeStatus(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${plural} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    { name, kind: plural },
  );
