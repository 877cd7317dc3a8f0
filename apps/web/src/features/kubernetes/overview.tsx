import type { KubernetesHealth } from "@gennaker/contract/resources/kubernetes-health.ts";
import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";
import type { ReactNode } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ShareBar } from "../../ui/data/share-bar.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import styles from "./kubernetes.module.css";
import { stateLooks } from "./looks.ts";

type Props = {
  node: KubernetesNode;
  nodes: ReadonlyMap<string, KubernetesNode>;
  health: KubernetesHealth;
  onChoose(id: string): void;
};

/** How it is and why, which rule says so, and what belongs together. */
export function Overview({ node, nodes, health, onChoose }: Props) {
  const { t, format } = useI18n();
  const texts = t.kubernetes;
  const linked = (uids: readonly string[]) =>
    uids
      .flatMap((uid) => nodes.get(`${node.account}/${uid}`) ?? [])
      .map((each) => (
        <button key={each.id} type="button" className={styles["link"]} onClick={() => onChoose(each.id)}>
          {each.kind} {each.name}
        </button>
      ));
  const readers = [...nodes.values()].filter((each) => each.account === node.account && each.uses.includes(node.uid));
  const { decidedBy } = health;
  return (
    <div className={styles["overview"]}>
      <p>
        <MarkText look={stateLooks[health.state]}>{texts.states[health.state]}</MarkText>
      </p>
      {health.message === "" ? null : <p className={styles["message"]}>{health.message}</p>}
      {decidedBy === undefined ? null : (
        <p className="muted">
          {texts.decidedBy}: {texts.rules[decidedBy.source](decidedBy.rule)}
        </p>
      )}
      {health.signs.length === 0 ? null : (
        <>
          <h4>{texts.signs}</h4>
          <ul className={styles["signs"]}>
            {health.signs.map((sign, index) => (
              <li key={`${sign.code}${index}`}>
                <MarkText look={sign.fatal ? { tone: "bad", shape: "cross" } : { tone: "wait", shape: "bang" }}>
                  {texts.signNames[sign.code] ?? sign.code}
                  {sign.fatal ? ` (${texts.fatal})` : ""}
                </MarkText>
                <p className="muted">
                  {sign.object.kind} {sign.object.name}: {sign.message}
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
      <dl className={styles["list"]}>
        <Fact name={texts.facts.account}>{node.account}</Fact>
        <Fact name={texts.namespace}>{node.namespace}</Fact>
        <Fact name={texts.facts.application}>{node.application}</Fact>
        <Fact name={texts.facts.apiVersion}>{node.apiVersion}</Fact>
        <Fact name={texts.facts.version}>{node.version}</Fact>
        <Fact name={texts.facts.replicas}>
          {node.replicas === null ? null : texts.ready(node.replicas.ready, node.replicas.desired)}
        </Fact>
        <Fact name={texts.facts.containers}>{node.containers.join(", ")}</Fact>
        <Fact name={texts.facts.created}>{node.createdAt === null ? null : <Ago time={node.createdAt} />}</Fact>
        <Fact name={texts.facts.owner}>{linked(node.owners)}</Fact>
        <Fact name={texts.facts.uses}>{linked(node.uses)}</Fact>
        <Fact name={texts.facts.usedBy}>{linked(readers.map(({ uid }) => uid))}</Fact>
        <Fact name={texts.facts.traffic}>
          {node.traffic.map(({ service, percent }) => (
            <ShareBar
              key={service}
              name={service}
              label={texts.share(format.percent(percent), service)}
              requested={percent}
              measured={null}
            />
          ))}
        </Fact>
      </dl>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  const isEmpty = children === null || children === "" || (Array.isArray(children) && children.length === 0);
  if (isEmpty) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
