import type { Locked } from "../dependencies/check-lock.ts";

type Component = {
  type: "library";
  name: string;
  version: string;
  purl: string;
  licenses: { expression: string }[];
  hashes?: { alg: "SHA-512"; content: string }[];
};

/** What is shipped with a release: the packages of the lock file that are not for development only, as CycloneDX 1.6. */
export function billOfMaterials(version: string, locked: Readonly<Record<string, Locked>>): object {
  const components = new Map<string, Component>();
  for (const [path, entry] of Object.entries(locked)) {
    const at = path.lastIndexOf("node_modules/");
    if (at < 0 || entry.link === true || entry.dev === true || entry.version === undefined) continue;
    const name = path.slice(at + "node_modules/".length);
    const purl = `pkg:npm/${name.replace("@", "%40")}@${entry.version}`;
    const hash = /^sha512-(.+)$/.exec(entry.integrity ?? "")?.[1];
    components.set(purl, {
      type: "library",
      name,
      version: entry.version,
      purl,
      licenses: [{ expression: (entry.license ?? "NOASSERTION").replace(/^\((.*)\)$/, "$1") }],
      ...(hash === undefined
        ? {}
        : { hashes: [{ alg: "SHA-512", content: Buffer.from(hash, "base64").toString("hex") }] }),
    });
  }
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", name: "gennaker", version } },
    components: [...components.values()].toSorted((a, b) => (a.purl < b.purl ? -1 : 1)),
  };
}
