import type { Problem } from "@gennaker/contract/errors.ts";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { applicationName } from "@gennaker/contract/resources/application.ts";
import type { AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import { encodeDocument } from "../../platform/values/document.ts";
import type { NotificationSettings } from "./api.ts";

export type NotificationSettingsDependencies = { database: Database; audit: AuditLog };

/** What of a document cannot be used, with places: each list holds objects that say whom to tell. */
function checkNotificationSettings(document: JsonObject): Problem[] {
  return Object.entries(document).flatMap(([type, receivers]): Problem[] => {
    if (!Array.isArray(receivers)) return [];
    return receivers.flatMap((receiver, index) =>
      isJsonObject(receiver)
        ? []
        : [{ pointer: `/${type}/${index}`, reason: "must be an object with address and when" }],
    );
  });
}

/** Notification settings of applications in PostgreSQL. */
export function createNotificationSettings(dependencies: NotificationSettingsDependencies): NotificationSettings {
  const { database, audit } = dependencies;
  const keyOf = (application: string): string => {
    const read = applicationName.safeParse(application);
    if (read.success) return read.data.toLowerCase();
    throw new GennakerError("invalid_request", `"${application.slice(0, 80)}" cannot be an application's name.`);
  };

  return {
    async get(application) {
      const rows = await database.query<{ document: string }>(
        "select document from deliver_notification_settings where application = $1",
        [application.toLowerCase()],
      );
      return rows[0] ? (JSON.parse(rows[0].document) as JsonObject) : { application: application.toLowerCase() };
    },
    async save(rawApplication, received, actor) {
      const application = keyOf(rawApplication);
      const problems = checkNotificationSettings(received);
      const [first] = problems;
      if (first) {
        const message = `The notifications were not saved: ${first.pointer} ${first.reason}.`;
        throw new GennakerError("invalid_request", message, { problems });
      }
      const document = { ...received, application, lastModified: Date.now(), lastModifiedBy: actor.user };
      await database.transaction(async (tx) => {
        const [before] = await tx.query<{ document: string }>(
          "select document from deliver_notification_settings where application = $1 for update",
          [application],
        );
        await tx.query(
          `insert into deliver_notification_settings (application, document, last_modified_by) values ($1, $2, $3)
           on conflict (application) do update set document = $2, last_modified_by = $3, updated_at = now()`,
          [application, encodeDocument(document), actor.user],
        );
        await audit.record(tx, {
          actor,
          action: "notifications.save",
          resource: `application/${application}`,
          application,
          ...(before ? { before: JSON.parse(before.document) as JsonObject } : {}),
          after: document,
        });
      });
      return document;
    },
    async remove(rawApplication, actor) {
      const application = keyOf(rawApplication);
      await database.transaction(async (tx) => {
        const [gone] = await tx.query<{ document: string }>(
          "delete from deliver_notification_settings where application = $1 returning document",
          [application],
        );
        await audit.record(tx, {
          actor,
          action: "notifications.delete",
          resource: `application/${application}`,
          application,
          before: gone ? (JSON.parse(gone.document) as JsonObject) : null,
        });
      });
    },
  };
}
