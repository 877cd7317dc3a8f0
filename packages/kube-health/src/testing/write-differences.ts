import { writeFileSync } from "node:fs";
import { differencesTable } from "../differences.ts";
import { fixtureDifferences } from "./fixtures.ts";

const table = differencesTable(fixtureDifferences());
writeFileSync(
  new URL("../../DIFFERENCES.md", import.meta.url),
  `# Where mode \`gennaker\` differs

Every way in which our own rules say something else than another tool's on the published cases of \`fixtures\`, with the first case and our
reason. Written by \`node packages/kube-health/src/testing/write-differences.ts\`; a test compares it with what the rules say. The reasons
behind them are in the README.

${table}
`,
);
