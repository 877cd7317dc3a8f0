import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stageAliasTable } from "../packages/pipeline-model/src/aliases.ts";
import { firedTriggerTypes } from "../packages/pipeline-model/src/import/trigger-types.ts";
import { triggerSchemas } from "../packages/pipeline-model/src/pipeline-schema.ts";
import { stageRules } from "../packages/pipeline-model/src/stages/registry.ts";
import { better, differences, spinnakerStages } from "./from-spinnaker/facts.ts";

/** Writes the tables of docs/from-spinnaker.md: `node tools/from-spinnaker.ts`. */

const page = new URL("../docs/from-spinnaker.md", import.meta.url);
const begin = "<!-- tables, written by node tools/from-spinnaker.ts -->";
const end = "<!-- end of tables -->";

type Capability = { name: string; state: string };

/** The rows of docs/capabilities.md. */
export function capabilitiesOf(markdown: string): Capability[] {
  return markdown.split("\n").flatMap((line) => {
    const [, name, state] = /^\| (.+?) \| (done|first|planned) \|/.exec(line) ?? [];
    return name === undefined || state === undefined ? [] : [{ name, state }];
  });
}

/** Equal, better or missing; what differs on purpose has a table of its own. */
export function comparedWith({ name, state }: Capability): "equal" | "better" | "missing" {
  if (state === "planned") return "missing";
  return better.some((words) => words.test(name)) ? "better" : "equal";
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ") || "none";

/** Stage types that have rules and that some folder of the server's stages names: what can be checked and what runs. */
function typesHere(): ReadonlySet<string> {
  const server = fileURLToPath(new URL("../apps/server/src/", import.meta.url));
  const files = readdirSync(server, { recursive: true, withFileTypes: true })
    .filter(
      ({ name, parentPath }) => name.endsWith(".ts") && !name.endsWith(".test.ts") && parentPath.includes("stages"),
    )
    .map(({ name, parentPath }) => join(parentPath, name));
  const sources = files.map((file) => readFileSync(file, "utf8"));
  const folderOf = (type: string) => `/stages/${type.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}/`;
  const types = [...stageRules.keys()].map((key) => key.split(":")[0] ?? key);
  return new Set(
    types.filter(
      (type) =>
        sources.some((text) => text.includes(`"${type}"`)) || files.some((file) => file.includes(folderOf(type))),
    ),
  );
}

/** The tables between the page's marks. */
export function tables(capabilities: string): string {
  const types = typesHere();
  const theirs = new Set(Object.values(spinnakerStages).flat());
  const known = [...triggerSchemas.keys()];
  const order = ["better", "equal", "missing"];
  const rows = capabilitiesOf(capabilities)
    .map((row) => [comparedWith(row), row.name, row.state === "first" ? "works, being widened" : row.state] as const)
    .toSorted(([left], [right]) => order.indexOf(left) - order.indexOf(right));
  return [
    "### What is better, equal and missing",
    table(["compared with Spinnaker", "what", "state"], rows),
    "### What differs on purpose",
    table(["what", "Spinnaker", "here"], differences),
    "### Stage types",
    table(
      ["family", "run here", "kept and named, do not run yet"],
      Object.entries(spinnakerStages).map(([family, names]) => [
        family,
        code(names.filter((name) => types.has(name))),
        code(names.filter((name) => !types.has(name))),
      ]),
    ),
    `Only here: ${code([...types].filter((type) => !theirs.has(type)))}.`,
    "### Trigger types",
    table(
      ["state", "types"],
      [
        ["start pipelines", code(known.filter((type) => firedTriggerTypes.has(type)))],
        ["kept and named, do not fire yet", code(known.filter((type) => !firedTriggerTypes.has(type)))],
      ],
    ),
    "### Old names that are read",
    table(
      ["old", "now"],
      stageAliasTable().map(([old, now]) => [`\`${old}\``, `\`${now}\``]),
    ),
  ].join("\n\n");
}

/** The page with its tables as they are now. */
export function withTables(text: string, capabilities: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs/from-spinnaker.md needs the lines ${begin} and ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${tables(capabilities)}\n\n${text.slice(to)}`;
}

export function readPage(): { text: string; capabilities: string } {
  const capabilities = readFileSync(new URL("../docs/capabilities.md", import.meta.url), "utf8");
  return { text: readFileSync(page, "utf8"), capabilities };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { text, capabilities } = readPage();
  writeFileSync(page, withTables(text, capabilities));
}
