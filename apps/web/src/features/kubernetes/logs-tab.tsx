import { podsBelow } from "@gennaker/client/kubernetes/pods-below.ts";
import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";
import { Button, NativeSelect, Switch } from "@mantine/core";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { SearchField } from "../../ui/form/search-field.tsx";
import styles from "./kubernetes.module.css";
import { mostPods } from "./log-lines.ts";
import { Output } from "./output.tsx";

const tails = ["100", "500", "2000", "10000"];
const sinceChoices = ["all", "60", "300", "3600", "86400"] as const;
/** Pods read at first: more are chosen by the reader. */
const atFirst = 5;

/** The output of several Pods and containers at once, each line after its Pod and container. */
export function LogsTab({ node, nodes }: { node: KubernetesNode; nodes: ReadonlyMap<string, KubernetesNode> }) {
  const { t } = useI18n();
  const texts = t.kubernetes.logs;
  const pods = podsBelow(node, nodes.values());
  const [picked, setPicked] = useState<readonly string[] | null>(null);
  const [container, setContainer] = useState("");
  const [since, setSince] = useState("all");
  const [tail, setTail] = useState("500");
  const [previous, setPrevious] = useState(false);
  const [times, setTimes] = useState(false);
  const [search, setSearch] = useState("");
  const names = pods.map(({ name }) => name);
  const chosen = (picked ?? names.slice(0, atFirst)).filter((name) => names.includes(name)).slice(0, mostPods);
  const containers = [...new Set(pods.flatMap((pod) => pod.containers))].sort();
  if (pods.length === 0) return <p className="muted">{texts.noPods}</p>;
  return (
    <div className={styles["logs"]}>
      <div className={styles["tools"]}>
        {pods.length === 1 ? null : (
          <details className={styles["pods"]}>
            <summary>{texts.choose(chosen.length, pods.length)}</summary>
            <fieldset>
              <legend className="visually-hidden">{texts.pods}</legend>
              {names.slice(0, 200).map((name) => (
                <label key={name}>
                  <input
                    type="checkbox"
                    checked={chosen.includes(name)}
                    disabled={!chosen.includes(name) && chosen.length >= mostPods}
                    onChange={({ currentTarget }) =>
                      setPicked(currentTarget.checked ? [...chosen, name] : chosen.filter((each) => each !== name))
                    }
                  />{" "}
                  {name}
                </label>
              ))}
            </fieldset>
          </details>
        )}
        {containers.length > 1 ? (
          <NativeSelect
            size="xs"
            label={texts.container}
            value={container}
            onChange={(event) => setContainer(event.currentTarget.value)}
            data={[{ value: "", label: texts.allContainers }, ...containers]}
          />
        ) : null}
        <NativeSelect
          size="xs"
          label={texts.since}
          value={since}
          onChange={(event) => setSince(event.currentTarget.value)}
          data={sinceChoices.map((each) => ({ value: each, label: texts.sinceOptions[each] }))}
        />
        <NativeSelect
          size="xs"
          label={texts.tail}
          value={tail}
          onChange={(event) => setTail(event.currentTarget.value)}
          data={tails}
        />
        <Switch
          label={texts.previous}
          checked={previous}
          onChange={(event) => setPrevious(event.currentTarget.checked)}
        />
        <Switch label={texts.times} checked={times} onChange={(event) => setTimes(event.currentTarget.checked)} />
        {picked === null ? null : (
          <Button size="xs" variant="default" onClick={() => setPicked(null)}>
            {t.kubernetes.clear}
          </Button>
        )}
        <SearchField label={texts.search} value={search} onChange={setSearch} />
      </div>
      <Output
        name={node.name}
        search={search}
        times={times}
        request={{
          account: node.account,
          namespace: node.namespace ?? "",
          pods: chosen.toSorted().join(","),
          container: container === "" ? undefined : container,
          tail: Number(tail),
          since: since === "all" ? undefined : Number(since),
          previous,
        }}
      />
    </div>
  );
}
