import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AuditInput } from "./api.ts";
import { createDenials } from "./create-denials.ts";

function scene() {
  const rows: AuditInput[] = [];
  let time = 0;
  const record = async (_tx: unknown, entry: AuditInput) => void rows.push(entry);
  const denials = createDenials({
    database: { transaction: async (work: (tx: never) => unknown) => (await work({} as never)) as never },
    audit: {
      record,
      recordAll: async (tx, entries) => void (await Promise.all(entries.map((each) => record(tx, each)))),
    },
    log: () => undefined,
    now: () => time,
  });
  return { rows, denials, pass: (ms: number) => (time += ms) };
}

const denied = (user = "viv", resource = "application/secret", address = "192.0.2.1"): AuditInput => ({
  actor: { user, roles: [], via: "api", address },
  action: "access.denied",
  resource,
  application: null,
  reason: "no",
});

describe("denied attempts", () => {
  test("are a row at once; the same again within a minute is one row with its count", async () => {
    const { rows, denials, pass } = scene();
    await denials.note(denied());
    expect(rows).toHaveLength(1);
    for (let index = 0; index < 500; index += 1) await denials.note(denied());
    expect(rows).toHaveLength(1);
    pass(60_000);
    await denials.note(denied());
    expect(rows.map(({ count, resource }) => [count ?? 1, resource])).toEqual([
      [1, "application/secret"],
      [500, "application/secret"],
      [1, "application/secret"],
    ]);
    expect(rows[1]?.reason).toContain("500 more");
  });

  test("of somebody who tries everything are counted in one row beyond the first twenty", async () => {
    const { rows, denials } = scene();
    for (let index = 0; index < 1_000; index += 1) await denials.note(denied("viv", `application/${index}`));
    await denials.note(denied("ann"));
    await denials.flush();
    expect(rows).toHaveLength(22);
    expect(rows.at(-1)).toMatchObject({ resource: "*", count: 980, actor: { user: "viv", address: "192.0.2.1" } });
  });

  test("whoever asks, from wherever, for whatever: a minute writes at most 601 rows, and nothing is lost", async () => {
    const one = fc.record({ user: fc.nat(400), resource: fc.nat(50), address: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 300, maxLength: 1_500 }), async (attempts) => {
        const { rows, denials } = scene();
        for (const { user, resource, address } of attempts)
          await denials.note(denied(`u${user}`, `r/${resource}`, `a${address}`));
        await denials.stop();
        expect(rows.length).toBeLessThanOrEqual(601);
        expect(rows.reduce((sum, { count }) => sum + (count ?? 1), 0)).toBe(attempts.length);
      }),
      { numRuns: 30 },
    );
  });

  test("counts that cannot be written are told, and do not end anything", async () => {
    const told: string[] = [];
    let fails = false;
    const denials = createDenials({
      database: {
        transaction: async () => {
          if (fails) throw new Error("away");
          return undefined as never;
        },
      },
      audit: {} as never,
      log: (message) => void told.push(message),
      now: () => 0,
    });
    await denials.note(denied());
    fails = true;
    await denials.note(denied());
    await denials.stop();
    expect(told).toEqual([expect.stringContaining("1 counts of denied attempts were not written: Error: away")]);
  });
});
