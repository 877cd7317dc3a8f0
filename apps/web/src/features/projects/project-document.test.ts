import { describe, expect, test } from "vitest";
import { documentOf, formOf, shownClusters } from "./project-document.ts";

const project = {
  id: "p1",
  name: "Web",
  email: null,
  applications: ["shop"],
  pipelineIds: ["a", "b"],
  createdAt: "",
  updatedAt: "",
  lastModifiedBy: "",
  document: {
    name: "Web",
    colour: "blue",
    config: {
      applications: ["shop"],
      pipelineConfigs: [
        { application: "shop", pipelineConfigId: "a", order: 1 },
        { application: "shop", pipelineConfigId: "b" },
      ],
      clusters: [{ account: "local", stack: "*", detail: "*", applications: null, pinned: true }],
      theme: "dark",
    },
  },
};

describe("a project's form", () => {
  test("saved without a change, everything is as it was", () => {
    expect(documentOf(formOf(project), project, () => null)).toEqual({ ...project.document, id: "p1", email: null });
  });

  test("new entries are added, removed ones go, unknown fields stay", () => {
    const form = { ...formOf(project), applications: ["shop", "billing"], pipelineIds: ["a", "c"], email: " a@b.c " };
    const document = documentOf(form, project, () => "billing");
    expect(document).toMatchObject({ colour: "blue", email: "a@b.c" });
    expect(document["config"]).toMatchObject({
      theme: "dark",
      applications: ["shop", "billing"],
      pipelineConfigs: [
        { application: "shop", pipelineConfigId: "a", order: 1 },
        { application: "billing", pipelineConfigId: "c" },
      ],
    });
  });

  test("a new project has no id", () => {
    expect(documentOf({ ...formOf(null), name: " New " }, null, () => null)).toEqual({
      name: "New",
      email: null,
      config: { applications: [], pipelineConfigs: [], clusters: [] },
    });
  });
});

describe("clusters of a project", () => {
  const cluster = (name: string, account = "local") => ({ name, application: "shop", account });
  const all = [cluster("shop"), cluster("shop-prod"), cluster("shop-prod-eu-west", "far"), cluster("shop-lab")];
  const filter = (more: object) => ({ account: "", stack: "*", detail: "*", applications: null, saved: {}, ...more });
  const names = (filters: ReturnType<typeof filter>[]) => shownClusters(all, filters).map((each) => each.name);

  test.each([
    [[], ["shop", "shop-prod", "shop-prod-eu-west", "shop-lab"]],
    [[filter({})], ["shop", "shop-prod", "shop-prod-eu-west", "shop-lab"]],
    [[filter({ account: "far" })], ["shop-prod-eu-west"]],
    [[filter({ stack: "prod" })], ["shop-prod", "shop-prod-eu-west"]],
    [[filter({ stack: "prod", detail: "" })], ["shop-prod"]],
    [
      [filter({ stack: "lab" }), filter({ stack: "", detail: "" })],
      ["shop", "shop-lab"],
    ],
    [[filter({ applications: ["other"] })], []],
  ])("%#", (filters, expected) => {
    expect(names(filters)).toEqual(expected);
  });
});
