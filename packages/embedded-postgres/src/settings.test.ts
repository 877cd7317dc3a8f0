import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultSettings, placeSettings, renderSettings, renderUserMap } from "./settings.ts";

test("values are quoted so that nothing ends them early", () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      fc.pre(!/[\0\r\n]/.test(value));
      const line = renderSettings({ work_mem: value }).split("\n")[1] ?? "";
      const quoted = /^work_mem = '((?:[^'\\]|''|\\.)*)'$/su.exec(line)?.[1];
      expect(quoted?.replaceAll("''", "'").replaceAll("\\\\", "\\")).toBe(value);
    }),
  );
});

test.each([{ "fsync = off\nport": "1" }, { "": "x" }, { work_mem: "1MB\nfsync = off" }, { work_mem: "\0" }])(
  "refuses what would change other lines: %j",
  (settings) => {
    expect(() => renderSettings(settings)).toThrow(RangeError);
  },
);

test("the defaults render, keep durability and need no more memory than promised", () => {
  const text = renderSettings(defaultSettings);
  expect(text).toContain("shared_buffers = '32MB'");
  expect(text).not.toMatch(/fsync|full_page_writes|synchronous_commit/);
  expect(Number(defaultSettings["max_connections"])).toBeGreaterThanOrEqual(60);
});

test("a socket directory with special characters stays one directory", () => {
  const place = placeSettings({ socketDirectory: '/tmp/a, "b"', port: 5432 });
  expect(place["unix_socket_directories"]).toBe('"/tmp/a, ""b"""');
  expect(place["listen_addresses"]).toBe("");
});

test("only the given user is let in, whatever its name", () => {
  expect(renderUserMap('all"x')).toBe('gennaker "all""x" gennaker\ngennaker "all""x" postgres\n');
});
