import { chownSync, readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, resolve } from "node:path";

/** The user PostgreSQL runs as. `switch` is set where that is not the user of this process. */
export type ServerUser = {
  uid: number;
  gid: number;
  /** Has to be given to `spawn`: PostgreSQL refuses to run as root. */
  switch: boolean;
};

/** The id most systems give to `nobody`. */
const usualNobody = { uid: 65_534, gid: 65_534 };

/**
 * This process's own user. When that is root: the owner of the data in `cluster`, or `nobody` where there is none yet.
 */
export function serverUser(cluster: string): ServerUser {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  if (uid !== 0) return { uid, gid, switch: false };
  const owner = ownerOf(cluster);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, switch: true };
  return { ...(findNobody(readPasswd()) ?? usualNobody), switch: true };
}

/** Finds `nobody` in the text of `/etc/passwd`. */
export function findNobody(passwd: string): { uid: number; gid: number } | undefined {
  for (const line of passwd.split("\n")) {
    const [name, , uid, gid] = line.split(":");
    if (name === "nobody" && isId(uid) && isId(gid)) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

function isId(text: string | undefined): text is string {
  return text !== undefined && /^[1-9]\d{0,9}$/.test(text);
}

function ownerOf(path: string): { uid: number; gid: number } | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function readPasswd(): string {
  try {
    return readFileSync("/etc/passwd", "utf8");
  } catch {
    return "";
  }
}

/** The name under which PostgreSQL's `peer` authentication sees this process; undefined without a passwd entry. */
export function ownUserName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

/** The options of `spawn` that make a child run as the server's user. */
export function spawnIdentity(user: ServerUser): { uid?: number; gid?: number } {
  return user.switch ? { uid: user.uid, gid: user.gid } : {};
}

/** Gives a path to the server's user. */
export function giveTo(user: ServerUser, path: string): void {
  if (user.switch) chownSync(path, user.uid, user.gid);
}

/** Rights to a path: to read a file, to run a program or list and enter a directory, to pass a directory. */
const rights = { read: 0o4, run: 0o5, pass: 0o1 } as const;

/** Has the server's user this right to `path`, and may it pass through everything above it? */
export function canReach(user: ServerUser, path: string, right: keyof typeof rights): boolean {
  if (!user.switch) return true;
  let current = resolve(path);
  if (!permits(user, current, rights[right])) return false;
  while (dirname(current) !== current) {
    current = dirname(current);
    if (!permits(user, current, rights.pass)) return false;
  }
  return true;
}

function permits(user: ServerUser, path: string, wanted: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  const shift = found.uid === user.uid ? 6 : found.gid === user.gid ? 3 : 0;
  return ((found.mode >> shift) & wanted) === wanted;
}
