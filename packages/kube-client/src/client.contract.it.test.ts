import { test } from "vitest";
import { describeKubeClient } from "./client.contract.ts";
import { connectToTestCluster, testCluster } from "./testing/real-cluster.ts";
import { describeCluster } from "./watch/informer.contract.ts";

if (testCluster === null) {
  test.skip("the Kubernetes client on a real API server (GENNAKER_TEST_KUBECONFIG is not set)", () => {});
} else {
  describeKubeClient("a real API server", connectToTestCluster);
  describeCluster("a real API server", connectToTestCluster);
}
