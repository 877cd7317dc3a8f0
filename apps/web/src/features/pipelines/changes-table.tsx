import { useI18n } from "../../i18n/provider.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import { changeLooks, kindOf, placeText, valueText, type Change } from "./changes.ts";
import styles from "./changes-table.module.css";

type Props = { title: string; changes: readonly Change[]; whole: string };

/** What differs between two documents, place by place; `whole` names the document's top. */
export function ChangesTable({ title, changes, whole }: Props) {
  const { t } = useI18n();
  return (
    <ScrollRegion label={title} className={styles["scroll"]}>
      <table className={styles["changes"]}>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{t.versions.where}</th>
            <th scope="col">{t.versions.before}</th>
            <th scope="col">{t.versions.after}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <ChangeRow key={change.pointer} change={change} whole={whole} />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function ChangeRow({ change, whole }: { change: Change; whole: string }) {
  const { t } = useI18n();
  const kind = kindOf(change);
  return (
    <tr>
      <th scope="row" title={change.pointer}>
        <span className="mono">{placeText(change.pointer) || whole}</span>
        <MarkText look={changeLooks[kind]}>{t.versions.kinds[kind]}</MarkText>
      </th>
      <td data-side="before">{kind === "added" ? "–" : <pre>{valueText(change.before)}</pre>}</td>
      <td data-side="after">{kind === "removed" ? "–" : <pre>{valueText(change.after)}</pre>}</td>
    </tr>
  );
}
