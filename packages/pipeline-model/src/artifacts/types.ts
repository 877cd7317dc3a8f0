import type { JsonObject } from "@gennaker/contract/json.ts";

/** The fields of an artifact that say where it is and which one it is. */
export type ArtifactField = "name" | "version" | "location" | "reference";

/** The kind of account that an artifact is fetched with; null where nothing is fetched by Gennaker itself. */
export type ArtifactAccountKind = "embedded" | "http" | "github" | "gitlab" | "bitbucket" | "git" | "s3";

export type ArtifactType = {
  type: string;
  description: string;
  /** What each field that is used holds. A field not named here is free text and only matched. */
  fields: Readonly<Partial<Record<ArtifactField, string>>>;
  /** Needed to fetch it, or to use it in a stage. */
  required: readonly ArtifactField[];
  account: ArtifactAccountKind | null;
  /** The version inside a reference, where the type has one there. */
  versionIn?: RegExp;
};

const repositoryFile = (
  service: string,
  reference: string,
): Pick<ArtifactType, "description" | "fields" | "required"> => ({
  description: `A file in a repository on ${service}`,
  fields: { name: "path in the repository", version: "branch, tag or commit", reference },
  required: ["reference"],
});
const object = (store: string, scheme: string): Pick<ArtifactType, "description" | "fields" | "required"> => ({
  description: `An object in ${store}`,
  fields: { name: `${scheme}://bucket/path`, version: "the object's version", reference: `${scheme}://bucket/path` },
  required: ["reference"],
});

/** Every artifact type of Spinnaker, as data. `kubernetes/*` and `custom/*` stand for all types with that beginning. */
export const artifactTypes: readonly ArtifactType[] = [
  {
    type: "docker/image",
    description: "A container image",
    fields: { name: "registry/repository", version: "tag or digest", reference: "registry/repository:tag or @digest" },
    required: ["name"],
    account: null,
    versionIn: /(?:@(sha256:[0-9a-f]{64})|:([\w][\w.-]{0,127}))$/,
  },
  {
    type: "embedded/base64",
    description: "A text carried in the artifact itself",
    fields: { name: "any name", reference: "the content in base64" },
    required: ["reference"],
    account: "embedded",
  },
  {
    type: "remote/base64",
    description: "A text that is kept in the artifact store",
    fields: { name: "any name", reference: "ref://application/sha256, or the content in base64" },
    required: ["reference"],
    account: "embedded",
  },
  {
    type: "http/file",
    description: "A file at an address",
    fields: { name: "any name", version: "any text", reference: "http or https address" },
    required: ["reference"],
    account: "http",
  },
  {
    type: "git/repo",
    description: "The tree of a git repository, as a tar.gz",
    fields: {
      version: "branch, tag or commit",
      location: "path inside the repository",
      reference: "address of the repository",
    },
    required: ["reference"],
    account: "git",
  },
  {
    type: "github/file",
    account: "github",
    ...repositoryFile("GitHub", "https://api.github.com/repos/ORG/REPO/contents/PATH"),
  },
  {
    type: "gitlab/file",
    account: "gitlab",
    ...repositoryFile("GitLab", "https://gitlab.com/api/v4/projects/ID/repository/files/PATH/raw"),
  },
  {
    type: "bitbucket/file",
    account: "bitbucket",
    ...repositoryFile("Bitbucket", "https://api.bitbucket.org/2.0/repositories/ORG/REPO/src/VERSION/PATH"),
    versionIn: /\/(?:src|raw)\/([^/]+)\//,
  },
  { type: "s3/object", account: "s3", ...object("Amazon S3 or a store with its interface", "s3") },
  { type: "gcs/object", account: null, ...object("Google Cloud Storage", "gs"), versionIn: /#(\d+)$/ },
  { type: "oracle/object", account: null, ...object("Oracle Object Storage", "oci"), versionIn: /#([^#]+)$/ },
  {
    type: "helm/chart",
    description: "A chart in a Helm repository",
    fields: { name: "chart", version: "version or range", reference: "address of the repository" },
    required: ["name"],
    account: null,
  },
  {
    type: "helm/image",
    description: "A chart in an OCI registry",
    fields: { name: "registry/chart", version: "version", reference: "registry/chart:version" },
    required: ["name"],
    account: null,
    versionIn: /:([\w][\w.+-]*)$/,
  },
  {
    type: "maven/file",
    description: "A file in a Maven repository",
    fields: { name: "group:artifact", version: "version", reference: "group:artifact:version" },
    required: ["reference"],
    account: null,
    versionIn: /^[^:]+:[^:]+:(?:[^:]+:)*([^:]+)$/,
  },
  {
    type: "ivy/file",
    description: "A file in an Ivy repository",
    fields: { name: "organisation:module", version: "revision", reference: "organisation:module:revision" },
    required: ["reference"],
    account: null,
    versionIn: /^[^:]+:[^:]+:([^:]+)$/,
  },
  {
    type: "jenkins/file",
    description: "A file that a Jenkins build keeps",
    fields: { name: "job", version: "build number", reference: "path of the file" },
    required: ["reference"],
    account: null,
  },
  {
    type: "front50/pipelineTemplate",
    description: "A pipeline template",
    fields: { version: "tag or digest", reference: "spinnaker://id" },
    required: ["reference"],
    account: null,
    versionIn: /^spinnaker:\/\/[^:@]+[:@](.+)$/,
  },
  {
    type: "kubernetes/*",
    description: "An object in a Kubernetes cluster",
    fields: {
      name: "name",
      version: "vNNN where it is versioned",
      location: "namespace",
      reference: "name with its version",
    },
    required: ["name"],
    account: null,
    versionIn: /-(v\d{3,})$/,
  },
  {
    type: "gce/image",
    description: "An image of Google Compute Engine",
    fields: { name: "image", reference: "address of the image" },
    required: ["reference"],
    account: null,
  },
  {
    type: "ec2/image",
    description: "An image of Amazon EC2",
    fields: { name: "name of the image", location: "region", reference: "ami-…" },
    required: ["reference"],
    account: null,
  },
  ...(["deb", "rpm"] as const).map((type) => ({
    type,
    description: `A ${type} package`,
    fields: { name: "package", version: "version", reference: "file or address of the package" },
    required: ["name"] as const,
    account: null,
  })),
  ...(["artifactory/file", "nexus/file"] as const).map((type) => ({
    type,
    description: `A file in ${type === "nexus/file" ? "Nexus" : "Artifactory"}`,
    fields: { name: "group:artifact", version: "version", reference: "group:artifact:version" },
    required: ["reference"] as const,
    account: null,
    versionIn: /^[^:]+:[^:]+:([^:]+)$/,
  })),
  { type: "custom/*", description: "Whatever a team agrees on", fields: {}, required: [], account: null },
];

/** The row of a type; null for one that is not Spinnaker's. */
export function artifactType(type: string): ArtifactType | null {
  return (
    artifactTypes.find((row) => row.type === type) ??
    artifactTypes.find((row) => row.type.endsWith("/*") && type.startsWith(row.type.slice(0, -1))) ??
    null
  );
}

/** An artifact's version: the field, or what its reference says; null when neither does. */
export function versionOf(artifact: JsonObject): string | null {
  const { type, version, reference } = artifact;
  if (typeof version === "string" && version !== "") return version;
  if (typeof version === "number") return String(version);
  const pattern = typeof type === "string" ? artifactType(type)?.versionIn : undefined;
  if (pattern === undefined || typeof reference !== "string") return null;
  return (
    pattern
      .exec(reference)
      ?.slice(1)
      .find((group) => group !== undefined) ?? null
  );
}
