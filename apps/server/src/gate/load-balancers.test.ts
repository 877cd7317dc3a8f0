import { expect, test } from "vitest";
import { loadBalancersOf } from "./load-balancers.ts";

const accounts = (cloudProvider: string, ...names: string[]) => ({
  accounts: async () => names.map((name) => ({ name, cloudProvider, regions: [], reachable: true, reason: "" })),
});
const router = (name: string, ...places: string[]) => ({
  name,
  loadBalancers: async ({ application = "shop" }: { application?: string }) =>
    application === "shop" ? places.map((account) => ({ name: `lb-${account}`, account }) as never) : [],
});

test("each load balancer names the provider of its account, or its router where there is none", async () => {
  const providers = new Map([
    ["hosts", accounts("hosts", "local")],
    ["kubernetes", accounts("kubernetes", "prod", "test")],
  ]);
  const routers = [router("gateway", "local"), router("gateway-api", "prod", "gone")];
  expect((await loadBalancersOf(providers, routers)).map(({ name, cloudProvider }) => [name, cloudProvider])).toEqual([
    ["lb-local", "hosts"],
    ["lb-prod", "kubernetes"],
    ["lb-gone", "gateway-api"],
  ]);
  expect(await loadBalancersOf(providers, routers, { application: "other" })).toEqual([]);
});
