import type { AuditLog } from "../platform/audit/api.ts";
import type { Config } from "../platform/config/config.ts";
import { isLoopback } from "../platform/config/config.ts";
import type { Database } from "../platform/database/api.ts";
import type { OpenSocket, Outgoing } from "../platform/outgoing/api.ts";
import { createOutgoing } from "../platform/outgoing/create-outgoing.ts";
import { createOpenSocket } from "../platform/outgoing/open-socket.ts";
import type { Secrets } from "../platform/secrets/api.ts";
import { createSecrets } from "../platform/secrets/create-secrets.ts";
import { withSecrets } from "../platform/secrets/with-secrets.ts";
import type { Redactor } from "../platform/values/redactor.ts";

/** The client for outgoing calls and the secrets: each needs the other, so secrets are asked for over a client without. */
export function wireSecrets(
  config: Config,
  database: Database,
  audit: AuditLog,
  redactor: Redactor,
): { outgoing: Outgoing; openSocket: OpenSocket; secrets: Secrets } {
  const guard = { settings: config.outgoing, localAllowed: isLoopback(config.host) };
  const plain = createOutgoing({ ...guard, env: process.env });
  const secrets = createSecrets({
    database,
    audit,
    outgoing: plain,
    settings: config.secrets,
    dataDirectory: config.data,
    env: process.env,
    redactor,
  });
  return { outgoing: withSecrets(plain, secrets, redactor), openSocket: createOpenSocket(guard), secrets };
}
