const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]", "::1"]);

/** The host of a Host header or an origin, without its port, in lower case; null when it is none. */
function hostName(value: string): string | null {
  const match = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?\/?$/i.exec(value);
  return match?.[1]?.toLowerCase() ?? null;
}

export type SafetyInput = {
  host: string | undefined;
  origin: string | undefined;
  /** Names besides loopback that this server is reached by. */
  allowedHosts: ReadonlySet<string>;
};

/**
 * Why a request must be refused, or null. A Host that is neither loopback nor configured means DNS rebinding; an Origin
 * that is neither means another site's page is calling.
 */
export function refusedBecause(input: SafetyInput): string | null {
  const allowed = (name: string | null) =>
    name !== null && (loopbackNames.has(name) || /^127(\.\d{1,3}){3}$/.test(name) || input.allowedHosts.has(name));
  if (input.host === undefined || !allowed(hostName(input.host))) {
    return `The Host header names "${input.host ?? ""}", which this server is not configured for. Use a loopback address, or add the name to allowedHosts.`;
  }
  if (input.origin !== undefined && !allowed(hostName(input.origin))) {
    return `A page of ${input.origin} may not call this server. Add its host to allowedHosts if it should.`;
  }
  return null;
}

/** Mutations carry JSON only, so that a plain HTML form of another site cannot make one. */
export function isJsonMediaType(contentType: string | undefined): boolean {
  const type = contentType?.split(";")[0]?.trim().toLowerCase();
  return type === "application/json" || (type?.startsWith("application/") === true && type.endsWith("+json"));
}

/** What pages without scripts send; only routes that check where it comes from take it. */
export function isForm(contentType: string | undefined): boolean {
  return contentType?.split(";")[0]?.trim().toLowerCase() === "application/x-www-form-urlencoded";
}
