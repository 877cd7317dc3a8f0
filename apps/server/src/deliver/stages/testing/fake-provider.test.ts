import type { ProviderPort } from "../../../providers/port/api.ts";
import { describeProvider } from "../../../providers/port/contract-suite.ts";
import { createFakeProvider } from "@gennaker/testkit/fakes/provider.ts";

describeProvider("fake", async () => {
  const provider: ProviderPort = createFakeProvider().port;
  return {
    provider,
    cluster: (overrides = {}) => ({
      account: "local",
      region: "local",
      application: "contract",
      capacity: { min: 0, max: 5, desired: 1 },
      artifact: { type: "host/directory", reference: "/srv/app" },
      ...overrides,
    }),
    dispose: async () => {},
  };
});
