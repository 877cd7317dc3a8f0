import { once } from "node:events";
import type { CliContext } from "../context.ts";
import { splitLines } from "./split-lines.ts";

/** A JavaScript string holds about 512 Mi characters; half of that leaves room for what is made of it. */
const longestLine = 256 * 1024 * 1024;

/** Answers are gathered to this many characters before they are written. */
const batch = 64 * 1024;

/**
 * Reads standard input line by line and writes one answer a line, in order. Waits when the reader of the output is
 * slower. Blank lines are no input and get no answer. A line that cannot be processed, even one that makes the tool
 * throw, is answered by `{id: null, error: {code, message}}`, and the next line follows.
 */
export async function answerLines(context: CliContext, answer: (line: string) => string): Promise<void> {
  const { stdout, stderr } = context.process;
  if (context.stdin.isTTY === true) stderr.write("Reading JSON lines from the terminal; Ctrl-D ends.\n");
  let waiting = "";
  const flush = async () => {
    const text = waiting;
    waiting = "";
    if (text !== "" && !stdout.write(text)) await once(stdout, "drain");
  };
  for await (const line of splitLines(withFlushes(context.stdin, flush), longestLine)) {
    if ("text" in line && line.text.trim() === "") continue;
    waiting += `${"text" in line ? answered(line.text, answer) : tooLong(line.tooLong)}\n`;
    if (waiting.length >= batch) await flush();
  }
  await flush();
}

/** Writes what is ready before waiting for more input, so that a line asked by hand is answered at once. */
async function* withFlushes(
  source: AsyncIterable<Uint8Array | string>,
  flush: () => Promise<void>,
): AsyncGenerator<Uint8Array | string> {
  for await (const chunk of source) {
    yield chunk;
    await flush();
  }
}

function answered(line: string, answer: (line: string) => string): string {
  try {
    return answer(line);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return failed("internal", `The line made the tool fail: ${message}. Please report the line.`);
  }
}

function tooLong(bytes: number): string {
  return failed("line_too_long", `The line has ${bytes} bytes; at most ${longestLine} can be read.`);
}

function failed(code: string, message: string): string {
  return JSON.stringify({ id: null, error: { code, message } });
}
