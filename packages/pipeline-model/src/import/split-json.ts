/** Cuts JSON text that arrives in pieces into the documents it holds. */
export type JsonSplitter = {
  /** The documents that this piece completes, each as it was written. */
  push(piece: string): string[];
  /** What is left when the text is over; empty, unless the last document is cut off or was a bare word. */
  end(): string[];
};

/** What stands between documents: blanks, commas, a byte order mark. */
const isBetween = (sign: string): boolean => sign === "," || sign === "\ufeff" || /\s/.test(sign);

/**
 * Documents one after another (JSON lines, or with nothing between them), and the elements of a list that is the whole
 * text, one by one: only the document that is being read is held. Nothing is checked but strings and brackets; what is
 * between documents and is neither a blank nor a comma comes out as a document of its own, for the parser to refuse.
 */
export function createJsonSplitter(): JsonSplitter {
  let kept: string[] = [];
  let depth = 0;
  let inText = false;
  let escaped = false;
  let bare = false;
  let inList = false;
  let begun = false;

  function push(piece: string): string[] {
    const done: string[] = [];
    let from = depth > 0 || inText || bare ? 0 : -1;
    const finish = (end: number) => {
      done.push(kept.join("") + piece.slice(from, end));
      kept = [];
      from = -1;
      bare = false;
    };
    for (let index = 0; index < piece.length; index += 1) {
      const sign = piece[index] as string;
      if (inText) {
        if (escaped) escaped = false;
        else if (sign === "\\") escaped = true;
        else if (sign === '"') {
          inText = false;
          if (depth === 0 && !bare) finish(index + 1);
        }
        continue;
      }
      if (depth === 0 && bare && (sign === "]" || isBetween(sign))) finish(index);
      if (depth === 0 && from === -1) {
        if (isBetween(sign)) continue;
        if (sign === "[" && !begun) {
          begun = true;
          inList = true;
          continue;
        }
        if (sign === "]" && inList) {
          inList = false;
          continue;
        }
        begun = true;
        from = index;
        if (sign === '"') inText = true;
        else if (sign === "{" || sign === "[") depth = 1;
        else bare = true;
        continue;
      }
      if (sign === '"') inText = true;
      else if (sign === "{" || sign === "[") depth += 1;
      else if (sign === "}" || sign === "]") {
        depth -= 1;
        if (depth === 0) finish(index + 1);
      }
    }
    if (from !== -1) kept.push(piece.slice(from));
    return done;
  }

  return {
    push,
    end() {
      const rest = kept.join("");
      kept = [];
      return rest.trim() === "" ? (inList ? ["["] : []) : [rest];
    },
  };
}
