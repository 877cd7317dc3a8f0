import type { Peer } from "./http-peer.ts";
import { bodyOf, startPeer } from "./http-peer.ts";

export type FakeVault = Peer & {
  put(path: string, fields: Record<string, string>): void;
  /** Tokens given by AppRole logins are refused from now on. */
  revokeSessions(): void;
  logins(): number;
};

/**
 * HashiCorp Vault's HTTP API as far as reading key-value secrets goes: `kv/` is version 2, `old/` version 1; the root
 * token `root`, and the AppRole `role`/`secret-id`, whose tokens last an hour. Every other token is refused with 403.
 */
export async function startFakeVault(): Promise<FakeVault> {
  const secrets = new Map<string, Record<string, string>>();
  const sessions = new Set<string>();
  let logins = 0;
  const peer = await startPeer(async (request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const path = decodeURIComponent((request.url ?? "").replace(/^\/v1\//, ""));
    if (request.method === "POST" && path === "auth/approle/login") {
      const body = JSON.parse((await bodyOf(request)).toString()) as { role_id?: string; secret_id?: string };
      if (body.role_id !== "role" || body.secret_id !== "secret-id")
        return answer(400, { errors: ["invalid role or secret ID"] });
      logins += 1;
      const token = `hvs.session-${logins}`;
      sessions.add(token);
      return answer(200, { auth: { client_token: token, lease_duration: 3_600, renewable: true } });
    }
    const token = String(request.headers["x-vault-token"] ?? "");
    if (token !== "root" && !sessions.has(token)) return answer(403, { errors: ["permission denied"] });
    const second = /^kv\/data\/(.+)$/.exec(path);
    const found = secrets.get(second === null ? path : `kv/${second[1]}`);
    if (found === undefined) return answer(404, { errors: [] });
    return answer(200, { data: second === null ? found : { data: found, metadata: { version: 1 } } });
  });
  return {
    ...peer,
    put: (path, fields) => void secrets.set(path, fields),
    revokeSessions: () => sessions.clear(),
    logins: () => logins,
  };
}
