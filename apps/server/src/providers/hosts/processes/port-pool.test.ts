import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { createPortPool } from "./port-pool.ts";

const range = { first: 19_300, last: 19_309 };

describe("ports of instances", () => {
  it("are each given once, and never one on record", async () => {
    const pool = createPortPool([19_303], range);
    const ports = await Promise.all(Array.from({ length: 5 }, () => pool.take()));
    expect(new Set(ports).size).toBe(5);
    expect(ports).not.toContain(19_303);
    for (const port of ports) expect(port >= range.first && port <= range.last).toBe(true);
  });

  it("are not those that somebody else listens on", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(19_305, "127.0.0.1", resolve);
    });
    const pool = createPortPool([19_300, 19_301, 19_302, 19_303, 19_304, 19_306, 19_307, 19_308, 19_309], range);
    expect(await pool.free(19_305)).toBe(false);
    await expect(pool.take()).rejects.toThrow(/No free port between 19300 and 19309/);
    await new Promise((resolve) => server.close(resolve));
    expect(await pool.take()).toBe(19_305);
  });

  it("can be given again when they are given back", async () => {
    const pool = createPortPool(
      [19_300, 19_301, 19_302, 19_303, 19_304, 19_305, 19_306, 19_307, 19_308, 19_309],
      range,
    );
    pool.give(19_302);
    expect(await pool.take()).toBe(19_302);
  });
});
