import { expect, test } from "vitest";
import { artifactType, artifactTypes, versionOf } from "./types.ts";

test("every type stands once and requires only fields that it describes", () => {
  expect(new Set(artifactTypes.map(({ type }) => type)).size).toBe(artifactTypes.length);
  for (const { type, required, fields } of artifactTypes)
    expect(
      required.filter((field) => fields[field] === undefined),
      type,
    ).toEqual([]);
});

test.each([
  "docker/image",
  "embedded/base64",
  "remote/base64",
  "github/file",
  "gitlab/file",
  "bitbucket/file",
  "git/repo",
  "gcs/object",
  "s3/object",
  "oracle/object",
  "http/file",
  "helm/chart",
  "helm/image",
  "maven/file",
  "jenkins/file",
  "ivy/file",
  "kubernetes/configMap",
  "kubernetes/replicaSet",
  "front50/pipelineTemplate",
  "deb",
  "rpm",
  "custom/object",
])("%s is known", (type) => {
  expect(artifactType(type)).not.toBeNull();
});

test("what Spinnaker does not know is no type", () => {
  expect([artifactType("docker"), artifactType("kubernetes"), artifactType("")]).toEqual([null, null, null]);
});

const digest = `sha256:${"a".repeat(64)}`;
test.each([
  [{ type: "docker/image", version: "1", reference: "app:2" }, "1"],
  [{ type: "docker/image", version: 3 }, "3"],
  [{ type: "docker/image", reference: "gcr.io:5000/app:v2" }, "v2"],
  [{ type: "docker/image", reference: "gcr.io:5000/app" }, null],
  [{ type: "docker/image", reference: `gcr.io/app@${digest}` }, digest],
  [{ type: "gcs/object", reference: "gs://b/p#123" }, "123"],
  [{ type: "maven/file", reference: "com.a:b:1.2" }, "1.2"],
  [{ type: "maven/file", reference: "com.a:b:jar:1.2" }, "1.2"],
  [{ type: "kubernetes/configMap", reference: "settings-v012" }, "v012"],
  [{ type: "bitbucket/file", reference: "https://api.bitbucket.org/1.0/repositories/o/r/raw/main/x" }, "main"],
  [{ type: "front50/pipelineTemplate", reference: "spinnaker://t:stable" }, "stable"],
  [{ type: "http/file", reference: "https://h/x" }, null],
  [{ type: "unheard/of", reference: "a:1" }, null],
])("the version of %j is %s", (artifact, version) => {
  expect(versionOf(artifact)).toBe(version);
});
