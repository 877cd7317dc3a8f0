import { ApiError } from "@gennaker/client/api-error.ts";
import type { FreezeCalendar } from "@gennaker/contract/resources/engine.ts";
import { Button, Modal, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import form from "../../ui/form/form.module.css";
import { applicationsQuery } from "../applications/queries.ts";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import { systemQuery } from "../system/queries.ts";
import { emptyField, freshPeriod, fromForm, toForm, type PeriodForm } from "./period.ts";
import { PeriodFields } from "./period-fields.tsx";

const holdsChoices = ["stages", "starts"] as const;

/** A calendar to make or change; the server's problems stand at their periods. */
export function FreezeDialog({ calendar, onClose }: { calendar: FreezeCalendar | null; onClose(): void }) {
  const { t } = useI18n();
  const queries = useQueryClient();
  const applications = useQuery(applicationsQuery);
  const system = useQuery(systemQuery);
  const [name, setName] = useState(calendar?.name ?? "");
  const [application, setApplication] = useState(calendar?.application ?? "");
  const [zone, setZone] = useState(calendar?.timezone ?? "");
  const [holds, setHolds] = useState(calendar?.holds ?? "stages");
  const [types, setTypes] = useState(calendar?.stageTypes?.join(", ") ?? "");
  const [reason, setReason] = useState(calendar?.reason ?? "");
  const [periods, setPeriods] = useState<PeriodForm[]>(() => calendar?.periods.map(toForm) ?? [freshPeriod("weekly")]);
  const [asked, setAsked] = useState(false);
  const listed = types.split(",").flatMap((each) => (each.trim() === "" ? [] : [each.trim()]));
  const save = useMutation({
    mutationFn: () =>
      api.call("saveFreeze", {
        params: { freeze: name.trim() },
        body: {
          application: application === "" ? null : application,
          ...(zone.trim() === "" ? {} : { timezone: zone.trim() }),
          periods: periods.map(fromForm),
          holds,
          stageTypes: holds === "stages" && listed.length > 0 ? listed : null,
          reason: reason === "" ? null : reason,
        },
      }),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: keys.freezes });
      onClose();
    },
  });
  const problems = save.error instanceof ApiError ? save.error.problems : [];
  const problemAt = (pointer: string) => problems.find((each) => each.pointer === pointer)?.reason ?? null;
  const isReady = name.trim() !== "" && periods.length > 0 && periods.every((each) => emptyField(each) === null);
  function submit(event: FormEvent): void {
    event.preventDefault();
    setAsked(true);
    if (isReady) save.mutate();
  }
  const setPeriod = (index: number, next: PeriodForm) =>
    setPeriods((old) => old.map((each, at) => (at === index ? next : each)));
  const texts = t.freezes;
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={calendar ? texts.editNamed(calendar.name) : texts.create}
      closeButtonProps={{ "aria-label": t.common.close }}
    >
      <form className={form["form"]} onSubmit={submit} noValidate>
        {calendar ? null : (
          <TextInput
            label={texts.name}
            description={texts.nameHelp}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={asked && name.trim() === "" ? t.common.required : problemAt("/name")}
            required
            data-autofocus
            autoComplete="off"
          />
        )}
        <NativeSelect
          label={texts.application}
          value={application}
          onChange={(event) => setApplication(event.currentTarget.value)}
          data={[
            { value: "", label: texts.all },
            ...[...new Set([...(applications.data ?? []).map((each) => each.name), application])]
              .filter((each) => each !== "")
              .map((each) => ({ value: each, label: each })),
          ]}
        />
        <NativeSelect
          label={texts.holds}
          description={texts.holdsHelp[holds]}
          value={holds}
          onChange={({ currentTarget: { value } }) => setHolds(holdsChoices.find((each) => each === value) ?? "stages")}
          data={holdsChoices.map((value) => ({ value, label: texts.holdsWords[value] }))}
        />
        {holds === "stages" ? (
          <TextInput
            label={`${texts.stageTypes} (${t.common.optional})`}
            description={texts.stageTypesHelp}
            value={types}
            onChange={(event) => setTypes(event.currentTarget.value)}
            spellCheck={false}
          />
        ) : null}
        <TextInput
          label={texts.timezone}
          placeholder={system.data?.timezone ?? "UTC"}
          value={zone}
          onChange={(event) => setZone(event.currentTarget.value)}
          error={problemAt("/timezone")}
          list="time-zones"
          spellCheck={false}
        />
        <datalist id="time-zones">
          {Intl.supportedValuesOf("timeZone").map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </datalist>
        {periods.map((period, index) => (
          <PeriodFields
            key={index}
            number={index + 1}
            value={period}
            error={asked && emptyField(period) !== null ? t.common.required : problemAt(`/periods/${index}`)}
            onChange={(next) => setPeriod(index, next)}
            onRemove={() => setPeriods((old) => old.filter((_, at) => at !== index))}
          />
        ))}
        {periods.length === 0 ? <p role={asked ? "alert" : undefined}>{texts.noPeriod}</p> : null}
        <div>
          <Button
            size="xs"
            variant="default"
            onClick={() => setPeriods((old) => [...old, freshPeriod(old.at(-1)?.kind ?? "weekly")])}
          >
            {texts.addPeriod}
          </Button>
        </div>
        <TextInput
          label={`${texts.reason} (${t.common.optional})`}
          description={texts.reasonHelp}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {save.error ? <ErrorBox error={save.error} /> : null}
        <div className={form["actions"]}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t.common.save}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
