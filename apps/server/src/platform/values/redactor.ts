import type { Json } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { hidden } from "./redact.ts";

/** Takes known secret values out of whatever is shown or stored, also where they come back in another form. */
export type Redactor = {
  /** From now on the value is taken out. Shorter than four characters it cannot be told from other text. */
  remember(value: string): void;
  text(text: string): string;
  /** Texts and keys at any depth; gives the same object when there was nothing to take out. */
  json<T>(value: T): T;
};

const shortest = 4;
/** Shorter pieces of base64 would be found in ordinary text. */
const shortestPiece = 6;
const shortestLine = 16;
const mostValues = 5_000;

export function createRedactor(): Redactor {
  const values = new Set<string>();
  let forms: readonly string[] | null = null;

  function allForms(): readonly string[] {
    forms ??= [...new Set([...values].flatMap(formsOf))].sort((a, b) => b.length - a.length);
    return forms;
  }

  function text(given: string): string {
    let clean = given;
    for (const form of allForms()) if (clean.includes(form)) clean = clean.replaceAll(form, hidden);
    return clean;
  }

  function json(value: Json): Json {
    if (typeof value === "string") return text(value);
    if (typeof value === "number") return text(String(value)) === String(value) ? value : hidden;
    if (Array.isArray(value)) {
      const items = value.map(json);
      return items.every((item, index) => item === value[index]) ? value : items;
    }
    if (!isJsonObject(value)) return value;
    const entries = Object.entries(value).map(([key, inner]) => [text(key), json(inner)] as const);
    const same = Object.entries(value).every(
      ([key, inner], index) => entries[index]?.[0] === key && entries[index][1] === inner,
    );
    return same ? value : Object.fromEntries(entries);
  }

  return {
    remember(value) {
      if (value.length < shortest || values.has(value)) return;
      // The newest are kept: values that were replaced long ago are not sent any more.
      if (values.size >= mostValues) values.delete(values.values().next().value ?? "");
      values.add(value);
      forms = null;
    },
    text: (given) => (values.size === 0 ? given : text(given)),
    json: <T>(value: T): T => (values.size === 0 ? value : (json(value as Json) as T)),
  };
}

/**
 * A value as services send it back: itself and its longer lines; escaped for JSON, HTML and URLs; in hexadecimal; and in
 * base64, also in the middle of a longer text (`user:password`), where its bytes stand at one of three offsets.
 */
export function formsOf(value: string): string[] {
  const lines = value.includes("\n") ? value.split(/\r?\n/).filter((line) => line.length >= shortestLine) : [];
  return [value, ...lines]
    .flatMap((one) => [...escaped(one), ...inBase64(one), ...inHex(one)])
    .filter((form) => form.length >= shortest);
}

function escaped(value: string): string[] {
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const uri = encodeURIComponent(value.toWellFormed());
  const strict = uri.replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams([["", value]]).toString().slice(1);
  const lower = (text: string) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const json = JSON.stringify(value).slice(1, -1);
  return [
    value,
    json,
    json.replaceAll("/", "\\/"),
    JSON.stringify(json).slice(1, -1),
    ...['"', "&quot;", "&#34;"].flatMap((double) =>
      ["'", "&#39;", "&#x27;"].map((single) => html.replaceAll('"', double).replaceAll("'", single)),
    ),
    ...[uri, strict, form, encodeURI(value.toWellFormed())].flatMap((one) => [one, lower(one)]),
  ];
}

function inBase64(value: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  const pieces = [0, 1, 2].map((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    // Only characters made of the value's bits alone are the same wherever it stands.
    return shifted.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
  return pieces
    .flatMap((piece) => [piece, piece.replaceAll("+", "-").replaceAll("/", "_"), encodeURIComponent(piece)])
    .filter((piece) => piece.length >= shortestPiece);
}

function inHex(value: string): string[] {
  const hex = Buffer.from(value, "utf8").toString("hex");
  return [hex, hex.toUpperCase()];
}
