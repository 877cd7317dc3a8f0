import type { Rules } from "./check-lock.ts";

/** What the project allows; `scripts` is `allowScripts` of the root's package.json. */
export function projectRules(scripts: Iterable<string>): Rules {
  return {
    licences: new Set([
      "0BSD",
      "Apache-2.0",
      "BlueOak-1.0.0",
      "BSD-2-Clause",
      "BSD-3-Clause",
      "CC0-1.0",
      "ISC",
      "MIT",
      "Unlicense",
      // Copyleft by file: used unchanged, by the build of the UI.
      "MPL-2.0",
    ]),
    developmentLicences: new Set(["OFL-1.1"]),
    scripts: new Set(scripts),
    single: new Set([
      "fastify",
      "ldapts",
      "openid-client",
      "jose",
      "pg",
      "react",
      "react-dom",
      "tar",
      "undici",
      "yaml",
      "zod",
      "@modelcontextprotocol/sdk",
    ]),
  };
}
