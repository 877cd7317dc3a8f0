import { resourceKinds, verbs } from "@gennaker/contract/permission.ts";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import styles from "./access.module.css";
import type { Asked } from "./resource.ts";
import { readAsked } from "./resource.ts";
import { WhyAnswer } from "./why-answer.tsx";

/** “May I …?”: a question about oneself or, for those who see people, about somebody. */
export function WhyForm({ people }: { people: readonly string[] }) {
  const { t } = useI18n();
  const texts = t.access.why;
  const [user, setUser] = useState("");
  const [verb, setVerb] = useState<string>("execute");
  const [kind, setKind] = useState<string>("application");
  const [name, setName] = useState("");
  const [asked, setAsked] = useState<{ asked: Asked; user: string } | null>(null);
  function submit(event: FormEvent): void {
    event.preventDefault();
    const question = readAsked(verb, kind, name);
    if (question !== null) setAsked({ asked: question, user });
  }
  return (
    <section className={styles["card"]} aria-labelledby="why">
      <h2 id="why">{texts.title}</h2>
      <form className={styles["fields"]} onSubmit={submit}>
        {people.length > 0 ? (
          <NativeSelect
            label={texts.who}
            value={user}
            onChange={({ currentTarget }) => setUser(currentTarget.value)}
            data={[{ value: "", label: texts.myself }, ...people]}
          />
        ) : null}
        <NativeSelect
          label={texts.verb}
          value={verb}
          onChange={({ currentTarget }) => setVerb(currentTarget.value)}
          data={verbs.map((value) => ({ value, label: t.access.verbs[value] }))}
        />
        <NativeSelect
          label={texts.kind}
          value={kind}
          onChange={({ currentTarget }) => setKind(currentTarget.value)}
          data={resourceKinds.map((value) => ({ value, label: t.access.kinds[value] }))}
        />
        <TextInput
          label={texts.name}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          spellCheck={false}
          autoComplete="off"
        />
        <Button type="submit">{texts.ask}</Button>
      </form>
      {asked === null ? null : <WhyAnswer asked={asked.asked} {...(asked.user === "" ? {} : { user: asked.user })} />}
    </section>
  );
}
