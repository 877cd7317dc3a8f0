import { expect, test } from "vitest";
import { createApplicationRules } from "./application-rules.ts";

const rules = [{ group: "", kind: "Pod", rules: [{ when: "true", status: "paused", message: "held" }] }];

test("applications' rules are read when one has changed, and bad ones are told once", async () => {
  const state = { version: "1", reads: 0, mode: "argocd" };
  const warnings: string[] = [];
  const held = createApplicationRules(
    {
      listVersion: async () => state.version,
      async list() {
        state.reads += 1;
        return [
          { name: "shop", attributes: { kubernetesHealth: { mode: state.mode, rules } } },
          { name: "plain", attributes: {} },
          { name: "bad", attributes: { kubernetesHealth: { rules: [{ kind: "Pod", rules: [{ when: "(" }] }] } } },
        ];
      },
    },
    (application) => warnings.push(application),
  );
  expect(held.of("shop")).toBeNull();
  await held.refresh();
  await held.refresh();
  expect(state.reads).toBe(1);
  expect(held.of("SHOP")).toMatchObject({ mode: "argocd" });
  expect(held.of("shop")?.rules?.judge({ apiVersion: "v1", kind: "Pod" })?.status).toBe("paused");
  expect([held.of("plain"), held.of("bad"), held.of("none")]).toEqual([null, null, null]);
  Object.assign(state, { version: "2", mode: "kstatus" });
  await held.refresh();
  expect(held.of("shop")?.mode).toBe("kstatus");
  expect(warnings).toEqual(["bad"]);
});
