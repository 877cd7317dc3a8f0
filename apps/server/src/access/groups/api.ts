/** Whom a source is asked about; `source` is how they log in. */
export type Asked = { key: string; name: string; source: string };

/**
 * The groups; `unknown` where the source does not know the person (any more); `unasked` where there is nothing to ask it
 * with, so that what it told last stays.
 */
export type GroupAnswer = { groups: readonly string[] } | "unknown" | "unasked";

/** Something that tells which groups people are in: an OpenID provider, a directory, teams of a forge. */
export type GroupSource = {
  /** As in the settings: `oidc`, `ldap`, `github`. */
  name: string;
  /** How old an answer becomes before the source is asked again. */
  refreshMinutes: number;
  /** How long the last answer counts while the source cannot be asked. */
  keepMinutes: number;
  /** It is asked about people who log in by one of these: `local`, `oidc`, `ldap`. */
  people: readonly string[];
  /** Rejects with GroupSourceError when it cannot be asked just now. */
  groupsOf(person: Asked, signal: AbortSignal): Promise<GroupAnswer>;
};

/** Why a source gives no answer: a sentence that names it, and no secret. */
export class GroupSourceError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = "GroupSourceError";
  }
}

/** More groups than this are refused: no source means them, and each of them is a role to look up. */
export const mostGroups = 10_000;

/** Groups as they are kept: without doubles and empty names. Throws GroupSourceError where there are too many. */
export function checkedGroups(source: string, groups: readonly string[]): string[] {
  const kept = [...new Set(groups.map((group) => group.normalize("NFKC").trim()))].filter(
    (group) => group !== "" && group.length <= 500 && !group.includes("\0"),
  );
  if (kept.length > mostGroups)
    throw new GroupSourceError(
      `${source} tells ${kept.length} groups of one person; more than ${mostGroups} are not taken.`,
    );
  return kept;
}
