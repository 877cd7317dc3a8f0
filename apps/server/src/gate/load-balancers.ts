import type { ProviderPort } from "../providers/port/api.ts";
import type { LoadBalancer, RouterPort } from "../traffic/port/api.ts";

/** A load balancer with the provider whose account it is in. */
export type NamedBalancer = LoadBalancer & { cloudProvider: string };

/** Every router's load balancers. One in an account that no provider knows (any more) is called by its router's name. */
export async function loadBalancersOf(
  providers: ReadonlyMap<string, Pick<ProviderPort, "accounts">>,
  routers: readonly Pick<RouterPort, "name" | "loadBalancers">[],
  filter: { application?: string } = {},
): Promise<NamedBalancer[]> {
  const accounts = (await Promise.all([...providers.values()].map((provider) => provider.accounts()))).flat();
  const providerOf = new Map(accounts.map(({ name, cloudProvider }) => [name, cloudProvider]));
  const found = routers.map(async (router) =>
    (await router.loadBalancers(filter)).map((balancer) => ({
      ...balancer,
      cloudProvider: providerOf.get(balancer.account) ?? router.name,
    })),
  );
  return (await Promise.all(found)).flat();
}
