import type { ProviderPort } from "../providers/port/api.ts";

export type InstanceTarget = { url: string; labels: Record<string, string> };

/** Every instance that serves Prometheus text, with the labels its samples carry. */
export async function instanceTargets(
  providers: Iterable<Pick<ProviderPort, "serverGroups">>,
): Promise<InstanceTarget[]> {
  const groups = (await Promise.all([...providers].map((provider) => provider.serverGroups({})))).flat();
  return groups.flatMap((group) => {
    const { metricsPath } = group;
    if (metricsPath === null) return [];
    return group.instances.flatMap((instance) => {
      if (
        instance.address === null ||
        instance.port === null ||
        instance.state === "stopped" ||
        instance.state === "stopping"
      )
        return [];
      return [
        {
          url: `http://${instance.address}:${instance.port}${metricsPath}`,
          labels: {
            application: group.application,
            account: group.account,
            region: group.region,
            cluster: group.cluster,
            server_group: group.name,
            instance: instance.id,
            zone: instance.zone,
          },
        },
      ];
    });
  });
}
