import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clearGuard, takeOverGuard } from "./guard.ts";
import { layoutOf, type Layout } from "./layout.ts";

describe("the guard", () => {
  let layout: Layout;
  beforeEach(() => {
    layout = layoutOf(mkdtempSync(join(tmpdir(), "gennaker-guard-")));
    mkdirSync(layout.guard, { recursive: true });
  });
  afterEach(() => rmSync(layout.root, { recursive: true, force: true }));

  const files = () => readdirSync(layout.guard);

  test("a free guard is taken with a new token", () => {
    const claim = takeOverGuard(layout);
    expect(claim).not.toBe("stopping");
    expect(files()).toEqual([claim === "stopping" ? "" : claim.token]);
  });

  test("taking over relieves the watchdog before, whose token is gone", () => {
    const first = takeOverGuard(layout);
    const second = takeOverGuard(layout);
    expect(second).not.toEqual(first);
    expect(files()).toEqual([second === "stopping" ? "" : second.token]);
  });

  test("tokens that crashes left over are removed", () => {
    for (const name of ["a", "b", "c"]) writeFileSync(join(layout.guard, name), "");
    takeOverGuard(layout);
    expect(files()).toHaveLength(1);
  });

  test("a watchdog at work is not disturbed", () => {
    writeFileSync(join(layout.guard, "stopping"), "");
    expect(takeOverGuard(layout)).toBe("stopping");
    expect(files()).toEqual(["stopping"]);
    clearGuard(layout);
    expect(files()).toEqual([]);
  });
});
