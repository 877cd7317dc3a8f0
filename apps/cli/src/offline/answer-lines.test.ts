import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { fakeContext } from "../testing/fake-context.ts";
import { answerLines } from "./answer-lines.ts";

test("one answer a line, in order; blank lines are no input", async () => {
  const { context, out } = fakeContext({ stdin: ["a\r\n\n  \nb\n", "c"] });
  await answerLines(context, (line) => line.toUpperCase());
  expect(out()).toBe("A\nB\nC\n");
});

test("a line that makes the tool throw is answered by an error, and the next follows", async () => {
  const { context, out } = fakeContext({ stdin: "a\nb\n" });
  await answerLines(context, (line) => {
    if (line === "a") throw new Error("broken");
    return line;
  });
  const [first, second] = out().trim().split("\n");
  expect(JSON.parse(first ?? "")).toMatchObject({
    id: null,
    error: { code: "internal", message: expect.stringContaining("broken") as string },
  });
  expect(second).toBe("b");
});

test("waits for a slow reader of the output instead of piling up answers", async () => {
  let written = 0;
  let given = 0;
  let most = 0;
  const stdout = new Writable({
    highWaterMark: 1_024,
    write(part: Buffer, _encoding, done) {
      setImmediate(() => {
        written += part.length;
        done();
      });
    },
  });
  function* lines() {
    for (let index = 0; index < 200; index += 1) {
      given += 1_001;
      most = Math.max(most, given - written);
      yield `${"x".repeat(1_000)}\n`;
    }
  }
  const { context } = fakeContext({ stdin: lines(), stdout });
  await answerLines(context, (line) => line);
  await new Promise<void>((resolve) => void stdout.end(resolve));
  expect(written).toBe(200 * 1_001);
  expect(most).toBeLessThan(100 * 1_001);
});
