import { expect, test } from "vitest";
import { createReleases } from "./releases.ts";

test("lets go last first, goes on after a failure and logs it, and does it once", async () => {
  const done: string[] = [];
  const logged: unknown[] = [];
  const releases = createReleases((level, message, details) => logged.push([level, message, details]));
  releases.add("the database", (graceMs) => void done.push(`database ${graceMs}`));
  releases.add("the engine", async () => {
    throw new Error("stuck");
  });
  releases.add("the port", async () => void done.push("port"));
  await releases.run(10);
  await releases.run(20);
  expect(done).toEqual(["port", "database 10"]);
  expect(logged).toEqual([["error", "the engine could not be stopped cleanly", { cause: "stuck" }]]);
});
