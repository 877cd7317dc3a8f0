import { describeKubeClient } from "./client.contract.ts";
import { startFakeCluster } from "./testing/fake-cluster.ts";

describeKubeClient("the fake API server", () => startFakeCluster());
