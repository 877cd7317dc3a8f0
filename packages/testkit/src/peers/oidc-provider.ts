import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import type { JWK } from "oidc-provider";

export type OidcPerson = { sub: string; claims: Record<string, unknown> };

export type OidcPeer = {
  issuer: string;
  /** Whoever logs in from now on, without being asked anything. */
  person: OidcPerson;
  /** What the token endpoint's answer is made into before it is sent; for forged tokens. */
  change: ((answer: Record<string, unknown>) => Record<string, unknown>) | null;
  /** From now on it knows nobody any more: refresh tokens are refused. */
  gone: boolean;
  close(): Promise<void>;
};

type Options = {
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
  keys: JWK[];
  port?: number;
  backchannel?: string;
};

/** A real OpenID provider on loopback that logs everybody in at once. */
export async function startOidcProvider(options: Options): Promise<OidcPeer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const peer: OidcPeer = {
    issuer,
    person: { sub: "1", claims: {} },
    change: null,
    gone: false,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: options.clientId,
        client_secret: options.clientSecret,
        redirect_uris: options.redirectUris,
        grant_types: ["authorization_code", "refresh_token"],
        ...(options.backchannel === undefined
          ? {}
          : { backchannel_logout_uri: options.backchannel, backchannel_logout_session_required: true }),
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    jwks: { keys: options.keys },
    claims: { openid: ["sub"], profile: ["name", "preferred_username"], email: ["email"], groups: ["groups"] },
    scopes: ["openid", "profile", "email", "groups"],
    cookies: { keys: ["a cookie key of a test"] },
    features: {
      devInteractions: { enabled: false },
      introspection: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: confirmLogout },
      backchannelLogout: { enabled: true },
    },
    pkce: { required: () => true },
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    findAccount: (_context, sub) =>
      peer.gone ? undefined : { accountId: sub, claims: () => ({ ...peer.person.claims, sub }) },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    async loadExistingGrant(context) {
      const { client, session } = context.oidc;
      const grant = new context.oidc.provider.Grant({
        clientId: client?.clientId ?? "",
        accountId: session?.accountId ?? "",
      });
      grant.addOIDCScope("openid profile email groups");
      await grant.save();
      return grant;
    },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      IdToken: 600,
      Interaction: 60,
      RefreshToken: 600,
      Session: 60,
      Grant: 600,
    },
  });
  const handle = provider.callback();
  server.on("request", (request, response) => {
    if (request.url?.startsWith("/interaction/") === true) {
      const done = { login: { accountId: peer.person.sub, remember: false } };
      provider.interactionFinished(request, response, done).catch(() => response.destroy());
      return;
    }
    if (request.url === "/token" && peer.change !== null) changeAnswer(response, peer.change);
    void handle(request, response);
  });
  return peer;
}

/** The page that asks whether to log out, made so that a test can send its form. */
async function confirmLogout(context: { body: unknown }, form: string): Promise<void> {
  context.body = `<!doctype html>${form}`;
}

function changeAnswer(
  response: import("node:http").ServerResponse,
  change: (answer: Record<string, unknown>) => Record<string, unknown>,
): void {
  const end = response.end.bind(response);
  response.end = ((body: unknown) => {
    const text = JSON.stringify(change(JSON.parse(String(body)) as Record<string, unknown>));
    response.setHeader("content-length", Buffer.byteLength(text));
    return end(text);
  }) as typeof response.end;
}
