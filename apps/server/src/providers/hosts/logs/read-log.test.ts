import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lastLine, readLog } from "./read-log.ts";

describe("the log of an instance", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "read-log-"));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  const put = (number: number, text: string | Buffer): Promise<void> =>
    writeFile(join(directory, `${String(number).padStart(6, "0")}.log`), text);
  const read = async (tail: number): Promise<string[]> => {
    const lines: string[] = [];
    for await (const line of readLog(directory, { tail, follow: false, signal: new AbortController().signal }))
      lines.push(line);
    return lines;
  };

  it("is empty where there is none, or where no line is asked for", async () => {
    expect(await read(10)).toEqual([]);
    await put(1, "one\n");
    expect(await read(0)).toEqual([]);
  });

  it("joins lines and characters that rotation has cut", async () => {
    const euro = Buffer.from("one\ntwo €uro\nthree");
    await put(4, euro.subarray(0, 9));
    await put(5, euro.subarray(9));
    expect(await read(2)).toEqual(["two €uro", "three"]);
    expect(await lastLine(directory)).toBe("three");
  });

  it("gives the last lines of any text cut anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[a-z€ ]{0,12}$/), { minLength: 1, maxLength: 12 }),
        fc.nat(100),
        fc.nat(100),
        fc.integer({ min: 1, max: 14 }),
        fc.boolean(),
        async (lines, one, other, tail, closed) => {
          const text = Buffer.from(lines.join("\n") + (closed ? "\n" : ""));
          const [first = 0, second = 0] = [one % (text.length + 1), other % (text.length + 1)].sort((a, b) => a - b);
          await put(1, text.subarray(0, first));
          await put(2, text.subarray(first, second));
          await put(3, text.subarray(second));
          const whole = text.toString().split("\n");
          if (whole.at(-1) === "") whole.pop();
          expect(await read(tail)).toEqual(whole.slice(-tail));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("follows into the next file and ends with the signal", async () => {
    await put(1, "one\n");
    const controller = new AbortController();
    const lines: string[] = [];
    const done = (async () => {
      for await (const line of readLog(directory, { tail: 5, follow: true, signal: controller.signal }))
        lines.push(line);
    })();
    await expect.poll(() => lines).toEqual(["one"]);
    await put(1, "one\ntwo\n");
    await put(2, "three\n");
    await expect.poll(() => lines).toEqual(["one", "two", "three"]);
    controller.abort();
    await done;
  });

  it("ends with the instance", async () => {
    await put(1, "one\n");
    const lines: string[] = [];
    const signal = new AbortController().signal;
    for await (const line of readLog(directory, { tail: 5, follow: true, signal })) {
      lines.push(line);
      await rm(directory, { recursive: true });
    }
    expect(lines).toEqual(["one"]);
  });

  it("never follows a link that the service has put in its place", async () => {
    await writeFile(join(directory, "secret"), "secret\n");
    await symlink(join(directory, "secret"), join(directory, "000001.log"));
    expect(await read(5)).toEqual([]);
  });

  it("cuts a line without an end into pieces", async () => {
    await put(1, "x".repeat(200_000));
    const lines = await read(1);
    expect(lines.join("").length).toBe(200_000);
    expect(lines.length).toBeGreaterThan(1);
  });
});
