import { describe, expect, test } from "vitest";
import { createStyle } from "./style.ts";
import { renderFields, renderTable } from "./table.ts";
import { displayWidth } from "./width.ts";

const none = createStyle(false);

describe("tables", () => {
  test("columns stand under each other, Korean included", () => {
    const text = renderTable(
      [{ title: "NAME" }, { title: "N", align: "right" }, { title: "WHY" }],
      [
        ["배포", 7, "x"],
        ["deploy", 12, ""],
      ],
      none,
      null,
    );
    expect(text).toBe("NAME     N  WHY\n배포     7  x\ndeploy  12\n");
  });

  test("what does not fit is taken from the widest column that may shrink", () => {
    const columns = [{ title: "ID" }, { title: "NAME", shrinkTo: 4 }, { title: "WHY", shrinkTo: 6 }];
    const text = renderTable(columns, [["0123456789", "a long name", "a very long reason indeed"]], none, 36);
    const row = text.split("\n")[1] ?? "";
    expect(displayWidth(row)).toBeLessThanOrEqual(36);
    expect(row).toContain("0123456789");
    expect(row).toContain("a long name");
    expect(row).toMatch(/…$/);
  });

  test("columns never go below what they need, whatever the width", () => {
    const text = renderTable([{ title: "ID" }, { title: "NAME", shrinkTo: 4 }], [["0123456789", "abcdefgh"]], none, 5);
    expect(text.split("\n")[1]).toBe("0123456789  abc…");
  });

  test("piped output is never cut", () => {
    const long = "word ".repeat(100).trim();
    expect(renderTable([{ title: "WHY", shrinkTo: 5 }], [[long]], none, null)).toContain(long);
  });

  test("colour changes no widths", () => {
    const rows = [[{ text: "TERMINAL", tone: "bad" as const }, "x"]];
    const painted = renderTable([{ title: "STATUS" }, { title: "A" }], rows, createStyle(true), null);
    expect(painted).toContain("\u001b[31mTERMINAL\u001b[39m");
    // oxlint-disable-next-line no-control-regex
    expect(painted.replace(/\u001b\[\d+m/g, "")).toBe(
      renderTable([{ title: "STATUS" }, { title: "A" }], rows, none, null),
    );
  });
});

test("fields without a value are left out", () => {
  expect(
    renderFields(
      [
        ["Name", "shop"],
        ["Email", null],
        ["Running", 0],
        ["Note", ""],
      ],
      none,
    ),
  ).toBe("Name     shop\nRunning  0\n");
});
