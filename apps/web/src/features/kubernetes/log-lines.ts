/** One line of a container. `source` is `pod/container`; `time` is empty where none was given. */
export type LogLine = { time: string; source: string; text: string };

/** Lines kept: more make the page slow, and the oldest go first. */
export const mostLines = 20_000;
/** Lines drawn at once: the newest. */
export const drawnLines = 500;
/** Pods read at once. */
export const mostPods = 20;

const shape = /^(\S+) ([^\s/]+\/[^\s:]+): ?(.*)$/s;

/** Cuts a stream of text into lines, however its pieces come. */
export function createLineReader(): (chunk: string) => LogLine[] {
  let rest = "";
  return (chunk) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    return parts.filter((part) => part !== "").map(toLine);
  };
}

function toLine(text: string): LogLine {
  const [, time = "", source = "", said = ""] = shape.exec(text) ?? [];
  return source === "" ? { time: "", source: "", text } : { time, source, text: said };
}

export function matching(lines: readonly LogLine[], search: string): readonly LogLine[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === "") return lines;
  return lines.filter(({ text, source }) => `${source} ${text}`.toLowerCase().includes(wanted));
}

/** As a file: all that was read. */
export function asFile(lines: readonly LogLine[]): string {
  return lines.map(({ time, source, text }) => `${[time, source].filter(Boolean).join(" ")} ${text}\n`).join("");
}
