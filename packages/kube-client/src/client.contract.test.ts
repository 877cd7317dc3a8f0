import { describeKubeClient } from "./client.contract.ts";
import { describeCluster } from "./watch/informer.contract.ts";
import { startFakeCluster } from "./testing/fake-cluster.ts";

describeKubeClient("the fake API server", () => startFakeCluster());
describeCluster("the fake API server", () => startFakeCluster());
