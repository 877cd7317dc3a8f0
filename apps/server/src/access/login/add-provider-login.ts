import type { FastifyInstance } from "fastify";
import type { Oidc } from "../oidc/api.ts";
import type { EnterFromProvider } from "./add-login-pages.ts";
import { actorOf } from "../actor/api.ts";
import { cookieOf } from "../guard/api.ts";
import type { Sessions } from "../people/api.ts";
import { localPath } from "./cookies.ts";

type ProviderLogin = {
  oidc: Oidc;
  /** The address that browsers use. */
  publicUrl: string;
  secure: boolean;
  sessions: Pick<Sessions, "endByProvider">;
  /** Begins a session for whom the provider has told, and answers. */
  enter: EnterFromProvider;
};

export const providerPath = "/ui/login/provider";
const callbackPath = "/ui/login/callback";
const backchannelPath = "/ui/login/backchannel";
const cookie = "gennaker_attempt";
const page = { config: { permission: "everybody" as const, limited: true } };
const form = { config: { permission: "everybody" as const, form: true }, bodyLimit: 65_536 };

/** The way to the provider and back. The cookie ties the answer to the browser that began. */
export function addProviderLogin(
  server: FastifyInstance,
  { oidc, sessions, publicUrl, secure, enter }: ProviderLogin,
): void {
  const callback = new URL(callbackPath, publicUrl).href;
  const rest = `Path=${callbackPath}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;

  server.get(providerPath, page, async (request, reply) => {
    const next = localPath((request.query as Record<string, unknown>)["next"]);
    const { url, attempt } = await oidc.begin(callback, next);
    return reply.header("set-cookie", `${cookie}=${attempt}; ${rest}; Max-Age=600`).redirect(url);
  });

  server.get(callbackPath, page, async (request, reply) => {
    const answer = new URL(callback);
    answer.search = new URL(request.url, publicUrl).search;
    void reply.header("set-cookie", `${cookie}=; ${rest}; Max-Age=0`);
    return enter(request, reply, await oidc.complete(cookieOf(request.headers.cookie, [cookie]), answer));
  });

  // The provider itself says that somebody has logged out there (OpenID Connect Back-Channel Logout).
  server.post(backchannelPath, form, async (request, reply) => {
    const fields = new URLSearchParams(typeof request.body === "string" ? request.body : "");
    const ended = await oidc.loggedOut(fields.get("logout_token") ?? "");
    const place = { headers: { "user-agent": request.headers["user-agent"] }, ip: request.ip, id: request.id };
    await sessions.endByProvider(ended, { ...actorOf(place, "api"), user: "provider" });
    return reply.header("cache-control", "no-store").status(200).send();
  });
}
