import { readFileSync, writeFileSync } from "node:fs";
import { gateRoutes } from "../routes.ts";
import { pathTable } from "./readme-table.ts";

// Run it after a path was added or taken away: `node apps/server/src/gate/testing/write-readme.ts`.
const readme = new URL("../README.md", import.meta.url);
const [before = ""] = readFileSync(readme, "utf8").split("<!-- paths -->");
writeFileSync(readme, `${before}<!-- paths -->\n\n${pathTable(gateRoutes({} as never))}\n\n<!-- end of paths -->\n`);
