/** A piece of a template: text, `{{ output }}` or `{% tag %}` (the word and the rest). */
export type Piece =
  | { kind: "text"; text: string }
  | { kind: "output"; text: string }
  | { kind: "tag"; name: string; text: string };

/** Cuts a template into its pieces; comments fall away, `-` next to a bracket eats the blanks beside it. */
export function scan(template: string): Piece[] | { fault: string } {
  const pieces: Piece[] = [];
  let rest = template;
  let trimNext = false;
  const addText = (text: string, trimEnd: boolean): void => {
    const start = trimNext ? text.trimStart() : text;
    const whole = trimEnd ? start.trimEnd() : start;
    if (whole !== "") pieces.push({ kind: "text", text: whole });
  };
  while (rest !== "") {
    const open = /\{[{%#]/.exec(rest);
    if (open === null) break;
    const bracket = open[0];
    const inside = rest.slice(open.index + 2);
    const length = closing(inside, bracket);
    if (length === null)
      return { fault: `has no end for the ${bracket} at: ${rest.slice(open.index, open.index + 30)}` };
    const trimBefore = inside.startsWith("-");
    const trimAfter = inside[length - 1] === "-";
    addText(rest.slice(0, open.index), trimBefore);
    trimNext = trimAfter;
    const body = inside.slice(trimBefore ? 1 : 0, trimAfter ? length - 1 : length).trim();
    rest = inside.slice(length + 2);
    if (bracket === "{{") pieces.push({ kind: "output", text: body });
    if (bracket !== "{%") continue;
    const [, name = "", text = ""] = /^(\S*)\s*([^]*)$/.exec(body) ?? [];
    if (name !== "raw") {
      pieces.push({ kind: "tag", name, text });
      continue;
    }
    const end = /\{%-?\s*endraw\s*-?%\}/.exec(rest);
    if (end === null) return { fault: "has a {% raw %} without its {% endraw %}" };
    pieces.push({ kind: "text", text: rest.slice(0, end.index) });
    rest = rest.slice(end.index + end[0].length);
    trimNext = false;
  }
  addText(rest, false);
  return pieces;
}

/** Where the closing bracket is, quoted texts skipped; null when it is missing. */
function closing(inside: string, bracket: string): number | null {
  const end = bracket === "{{" ? "}}" : bracket === "{%" ? "%}" : "#}";
  let quote = "";
  let braces = 0;
  for (let at = 0; at < inside.length; at += 1) {
    const char = inside[at] ?? "";
    if (bracket !== "{#") {
      if (quote !== "") {
        if (char === "\\") at += 1;
        else if (char === quote) quote = "";
        continue;
      }
      if (char === '"' || char === "'") {
        quote = char;
        continue;
      }
      if (char === "{") braces += 1;
      if (char === "}" && braces > 0) {
        braces -= 1;
        continue;
      }
    }
    if (inside.startsWith(end, at)) return at;
  }
  return null;
}
