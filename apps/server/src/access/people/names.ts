import { GennakerError } from "@gennaker/contract/errors.ts";

const longest = 250;

/**
 * Letters of other scripts that look like plain Latin ones (Unicode TR39 lists them as confusable). Plain letters and
 * digits stay apart from each other: `ali` and `all` are different people.
 */
const lookAlikes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    a: "аαɑ",
    b: "ьЬƅ",
    c: "сϲᴄ",
    d: "ԁɗ",
    e: "еєҽ",
    g: "ɡց",
    h: "һհ",
    i: "іιıɩӏ",
    j: "јϳ",
    k: "кκ",
    m: "м",
    n: "пηո",
    o: "оοσօ",
    p: "рρ",
    q: "ԛգ",
    r: "гᴦ",
    s: "ѕꜱ",
    t: "тτ",
    u: "υսʋ",
    v: "ѵν",
    w: "ԝшω",
    x: "хχ",
    y: "уγү",
    z: "ᴢ",
  }).flatMap(([plain, like]) => Array.from(like).map((letter): [string, string] => [letter, plain])),
);

/** The name under which a person is found: NFKC and lower case. Throws where it could not be told from others or shown. */
export function userKey(name: string): string {
  const key = name.normalize("NFKC").toLowerCase().trim();
  // Letters, marks, digits and the signs of names, mail addresses and groups: no spaces, controls or invisible signs.
  if (key === "" || key.length > longest || !/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+:/-]*$/u.test(key)) {
    throw new GennakerError(
      "invalid_request",
      `"${name.slice(0, 80)}" cannot be a user's name: up to ${longest} letters, digits and . _ @ + : / - are taken.`,
    );
  }
  return key;
}

/** What a name looks like: equal for names that people cannot tell apart. */
export function skeletonOf(key: string): string {
  const plain = key.normalize("NFD").replace(/\p{M}/gu, "");
  return Array.from(plain, (letter) => lookAlikes.get(letter) ?? letter).join("");
}

/** Names that runs and triggers use: nobody may log in as them. */
export const reservedNames: ReadonlySet<string> = new Set(["anonymous", "engine", "system", "gennaker", "spinnaker"]);
