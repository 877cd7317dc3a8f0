import type { Problem } from "@gennaker/contract/errors.ts";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { parentOf } from "@gennaker/pipeline-model/templates/v1/inherit.ts";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database, Tx } from "../../platform/database/api.ts";
import { encodeDocument } from "../../platform/values/document.ts";
import type { StoredTemplate, TemplateVersion, Templates } from "./api.ts";
import { createPlanner } from "./create-planner.ts";
import { digestOf, keyOf, readReference, referenceOf, templateTags } from "./reference.ts";

type Row = { key: string; id: string; tag: string | null; digest: string | null; document: string };

export type TemplatesDependencies = {
  database: Database;
  audit: AuditLog;
  /** Everything wrong with a template document, with places. */
  check(document: JsonObject): Problem[];
  /** All saved pipelines. */
  pipelines(): Promise<JsonObject[]>;
  /** The text of an artifact, for templates that are kept elsewhere: of `http/file` its address is enough. */
  fetchArtifact(artifact: JsonObject): Promise<string>;
};

export function createTemplates(dependencies: TemplatesDependencies): Templates {
  const { database } = dependencies;

  async function all(scopes: readonly string[]): Promise<StoredTemplate[]> {
    const rows = await database.query<Row>(
      "select * from deliver_template order by id, digest nulls first, tag nulls first",
    );
    return rows.map(fromRow).filter(({ document }) => inScope(document, scopes));
  }

  async function get(id: string, { tag, digest }: TemplateVersion): Promise<StoredTemplate | null> {
    if (tag !== undefined && digest !== undefined)
      throw new GennakerError("invalid_request", "Name a template by its tag or by its digest, not by both.");
    const keys =
      tag === undefined && digest === undefined ? [id, keyOf(id, { tag: "latest" })] : [keyOf(id, { tag, digest })];
    const rows = await database.query<Row>(
      "select * from deliver_template where key = any($1) order by length(key) limit 1",
      [keys],
    );
    return rows[0] === undefined ? null : fromRow(rows[0]);
  }

  /** The pipelines made from a template, or from one that extends it. */
  async function dependents(id: string, version: TemplateVersion = {}): Promise<JsonObject[]> {
    const exact = version.tag !== undefined || version.digest !== undefined;
    const below = new Set((await templatesBelow(id)).filter((each) => each !== id));
    return (await dependencies.pipelines()).filter((document) => {
      const found = readReference(referenceOf(document));
      if (found === null) return false;
      return below.has(found.id) || (found.id === id && (!exact || keyOf(id, found) === keyOf(id, version)));
    });
  }

  /** Ids of a template and of all that extend it. */
  async function templatesBelow(id: string): Promise<string[]> {
    const stored = await all([]);
    const found = new Set([id]);
    for (const above of found)
      for (const { id: each, document } of stored)
        if (readReference(parentOf(document) ?? "")?.id === above) found.add(each);
    return [...found];
  }

  const planner = createPlanner({ get, fetchArtifact: (artifact) => dependencies.fetchArtifact(artifact) });

  async function save(
    id: string,
    document: JsonObject,
    tag: string | null,
    actor: Actor,
    isNew: boolean,
  ): Promise<StoredTemplate> {
    const stored: StoredTemplate = { id, tag, digest: digestOf(document), document };
    const key = keyOf(id, tag === null ? {} : { tag });
    await database.transaction(async (tx) => {
      await tx.query("select pg_advisory_xact_lock(hashtext($1))", [`template ${id}`]);
      const before = (await tx.query<Row>("select * from deliver_template where key = $1", [key]))[0];
      if (isNew && before !== undefined)
        throw new GennakerError(
          "conflict",
          `There is a template ${key} already. Update it, or save under another id or tag.`,
        );
      await write(tx, key, stored, actor);
      if (tag !== "latest") await write(tx, keyOf(id, { tag: "latest" }), { ...stored, tag: "latest" }, actor);
      await write(tx, keyOf(id, { digest: stored.digest ?? "" }), stored, actor);
      await dependencies.audit.record(tx, {
        actor,
        action: before === undefined ? "template.create" : "template.update",
        resource: `template/${key}`,
        application: null,
        ...(before === undefined ? {} : { before: JSON.parse(before.document) as JsonObject }),
        after: document,
      });
    });
    return stored;
  }

  function checked(document: JsonObject, tag: string | null): JsonObject {
    if (tag !== null && !templateTags.some((known) => known === tag)) {
      throw new GennakerError(
        "invalid_request",
        `A template's tag is one of ${templateTags.join(", ")}, not "${tag}".`,
      );
    }
    const problems = dependencies.check(document);
    if (problems.length > 0)
      throw new GennakerError(
        "invalid_pipeline",
        `The template was not saved: ${problems[0]?.pointer} ${problems[0]?.reason}.`,
        { problems },
      );
    const { tag: _tag, digest: _digest, ...content } = document;
    return content;
  }

  return {
    async list(scopes) {
      const found = new Map<string, StoredTemplate>();
      for (const stored of await all(scopes)) if (!found.has(stored.id)) found.set(stored.id, stored);
      return [...found.values()];
    },
    versions: all,
    get,
    async create(document, tag, actor) {
      const content = checked(document, tag);
      return await save(String(content["id"]), content, tag, actor, true);
    },
    async update(id, document, { tag, skipPlanDependents }, actor) {
      const content = checked({ ...document, id }, tag);
      if ((await get(id, tag === null ? {} : { tag })) === null && (await get(id, {})) === null) throw unknown(id);
      const problems = skipPlanDependents
        ? []
        : await planner.unplannable(content, await dependents(id, tag === null ? {} : { tag }));
      if (problems.length > 0)
        throw new GennakerError(
          "invalid_pipeline",
          `The template was not saved, because pipelines made from it could not be planned any more: ${problems[0]?.reason}.`,
          { problems },
        );
      return await save(id, content, tag, actor, false);
    },
    async remove(id, version, actor) {
      const users = await dependents(id, version);
      if (users.length > 0) {
        const names = users
          .map((pipeline) => `${String(pipeline["application"])}/${String(pipeline["name"])}`)
          .join(", ");
        throw new GennakerError(
          "invalid_request",
          `The template was not deleted: ${names} ${users.length === 1 ? "is" : "are"} made from it.`,
        );
      }
      await database.transaction(async (tx) => {
        const one = version.tag !== undefined || version.digest !== undefined;
        const rows = one
          ? await tx.query<Row>("delete from deliver_template where key = $1 returning *", [keyOf(id, version)])
          : await tx.query<Row>("delete from deliver_template where id = $1 returning *", [id]);
        const [row] = rows;
        if (row === undefined) throw unknown(id);
        await dependencies.audit.record(tx, {
          actor,
          action: "template.delete",
          resource: `template/${keyOf(id, version)}`,
          application: null,
          before: JSON.parse(row.document) as JsonObject,
        });
      });
    },
    dependents: (id) => dependents(id),
    expand: (document, trigger) => planner.expand(document, trigger),
  };
}

async function write(tx: Tx, key: string, { id, tag, digest, document }: StoredTemplate, actor: Actor): Promise<void> {
  await tx.query(
    `insert into deliver_template (key, id, tag, digest, document, last_modified_by) values ($1, $2, $3, $4, $5, $6)
     on conflict (key) do update set tag = $3, digest = $4, document = $5, last_modified_by = $6, updated_at = now()`,
    [key, id, tag, digest, encodeDocument(document), actor.user],
  );
}

function unknown(id: string): GennakerError {
  return new GennakerError("not_found", `There is no template ${id}. List the templates to see those there are.`);
}

function inScope(document: JsonObject, scopes: readonly string[]): boolean {
  if (scopes.length === 0) return true;
  const metadata = isJsonObject(document["metadata"]) ? document["metadata"]["scopes"] : [];
  return Array.isArray(metadata) && metadata.some((scope) => scopes.includes(String(scope)));
}

function fromRow({ id, tag, digest, document }: Row): StoredTemplate {
  return { id, tag, digest, document: JSON.parse(document) as JsonObject };
}
