import { readFileSync } from "node:fs";
import { openApiDocument } from "./openapi.ts";

/** Prints the OpenAPI document: `node packages/contract/src/print-openapi.ts > docs/openapi.json`. */
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
process.stdout.write(`${JSON.stringify(openApiDocument(version), null, 2)}\n`);
