import { checkedJson, longestYaml, looksLikeJson, readText } from "@gennaker/pipeline-model/import/read-text.ts";
import { createJsonSplitter } from "@gennaker/pipeline-model/import/split-json.ts";
import { kindByName } from "@gennaker/pipeline-model/import/unwrap.ts";
import { createReadStream } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { CliContext } from "../../context.ts";
import { CliError } from "../../errors.ts";
import type { Received } from "./received.ts";

const extensions = new Set([".json", ".jsonl", ".ndjson", ".yaml", ".yml"]);
/** Documents with placeholders, as many repositories keep them: read where they begin as JSON. */
const templates = new Set([".template", ".tmpl", ".tpl"]);

export type FileSource = { items: AsyncIterable<Received>; skipped: string[] };

/** Documents of files, directories and standard input (`-`), one by one. `skipped` grows: files of other kinds in directories. */
export function fileSource(context: CliContext, paths: readonly string[], application: string | undefined): FileSource {
  const skipped: string[] = [];
  const given = application === undefined ? {} : { application };
  async function* items(): AsyncGenerator<Received> {
    for (const path of paths) {
      if (path === "-") {
        for await (const { at, ...text } of documentsOf(context.stdin, "standard input"))
          yield { source: `standard input${at}`, ...given, ...text };
        continue;
      }
      for (const file of await filesOf(path, skipped)) {
        const hints = { ...given, ...hintsOf(file) };
        for await (const { at, ...text } of documentsOf(createReadStream(file), file, nameOf(file)))
          yield { source: `${file}${at}`, ...hints, ...text };
      }
    }
  }
  return { items: items(), skipped };
}

async function filesOf(path: string, skipped: string[]): Promise<string[]> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "ENOENT" ? "there is no such file or directory" : error.message;
    throw new CliError(`${path} cannot be read: ${why}.`);
  });
  if (!found.isDirectory()) return [path];
  const files: string[] = [];
  const entries = await readdir(path, { withFileTypes: true });
  // What others are built on comes first: an application's own file stands beside its folders.
  const ordered = entries.toSorted(
    (left, right) => Number(left.isDirectory()) - Number(right.isDirectory()) || (left.name < right.name ? -1 : 1),
  );
  for (const entry of ordered) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith(".") && entry.name !== "node_modules") files.push(...(await filesOf(inner, skipped)));
    } else if (await isDocument(inner)) files.push(inner);
    else skipped.push(inner);
  }
  return files;
}

async function isDocument(file: string): Promise<boolean> {
  const extension = extname(file).toLowerCase();
  if (extensions.has(extension)) return true;
  if (!templates.has(extension)) return false;
  const opened = await open(file);
  try {
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(512), 0, 512, 0);
    return /^[\s\ufeff]*(?:\{\s*["}]|\[\s*[[{"\]])/.test(buffer.toString("utf8", 0, bytesRead));
  } finally {
    await opened.close();
  }
}

/** What the folders say: `applications/NAME/…`, and folders called after a kind. */
function hintsOf(file: string): Pick<Received, "kind" | "application"> {
  const folders = file.split(/[\\/]/).slice(0, -1);
  const at = folders.lastIndexOf("applications");
  const application = at === -1 ? undefined : folders[at + 1];
  const folder = folders.at(-1) ?? "";
  const base = nameOf(file);
  const own =
    application !== undefined && folder === application ? (base === "application" ? "applications" : base) : folder;
  const kind = kindByName(own);
  return { ...(kind === null ? {} : { kind }), ...(application === undefined ? {} : { application }) };
}

const nameOf = (file: string): string => basename(file, extname(file)).replace(/^\d{3,}-/, "");

/**
 * The documents of a stream. JSON is cut as it comes, so that a list of any length needs no more memory than its longest
 * element; YAML is read as a whole. A name goes with a document only when it is the only one; otherwise `at` is its place.
 */
async function* documentsOf(
  stream: AsyncIterable<string | Uint8Array>,
  source: string,
  name?: string,
): AsyncGenerator<{ text: string; at: string; name?: string }> {
  let first: string | null = null;
  let count = 0;
  for await (const text of textsOf(stream, source)) {
    count += 1;
    if (count === 1) {
      first = text;
      continue;
    }
    if (count === 2 && first !== null) yield { text: first, at: "#/0" };
    yield { text, at: `#/${count - 1}` };
  }
  if (count === 1 && first !== null) yield { text: first, at: "", ...(name === undefined ? {} : { name }) };
}

async function* textsOf(stream: AsyncIterable<string | Uint8Array>, source: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const splitter = createJsonSplitter();
  let yaml: string[] | null = null;
  let size = 0;
  let beginning = "";
  let known = false;
  try {
    for await (const piece of stream) {
      const text = typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
      if (!known) {
        beginning += text;
        if (beginning.trim() === "") continue;
        known = true;
        if (looksLikeJson(beginning)) yield* splitter.push(beginning);
        else yaml = [beginning];
        continue;
      }
      if (yaml === null) yield* splitter.push(text);
      else {
        size += text.length;
        if (size > longestYaml)
          throw new CliError(`${source} is YAML of more than 64 MiB. Split it, or write it as JSON.`);
        yaml.push(text);
      }
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`${source} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
  if (yaml === null) yield* splitter.end();
  else for (const read of readText(yaml.join(""))) yield "text" in read ? read.text : yaml.join("");
  if (!known) yield beginning;
}

/** The document for a look at it here, null where it cannot be read: the server tells that. */
export function peek(text: string): unknown {
  return "text" in checkedJson(text) ? (JSON.parse(text) as unknown) : null;
}
