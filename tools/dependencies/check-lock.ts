/** What of `package.json` is looked at. */
export type Manifest = {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
};

/** An entry of `packages` in `package-lock.json` (version 3), as far as it is looked at. */
export type Locked = {
  version?: string;
  resolved?: string;
  integrity?: string;
  license?: string;
  link?: boolean;
  dev?: boolean;
  optional?: boolean;
  hasInstallScript?: boolean;
};

export type Rules = {
  /** SPDX names of licences that may be used. */
  licences: ReadonlySet<string>;
  /** Licences that only fonts, tests and build tools may have. */
  developmentLicences: ReadonlySet<string>;
  /** Packages that may run a script when they are installed. */
  scripts: ReadonlySet<string>;
  /** Packages of which there must be one version: two would disagree about types, protocols or who guards a call. */
  single: ReadonlySet<string>;
};

const exact = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
const own = /^@gennaker\//;

/** Everything about the dependencies that is not as it has to be, in sentences. Needs no network. */
export function checkDependencies(
  manifests: ReadonlyMap<string, Manifest>,
  locked: Readonly<Record<string, Locked>>,
  rules: Rules,
): string[] {
  return [...checkPins(manifests, locked), ...checkLocked(locked, rules), ...checkSingle(locked, rules)];
}

/** Every dependency that is written down names one version, which is the one that is installed. */
function checkPins(manifests: ReadonlyMap<string, Manifest>, locked: Readonly<Record<string, Locked>>): string[] {
  const found: string[] = [];
  for (const [path, manifest] of manifests) {
    const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
    for (const [name, wanted] of Object.entries(all)) {
      if (!exact.test(wanted)) {
        found.push(`${path}: ${name} is "${wanted}", which is not one version. Pin it.`);
        continue;
      }
      const folder = path.replace(/\/?package\.json$/, "");
      const entry =
        locked[`${folder === "" ? "" : `${folder}/`}node_modules/${name}`] ?? locked[`node_modules/${name}`];
      const version = entry?.link === true ? wanted : entry?.version;
      if (version !== wanted)
        found.push(`${path}: ${name} is pinned to ${wanted}, but package-lock.json has ${version ?? "nothing"}.`);
    }
  }
  return found;
}

function checkLocked(locked: Readonly<Record<string, Locked>>, rules: Rules): string[] {
  return Object.entries(locked).flatMap(([path, entry]) => {
    const name = nameOf(path);
    if (name === null || entry.link === true || own.test(name)) return [];
    const what = `${name} ${entry.version ?? ""}`;
    const found: string[] = [];
    // npm does not ask for the hashes of builds of development tools for other machines.
    const elsewhere = entry.dev === true && entry.optional === true && entry.integrity === undefined;
    if (!elsewhere && !/^sha512-[A-Za-z0-9+/]{86}==$/.test(entry.integrity ?? ""))
      found.push(`${what} has no SHA-512 in package-lock.json: what is installed would not be compared.`);
    if (entry.resolved !== undefined && !entry.resolved.startsWith("https://registry.npmjs.org/"))
      found.push(`${what} does not come from the registry.`);
    if (entry.hasInstallScript === true && !rules.scripts.has(name))
      found.push(
        `${what} wants to run a script when it is installed. Allow it by name in package.json, or do without it.`,
      );
    if (!mayUse(entry.license ?? "", entry.dev === true, rules))
      found.push(`${what} has the licence "${entry.license ?? "none"}", which is not on the list.`);
    return found;
  });
}

/** An SPDX expression without exceptions: AND needs all, OR one. */
export function mayUse(expression: string, development: boolean, rules: Rules): boolean {
  const text = expression.replace(/^\((.*)\)$/, "$1");
  if (/[()]/.test(text)) return false;
  return text.split(/ OR /i).some((option) =>
    option.split(/ AND /i).every((name) => {
      const licence = name.trim();
      return rules.licences.has(licence) || (development && rules.developmentLicences.has(licence));
    }),
  );
}

function checkSingle(locked: Readonly<Record<string, Locked>>, rules: Rules): string[] {
  const versions = new Map<string, Set<string>>();
  for (const [path, { version }] of Object.entries(locked)) {
    const name = nameOf(path);
    if (name === null || !rules.single.has(name) || version === undefined) continue;
    versions.set(name, (versions.get(name) ?? new Set()).add(version));
  }
  return [...versions].flatMap(([name, all]) =>
    all.size > 1 ? [`There are several versions of ${name} (${[...all].join(", ")}); there must be one.`] : [],
  );
}

function nameOf(path: string): string | null {
  const at = path.lastIndexOf("node_modules/");
  return at < 0 ? null : path.slice(at + "node_modules/".length);
}
