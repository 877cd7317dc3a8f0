import type { Database, Tx } from "../database/api.ts";
import { LeadershipLost } from "./api.ts";

export type Candidate = { role: string; holder: string; session: string; leaseMs: number };

/**
 * Takes or renews the lease: the term, or null while another replica holds it. A process that comes back in the same place (same
 * holder, other session) takes over at once: its predecessor is dead. Each change of session raises the term.
 */
export async function takeLease(database: Database, candidate: Candidate): Promise<number | null> {
  const rows = await database.query<{ term: number }>(
    `insert into platform_leader as l (role, holder, session, term, expires_at)
     values ($1, $2, $3, 1, clock_timestamp() + make_interval(secs => $4))
     on conflict (role) do update set holder = excluded.holder, session = excluded.session, expires_at = excluded.expires_at,
       term = case when l.session = excluded.session and l.expires_at > clock_timestamp() then l.term else l.term + 1 end
     where l.holder = excluded.holder or l.expires_at < clock_timestamp()
     returning term`,
    [candidate.role, candidate.holder, candidate.session, candidate.leaseMs / 1_000],
  );
  return rows[0]?.term ?? null;
}

/** Gives the lease up, if it is still this session's. */
export async function giveUpLease(database: Database, candidate: Candidate): Promise<void> {
  await database.query("update platform_leader set expires_at = '-infinity' where role = $1 and session = $2", [
    candidate.role,
    candidate.session,
  ]);
}

/**
 * Makes the rest of a transaction depend on the term: the row's lock keeps a successor waiting until the end, and a process that stalls
 * in here loses the transaction after a lease, at most 10 s. Throws LeadershipLost.
 */
export async function fence(tx: Tx, candidate: Candidate, term: number): Promise<void> {
  await tx.query("select set_config('idle_in_transaction_session_timeout', $1, true)", [
    String(Math.min(10_000, candidate.leaseMs)),
  ]);
  const rows = await tx.query(
    `select 1 from platform_leader
     where role = $1 and session = $2 and term = $3 and expires_at > clock_timestamp() for share`,
    [candidate.role, candidate.session, term],
  );
  if (rows.length === 0) throw new LeadershipLost(candidate.role, term);
}
