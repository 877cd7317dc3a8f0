import { argon2Sync, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { lockSeconds } from "./logins.ts";
import { skeletonOf, userKey } from "./names.ts";
import { createPasswords, isOutdated } from "./password.ts";
import { userCode } from "./random.ts";
import { subjectOf } from "./rows.ts";

describe("names", () => {
  test("are the same in every form of Unicode and in any case", () => {
    expect(["KIM", "ｋｉｍ", " kim ", "\u212aim"].map(userKey)).toEqual(["kim", "kim", "kim", "kim"]);
    expect(userKey("김철수@example.com")).toBe("김철수@example.com");
  });
  test("that look alike have one skeleton; plain letters stay apart", () => {
    expect(skeletonOf("pаypаl")).toBe("paypal");
    expect(skeletonOf("zoë")).toBe("zoe");
    expect(skeletonOf("ali")).not.toBe(skeletonOf("all"));
  });
  test("with spaces, controls or invisible signs are refused", () => {
    for (const name of ["", " ", "a b", "a\u200bb", "a\u202eb", "\ufeffa\ufeffb", "a\nb", "-a", "x".repeat(251)])
      expect(() => userKey(name)).toThrow("cannot be a user's name");
  });
});

describe("passwords", () => {
  const passwords = createPasswords();
  test("are recognized, in any form of Unicode, and others are not", async () => {
    const stored = await passwords.hash("pässword of twelve");
    expect(await passwords.verify("pa\u0308ssword of twelve", stored)).toBe(true);
    expect(await passwords.verify("pässword of twelvE", stored)).toBe(false);
    expect(await passwords.verify("anything", null)).toBe(false);
    expect(isOutdated(stored)).toBe(false);
  });
  test("with older parameters still count, and are known to be outdated", async () => {
    const salt = randomBytes(16);
    const tag = argon2Sync("argon2id", {
      message: "old password",
      nonce: salt,
      memory: 64,
      passes: 1,
      parallelism: 1,
      tagLength: 32,
    });
    const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");
    const stored = `$argon2id$v=19$m=64,t=1,p=1$${base64(salt)}$${base64(tag)}`;
    expect(await passwords.verify("old password", stored)).toBe(true);
    expect(isOutdated(stored)).toBe(true);
  });
  test("are hashed one at a time, and beyond a queue nobody waits", async () => {
    const busy = createPasswords(3);
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => busy.verify("x", null)));
    const refused = outcomes.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(2);
  });
});

test("wrong passwords shut a name for longer and longer, up to a quarter of an hour", () => {
  expect([0, 4, 5, 6, 10, 14, 15, 1_000].map(lockSeconds)).toEqual([0, 0, 1, 2, 32, 512, 900, 900]);
});

test("codes for people have no letters that are taken for others", () => {
  for (let tries = 0; tries < 200; tries += 1)
    expect(userCode()).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ2-9]{4}-[BCDFGHJKLMNPQRSTVWXZ2-9]{4}$/);
});

describe("what somebody may use", () => {
  const settings = { groups: { Platform: ["operator"], everyone: ["admin"] }, defaultRoles: ["viewer"] };
  const user = (groups: string[], kind: "person" | "service" = "person") => ({
    key: "kim",
    kind,
    roles: ["Own"],
    groups,
    groupsUntil: null as Date | null,
    groupsNote: null as string | null,
  });
  test("is their own, their groups', what groups are mapped to, and everybody's", () => {
    expect(subjectOf(user(["PLATFORM"]), settings).roles).toEqual(["own", "platform", "operator", "viewer"]);
    expect(subjectOf(user([], "service"), settings).roles).toEqual(["own"]);
  });
  test("a group called like a built-in role gives nothing by that; a mapping does", () => {
    expect(subjectOf(user(["admin", "Operator"]), settings).roles).toEqual(["own", "viewer"]);
    expect(subjectOf(user(["everyone"]), settings).roles).toContain("admin");
  });
  test("groups that nobody could confirm for too long give nothing, and that is said", () => {
    const kim = { ...user(["platform"]), groupsUntil: new Date(1_000), groupsNote: null };
    expect(subjectOf(kim, settings, {}, 999).roles).toContain("operator");
    expect(subjectOf(kim, settings, {}, 1_000)).toMatchObject({
      roles: ["own", "viewer"],
      note: "The groups of kim have not been confirmed for too long.",
    });
    expect(subjectOf({ ...kim, groupsNote: "ldap is down." }, settings, {}, 1_000).note).toBe("ldap is down.");
  });
  test("ten thousand groups are taken", () => {
    const groups = Array.from({ length: 10_000 }, (_, index) => `group-${index}`);
    expect(subjectOf(user(groups), settings).roles).toHaveLength(10_002);
  });
});
