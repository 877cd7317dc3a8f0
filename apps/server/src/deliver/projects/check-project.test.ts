import { expect, test } from "vitest";
import { applicationsOf, clustersOf, pipelineIdsOf } from "./api.ts";
import { checkProject } from "./check-project.ts";

test.each([
  [{}, ["/name"]],
  [{ name: " " }, ["/name"]],
  [{ name: 7 }, ["/name"]],
  [{ name: "a\0" }, ["/name"]],
  [{ name: "x".repeat(251) }, ["/name"]],
  [{ name: "a", id: "a b" }, ["/id"]],
  [{ name: "a", email: 1 }, ["/email"]],
  [{ name: "a", config: [] }, ["/config"]],
  [{ name: "a", config: { applications: "shop" } }, ["/config/applications"]],
  [{ name: "a", config: { applications: ["shop", 1] } }, ["/config/applications/1"]],
  [{ name: "a", config: { clusters: ["c"] } }, ["/config/clusters/0"]],
  [
    { name: "a", config: { pipelineConfigs: [{ pipelineConfigId: "1" }, { application: "x" }] } },
    ["/config/pipelineConfigs/1"],
  ],
])("%j is refused with its places", (document, pointers) => {
  expect(checkProject(document).map(({ pointer }) => pointer)).toEqual(pointers);
});

test.each([
  [{ name: "a" }],
  [{ name: "a", id: null, email: null, config: null }],
  [{ name: "a", config: { applications: null, clusters: [{ account: "k8s", stack: "*" }], pipelineConfigs: [] } }],
  [{ name: "Ünïcode / with everything", other: [1, { deep: true }] }],
])("%j can be kept", (document) => {
  expect(checkProject(document)).toEqual([]);
});

test("what a project names is read from its config, and nothing from a broken one", () => {
  const document = {
    name: "a",
    config: {
      applications: ["Shop", 3],
      clusters: [{ account: "local" }, "x"],
      pipelineConfigs: [{ application: "shop", pipelineConfigId: "p2" }, { pipelineConfigId: "p1" }, 4],
    },
  };
  expect(applicationsOf(document)).toEqual(["shop"]);
  expect(clustersOf(document)).toEqual([{ account: "local" }]);
  expect(pipelineIdsOf(document)).toEqual(["p2", "p1"]);
  expect([applicationsOf({}), clustersOf({ config: [] }), pipelineIdsOf({ config: { pipelineConfigs: 1 } })]).toEqual([
    [],
    [],
    [],
  ]);
});
