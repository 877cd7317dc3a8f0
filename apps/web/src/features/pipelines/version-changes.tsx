import type { PipelineVersion } from "@gennaker/contract/resources/pipeline-version.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { JsonView } from "../../ui/data/json-view.tsx";
import { ChangesTable } from "./changes-table.tsx";

/** What a version changed against the one before it, place by place, and the document as it was saved. */
export function VersionChanges({ version }: { version: PipelineVersion }) {
  const { t } = useI18n();
  const { changes } = version;
  return (
    <>
      {changes === null ? (
        <p className="muted">{t.versions.firstText}</p>
      ) : changes.length === 0 ? (
        <p className="muted">{t.versions.sameText}</p>
      ) : (
        <ChangesTable title={t.versions.against(version.version - 1)} changes={changes} whole={t.errors.top} />
      )}
      <JsonView title={t.versions.document} value={version.document} open={changes === null} />
    </>
  );
}
