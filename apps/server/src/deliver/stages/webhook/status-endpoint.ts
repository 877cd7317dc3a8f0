import type { Json } from "@gennaker/contract/json.ts";
import type { HttpAnswer } from "../deps.ts";
import { valueIn } from "./answer.ts";
import type { WebhookFields } from "./run.ts";

/**
 * Where to ask for the status: the same address, the answer's Location header, or an address in its body. A relative
 * one is resolved; one on the same host keeps the scheme of the webhook, as a server behind a proxy may not know it.
 */
export function statusEndpoint(
  answer: HttpAnswer,
  fields: Pick<WebhookFields, "statusUrlResolution" | "statusUrlJsonPath"> & { url: string },
  body: Json,
): { url: string } | { missing: string } {
  const way = fields.statusUrlResolution ?? "getMethod";
  if (way === "getMethod") return { url: fields.url };
  const path = fields.statusUrlJsonPath ?? "$.location";
  const found = way === "locationHeader" ? answer.headers["location"] : valueIn(body, path)?.value;
  if (typeof found === "string" && found.trim() !== "" && URL.canParse(found.trim(), fields.url)) {
    const asked = new URL(fields.url);
    const url = new URL(found.trim(), fields.url);
    if (url.hostname === asked.hostname && url.protocol !== asked.protocol) url.protocol = asked.protocol;
    return { url: url.href };
  }
  const where = way === "locationHeader" ? "in the Location header" : `at ${path} of the answer's body`;
  return { missing: `The webhook should be watched, but there is no address ${where}.` };
}
