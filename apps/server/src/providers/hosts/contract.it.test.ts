import { describeProvider } from "../port/contract-suite.ts";
import { createHarness } from "./fixtures/harness.ts";

describeProvider("hosts", async () => {
  const harness = await createHarness();
  await harness.provider.start();
  return { provider: harness.provider, cluster: harness.cluster, dispose: harness.dispose };
});
