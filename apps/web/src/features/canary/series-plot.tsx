import "uplot/dist/uPlot.min.css";
import type { CanaryMetric } from "@gennaker/contract/resources/canary.ts";
import { useElementSize } from "@mantine/hooks";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useI18n } from "../../i18n/provider.tsx";
import styles from "./canary.module.css";
import { alignSeries } from "./series-data.ts";

const height = 170;

/** Both series of a metric over the judged window: the baseline dashed, the canary solid. */
export function SeriesPlot({ metric }: { metric: CanaryMetric }) {
  const { t, format } = useI18n();
  const { ref: box, width } = useElementSize<HTMLElement>();
  const target = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("light");
  useEffect(() => {
    const parent = target.current;
    if (!parent || width < 40) return;
    const colours = getComputedStyle(parent);
    const colour = (name: string) => resolved(parent, colours.getPropertyValue(name));
    const axis = {
      stroke: colour("--ink-2"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { stroke: colour("--line"), width: 1 },
      font: "11px system-ui",
    };
    const line = { spanGaps: false, points: { show: false } };
    const value = (_plot: uPlot, number: number | null) => (number === null ? "–" : format.number(number, 3));
    const plot = new uPlot(
      {
        width,
        height,
        cursor: { y: false, points: { size: 7 } },
        legend: { show: true, live: true },
        series: [
          {
            label: "",
            value: (_plot, seconds) =>
              seconds === null ? "" : format.timeOfDay(new Date(seconds * 1000).toISOString()),
          },
          { ...line, label: t.canary.baseline, stroke: colour("--baseline-series"), width: 1.5, dash: [6, 3], value },
          { ...line, label: t.canary.canary, stroke: colour("--canary-series"), width: 2, value },
        ],
        axes: [
          {
            ...axis,
            values: (_plot, seconds) => seconds.map((each) => format.timeOfDay(new Date(each * 1000).toISOString())),
            space: 80,
          },
          { ...axis, size: 58, space: 32, values: (_plot, numbers) => numbers.map((each) => format.number(each, 3)) },
        ],
      },
      alignSeries(metric.series.baseline, metric.series.canary),
      parent,
    );
    return () => plot.destroy();
  }, [metric, width, scheme, format, t]);
  const mean = (value: number | null) => (value === null ? t.common.none : format.number(value, 3));
  const text = `${t.canary.plot(metric.name)}. ${t.canary.plotText(mean(metric.baseline.mean), mean(metric.canary.mean))}`;
  return (
    <figure ref={box} className={styles["plot"]} aria-label={text}>
      <div ref={target} aria-hidden="true" />
    </figure>
  );
}

/** A canvas knows no `light-dark()`: the browser computes the colour. */
function resolved(parent: HTMLElement, colour: string): string {
  const probe = document.createElement("span");
  probe.style.color = colour;
  parent.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}
