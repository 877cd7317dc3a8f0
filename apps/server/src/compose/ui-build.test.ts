import { expect, test } from "vitest";
import { abandonedDrafts } from "./ui-build.ts";

test("unfinished builds of processes that are gone are abandoned; builds, and those under way, are not", () => {
  const names = [
    "0123456789abcdef",
    "0123456789abcdef.41",
    "0123456789abcdef.42",
    "fedcba9876543210.7",
    "notes.41",
    ".gitkeep",
  ];
  expect(abandonedDrafts(names, (pid) => pid === 42)).toEqual(["0123456789abcdef.41", "fedcba9876543210.7"]);
});
