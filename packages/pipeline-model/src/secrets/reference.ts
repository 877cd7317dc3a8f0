/** `secret://SOURCE/PATH#KEY`: where a value is kept. `path` and `key` are decoded; `key` is null without one. */
export type SecretReference = { text: string; source: string; path: string; key: string | null };

/**
 * References anywhere in a text. One ends before the first character that is none of letters, digits, `_ . ~ % + = / -`
 * (and `#` before the key); other characters of a path are percent-encoded. So `Bearer secret://env/TOKEN` and
 * `secret://db/user:secret://db/password` hold what one expects.
 */
const anywhere =
  /secret:\/\/([a-z][a-z0-9-]*)((?:\/(?:[A-Za-z0-9_.~+=-]|%[0-9A-Fa-f]{2})+)+)(?:#((?:[A-Za-z0-9_.~+=/-]|%[0-9A-Fa-f]{2})+))?/g;

/** Every reference in a text, in order. */
export function referencesIn(text: string): SecretReference[] {
  if (!text.includes("secret://")) return [];
  return [...text.matchAll(anywhere)].flatMap((match) => {
    const [whole, source = "", path = "", key] = match;
    try {
      return [
        {
          text: whole,
          source,
          path: decodeURIComponent(path.slice(1)),
          key: key === undefined ? null : decodeURIComponent(key),
        },
      ];
    } catch {
      return [];
    }
  });
}

/** The one reference that a text is, or null. */
export function parseReference(text: string): SecretReference | null {
  const [first] = referencesIn(text);
  return first !== undefined && first.text === text ? first : null;
}

/** Puts values in the places of references; `valueOf` is asked for each in turn. */
export async function replaceReferences(
  text: string,
  valueOf: (reference: SecretReference) => Promise<string>,
): Promise<string> {
  let done = "";
  let rest = text;
  for (const reference of referencesIn(text)) {
    const at = rest.indexOf(reference.text);
    done += rest.slice(0, at) + (await valueOf(reference));
    rest = rest.slice(at + reference.text.length);
  }
  return done + rest;
}
