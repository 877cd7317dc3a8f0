/** Whom instances run as: null means Gennaker's own user. */
export type InstanceUser = { uid: number; gid: number } | null;

/** The range that systemd's dynamic users come from: kept free of real accounts on Linux systems. */
const FIRST_DYNAMIC = 61_184;
const LAST_DYNAMIC = 65_519;

/**
 * Without root there is no choice. As root it is `runAs`, by default a user id of this data directory's own (no entry
 * in the user table needed), so that instances can touch neither Gennaker's files nor another service's processes.
 */
export function instanceUser(
  runAs: { uid: number; gid: number } | "same" | undefined,
  dataDirectoryId: string,
): InstanceUser {
  if (runAs === "same" || process.getuid?.() !== 0) return null;
  if (runAs !== undefined) return runAs;
  let hash = 0;
  for (const character of dataDirectoryId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  const uid = FIRST_DYNAMIC + (hash % (LAST_DYNAMIC - FIRST_DYNAMIC + 1));
  return { uid, gid: uid };
}

/** True when the mode bits let `user` (null: ourselves) use `wanted` of read 4, write 2, execute or search 1. */
export function mayUse(file: { mode: number; uid: number; gid: number }, user: InstanceUser, wanted: number): boolean {
  const own = user ?? { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  if (own.uid === 0) return (wanted & 1) === 0 || (file.mode & 0o111) !== 0;
  const shift = file.uid === own.uid ? 6 : file.gid === own.gid ? 3 : 0;
  return ((file.mode >> shift) & wanted) === wanted;
}
