import { expect, test } from "vitest";
import { createFakeProvider } from "@gennaker/testkit/fakes/provider.ts";
import type { ProviderPort } from "../../providers/port/api.ts";
import { defaultTrafficGuards } from "./api.ts";
import { createGuards } from "./create-guards.ts";

const place = { account: "local", region: "local" };

async function scene() {
  const provider = createFakeProvider();
  const port: ProviderPort = provider.port;
  const asked: string[] = [];
  const guards = createGuards({
    providers: new Map([["fake", port]]),
    async guardsOf(application) {
      asked.push(application);
      return application === "app" ? defaultTrafficGuards : [];
    },
  });
  let key = 0;
  const create = async (application: string, stack = ""): Promise<string> => {
    const operation = {
      key: `k${(key += 1)}`,
      signal: new AbortController().signal,
      actor: { user: "t", roles: [], via: "system" as const },
    };
    const document = { ...place, application, stack, capacity: { min: 1, max: 1, desired: 1 } };
    return (await port.createServerGroup(operation, document)).name;
  };
  return { provider, guards, create, asked, ref: (name: string) => ({ ...place, name }) };
}

test("each cluster is asked about by itself, with the guards of its application", async () => {
  const { guards, create, asked, ref } = await scene();
  const [main, other, free] = [await create("app", "main"), await create("app", "other"), await create("free")];
  expect((await guards.check("destroy", [ref(main), ref(other)]))?.message).toContain(main);
  expect(await guards.check("destroy", [ref(free)])).toBeNull();
  expect(asked).toEqual(["app", "free"]);
});

test("a group that is gone, or that another one can stand in for, is no question", async () => {
  const { guards, create, ref } = await scene();
  const [first] = [await create("app"), await create("app")];
  expect(await guards.check("disable", [ref(first)])).toBeNull();
  expect(await guards.check("destroy", [ref("app-v999")])).toBeNull();
});
