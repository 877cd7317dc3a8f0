import { test } from "vitest";
import { describeKubeClient } from "./client.contract.ts";
import { connectToTestCluster, testCluster } from "./testing/real-cluster.ts";
import { describeCluster } from "./watch/informer.contract.ts";

if (testCluster === null) {
  test.skip(`the Kubernetes client on a real API server (${process.env["GENNAKER_KUBERNETES_SKIPPED"] ?? ""})`, () => {});
} else {
  describeKubeClient("a real API server", connectToTestCluster);
  describeCluster("a real API server", connectToTestCluster);
}
