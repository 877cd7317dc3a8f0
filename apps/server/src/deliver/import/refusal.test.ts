import { expect, test } from "vitest";
import { refusalOf } from "./refusal.ts";

const asked: string[] = [];
const refusal = refusalOf({
  refusal: async (wanted, document) => {
    asked.push(wanted.map(({ verb, resource }) => `${verb} ${resource.kind} ${resource.name ?? "-"}`).join(", "));
    return document === null ? null : "no";
  },
});
const incoming = (application: string | null, document: object = {}) => ({
  name: "n",
  application,
  document: document as never,
  text: "{}",
});
const stored = (application: string | null) => ({ key: "k", name: "n", application, text: "{}" });

test.each([
  ["pipeline", incoming("Shop"), null, "write application shop"],
  ["pipeline", incoming("shop"), stored("shop"), "write application shop"],
  ["pipeline", incoming("shop"), stored("bank"), "write application shop, write application bank"],
  ["strategy", incoming(null), null, "write shared -"],
  ["template", incoming("shop"), null, "write shared -"],
  ["project", incoming(null), null, "write shared -"],
  [
    "canaryConfig",
    incoming("x", { applications: ["a", "B", 5] }),
    stored("c"),
    "write application a, write application b, write application c",
  ],
  ["canaryConfig", incoming(null), null, "write shared -"],
] as const)("a %s asks for what saving it alone would ask for", async (kind, each, before, wanted) => {
  asked.length = 0;
  expect(await refusal(kind, each, before)).toBe("no");
  expect(asked).toEqual([wanted]);
});
