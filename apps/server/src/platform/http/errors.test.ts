import { expect, test } from "vitest";
import { toFailure } from "./errors.ts";

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

test("an object that cannot become a text is the sender's fault, whatever else goes wrong is not", () => {
  const hostile = thrownBy(() => String({ toString: 0, valueOf: 0 }));
  expect(toFailure(hostile)).toMatchObject({ code: "invalid_request", status: 400, unexpected: false });
  const other = thrownBy(() => (null as unknown as { name: string }).name);
  expect(toFailure(other)).toMatchObject({ code: "internal", status: 500, unexpected: true });
});
