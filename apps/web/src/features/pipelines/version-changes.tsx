import type { PipelineVersion } from "@gennaker/contract/resources/pipeline-version.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { JsonView } from "../../ui/data/json-view.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import { changeLooks, kindOf, placeText, valueText, type Change } from "./changes.ts";
import styles from "./versions.module.css";

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
        <ScrollRegion label={t.versions.against(version.version - 1)} className={styles["scroll"]}>
          <table className={styles["changes"]}>
            <caption>{t.versions.against(version.version - 1)}</caption>
            <thead>
              <tr>
                <th scope="col">{t.versions.where}</th>
                <th scope="col">{t.versions.before}</th>
                <th scope="col">{t.versions.after}</th>
              </tr>
            </thead>
            <tbody>
              {changes.map((change) => (
                <ChangeRow key={change.pointer} change={change} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
      <JsonView title={t.versions.document} value={version.document} open={changes === null} />
    </>
  );
}

function ChangeRow({ change }: { change: Change }) {
  const { t } = useI18n();
  const kind = kindOf(change);
  return (
    <tr>
      <th scope="row" title={change.pointer}>
        <span className="mono">{placeText(change.pointer) || t.errors.top}</span>
        <MarkText look={changeLooks[kind]}>{t.versions.kinds[kind]}</MarkText>
      </th>
      <td data-side="before">{kind === "added" ? "–" : <pre>{valueText(change.before)}</pre>}</td>
      <td data-side="after">{kind === "removed" ? "–" : <pre>{valueText(change.after)}</pre>}</td>
    </tr>
  );
}
