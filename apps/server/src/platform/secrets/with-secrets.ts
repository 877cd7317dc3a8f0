import { referencesIn } from "@gennaker/pipeline-model/secrets/reference.ts";
import type { Outgoing, OutgoingRequest } from "../outgoing/api.ts";
import { OutgoingError } from "../outgoing/api.ts";
import type { Redactor } from "../values/redactor.ts";
import type { Secrets, SecretScope } from "./api.ts";
import { SecretError } from "./api.ts";

/**
 * The client for outgoing calls with references to secrets resolved at the last moment: in the address, in headers and
 * in the body, each encoded as its place needs it. What comes back is cleaned of every known secret, also of those that
 * the other side echoes; the body of a stream (`open`) is not touched.
 */
export function withSecrets(outgoing: Outgoing, secrets: Pick<Secrets, "reveal">, redactor: Redactor): Outgoing {
  async function ready(request: OutgoingRequest): Promise<OutgoingRequest> {
    if (!mentions(request)) return request;
    const scope = scopeOf(request);
    try {
      const url = await secrets.reveal(request.url, scope, encodeURIComponent);
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(request.headers)) headers[name] = await header(value, scope);
      const body = typeof request.body === "string" ? await bodyText(request.body, headers, scope) : request.body;
      return { ...request, url, headers, body };
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      throw new OutgoingError(error.fault === "unavailable" ? "unreachable" : "request", error.message);
    }
  }

  /** `Basic user:secret://…` is encoded once the value is there; other headers take it as it is. */
  async function header(value: string, scope: SecretScope): Promise<string> {
    const shown = await secrets.reveal(value, scope);
    const basic = /^Basic (.*:.*)$/s.exec(shown);
    return shown === value || basic === null ? shown : `Basic ${Buffer.from(basic[1] ?? "").toString("base64")}`;
  }

  async function bodyText(body: string, headers: Record<string, string>, scope: SecretScope): Promise<string> {
    const type = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
    if (type.includes("x-www-form-urlencoded")) {
      const form = new URLSearchParams();
      for (const [key, value] of new URLSearchParams(body)) form.append(key, await secrets.reveal(value, scope));
      return form.toString();
    }
    const escape = /\bjson\b/.test(type) ? (value: string) => JSON.stringify(value).slice(1, -1) : undefined;
    return await secrets.reveal(body, scope, escape);
  }

  async function cleaned<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof OutgoingError) throw new OutgoingError(error.fault, redactor.text(error.message));
      throw error;
    }
  }

  return {
    async send(request) {
      const answer = await cleaned(outgoing.send(await ready(request)));
      return { ...answer, headers: redactor.json(answer.headers), body: redactor.text(answer.body) };
    },
    async open(request) {
      const answer = await cleaned(outgoing.open(await ready(request)));
      return { ...answer, headers: redactor.json(answer.headers) };
    },
    route: (target) => outgoing.route(target),
    close: () => outgoing.close(),
  };
}

function mentions({ url, headers, body }: OutgoingRequest): boolean {
  const texts = [url, ...Object.values(headers), ...(typeof body === "string" ? [body] : [])];
  return texts.some((text) => referencesIn(text).length > 0 || text.includes("secret%3A%2F%2F"));
}

/**
 * Whatever stands in a request may have come from a pipeline, so it has a pipeline's rights, also where the operator
 * configured the address. What the operator wrote himself is revealed before it gets here.
 */
function scopeOf(request: OutgoingRequest): SecretScope {
  // The host is read before anything is put in: no reference may decide where secrets are sent.
  const { url } = request;
  const host = URL.canParse(url) ? new URL(url).host : "";
  if (host === "" || /^https?:\/\/[^/]*secret:\/\//.test(url))
    throw new OutgoingError("address", "A reference to a secret cannot be part of the host.");
  return { from: "pipeline", application: request.application ?? null, host };
}
