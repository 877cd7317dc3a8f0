import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";
import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import styles from "./kubernetes.module.css";
import { diffLines, partsOf } from "./line-diff.ts";
import { forComparing, otherVersions } from "./manifest.ts";
import { objectQuery, wantedQuery } from "./queries.ts";
import { toYaml } from "./yaml.ts";

type Manifest = Record<string, unknown>;
type Props = {
  node: KubernetesNode;
  nodes: ReadonlyMap<string, KubernetesNode>;
  live: Manifest;
  wanted: Manifest | null;
};

const whatWasApplied = "";

/** What was applied against the cluster, or one version against another. */
export function DiffTab({ node, nodes, live, wanted }: Props) {
  const { t } = useI18n();
  const texts = t.kubernetes.diff;
  const versions = otherVersions(node, nodes.values());
  const [chosen, setChosen] = useState(versions[0]?.id ?? whatWasApplied);
  if (node.kind === "Secret") return <p className="muted">{texts.noSecret}</p>;
  const other = versions.find(({ id }) => id === chosen);
  return (
    <>
      {versions.length === 0 ? null : (
        <NativeSelect
          label={texts.what}
          value={other?.id ?? whatWasApplied}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={[
            ...versions.map(({ id, name }) => ({ value: id, label: texts.against(name) })),
            { value: whatWasApplied, label: texts.wanted },
          ]}
        />
      )}
      {other !== undefined ? (
        <AgainstVersion key={other.id} other={other} live={live} />
      ) : wanted === null ? (
        <p className="muted">{texts.noWanted}</p>
      ) : (
        <AgainstWanted node={node} wanted={wanted} />
      )}
    </>
  );
}

function AgainstVersion({ other, live }: { other: KubernetesNode; live: Manifest }) {
  const query = useQuery(objectQuery(other, JSON.stringify(other.health)));
  return (
    <QueryView query={query}>
      {(found) => <Lines before={toYaml(forComparing(found.live))} after={toYaml(forComparing(live))} />}
    </QueryView>
  );
}

function Lines({ before, after }: { before: string; after: string }) {
  const { t } = useI18n();
  const texts = t.kubernetes.diff;
  const lines = diffLines(before, after);
  const of = (kind: "added" | "removed") => lines.filter((line) => line.kind === kind).length;
  if (of("added") + of("removed") === 0) return <p className="muted">{texts.same}</p>;
  return (
    <>
      <p className="muted">{texts.summary(of("added"), of("removed"))}</p>
      <ScrollRegion label={t.kubernetes.tabs.diff} className={styles["code"]}>
        <pre className={styles["diff"]}>
          {partsOf(lines).map((part, index) =>
            part.type === "skipped" ? (
              <span key={index} data-kind="skipped">
                {`… ${texts.unchanged(part.count)}\n`}
              </span>
            ) : (
              <span key={index} data-kind={part.line.kind}>
                {`${{ same: " ", added: "+", removed: "-" }[part.line.kind]} ${part.line.text}\n`}
              </span>
            ),
          )}
        </pre>
      </ScrollRegion>
    </>
  );
}

function AgainstWanted({ node, wanted }: { node: KubernetesNode; wanted: Manifest }) {
  const { t } = useI18n();
  const texts = t.kubernetes.diff;
  const query = useQuery(wantedQuery(node, wanted));
  return (
    <>
      <p className="muted">{texts.wantedNote}</p>
      <QueryView query={query}>
        {({ objects }) => {
          const refused = objects.find(({ error }) => error !== null)?.error;
          if (refused) return <p>{texts.refused(refused.message)}</p>;
          const changes = objects.flatMap((object) => object.changes);
          if (changes.length === 0) return <p className="muted">{texts.same}</p>;
          return (
            <ScrollRegion label={t.kubernetes.tabs.diff} className={styles["scroll"]}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{texts.field}</th>
                    <th scope="col">{texts.now}</th>
                    <th scope="col">{texts.after}</th>
                  </tr>
                </thead>
                <tbody>
                  {changes.map(({ op, path, before, after }) => (
                    <tr key={path}>
                      <th scope="row" className="mono">
                        {path}
                      </th>
                      <td className="mono">{op === "add" ? texts.added : words(before)}</td>
                      <td className="mono">{op === "remove" ? texts.removed : words(after)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
          );
        }}
      </QueryView>
    </>
  );
}

const words = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
