import type { JsonObject } from "@gennaker/contract/json.ts";
import type { StoredPipeline } from "./api.ts";

export type Row = {
  id: string;
  application: string;
  name: string;
  position: number;
  disabled: boolean;
  version: number;
  document: string;
  updated_at: Date;
  last_modified_by: string;
};

export function fromRow(row: Row): StoredPipeline {
  return {
    id: row.id,
    application: row.application,
    name: row.name,
    disabled: row.disabled,
    version: row.version,
    document: JSON.parse(row.document) as JsonObject,
    text: row.document,
    updatedAt: row.updated_at,
    lastModifiedBy: row.last_modified_by,
  };
}
