import type { CredentialMaterial, Credentials } from "./connection.ts";

/** `expiresAt` in epoch milliseconds; null: until the server refuses it. */
export type Renewed = { material: CredentialMaterial; expiresAt: number | null };

/**
 * Keeps what `renew` brought until shortly before it expires. Callers that come at the same time share one renewal,
 * and a failed one is not kept.
 */
export function renewingCredentials(
  description: string,
  renew: () => Promise<Renewed>,
  { slackMs = 10_000, now = Date.now }: { slackMs?: number; now?: () => number } = {},
): Credentials {
  let held: Renewed | null = null;
  let running: Promise<CredentialMaterial> | null = null;
  return {
    description,
    async current() {
      if (held !== null && (held.expiresAt === null || held.expiresAt - slackMs > now())) return held.material;
      running ??= renew()
        .then((renewed) => {
          held = renewed;
          return renewed.material;
        })
        .finally(() => {
          running = null;
        });
      return running;
    },
    invalidate() {
      held = null;
      return true;
    },
  };
}
