/** A line with the time the runtime gave it (RFC 3339 with nanoseconds), and whether it was cut before its end. */
export type TimedLine = { time: string; text: string };

/** Splits `TIME TEXT` lines out of a byte stream; what follows the last line break waits for more. */
export async function* readTimedLines(body: AsyncIterable<Buffer>): AsyncGenerator<TimedLine, void, undefined> {
  let rest = Buffer.alloc(0);
  for await (const chunk of body) {
    let data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10)) {
      yield split(data.subarray(0, end).toString("utf8"));
      data = data.subarray(end + 1);
    }
    rest = Buffer.from(data);
  }
  if (rest.length > 0) yield split(rest.toString("utf8"));
}

function split(line: string): TimedLine {
  const space = line.indexOf(" ");
  const time = space === -1 ? line : line.slice(0, space);
  if (!/^\d{4}-\d\d-\d\dT/.test(time)) return { time: "", text: line };
  return { time, text: space === -1 ? "" : line.slice(space + 1) };
}

/**
 * Forgets the lines that were given before: a log asked for again since a time begins with the whole second of that
 * time. Lines of one and the same time are counted.
 */
export function createLineCursor(): { since(): string | null; resume(): void; isNew(line: TimedLine): boolean } {
  let last = "";
  let seenAtLast = 0;
  let skip: { time: string; left: number } | null = null;
  return {
    since: () => (last === "" ? null : last),
    resume() {
      skip = last === "" ? null : { time: last, left: seenAtLast };
    },
    isNew(line) {
      if (skip !== null && line.time !== "") {
        if (line.time < skip.time) return false;
        if (line.time === skip.time && skip.left > 0) {
          skip.left -= 1;
          return false;
        }
      }
      if (line.time !== "") {
        seenAtLast = line.time === last ? seenAtLast + 1 : 1;
        last = line.time;
      }
      return true;
    },
  };
}
