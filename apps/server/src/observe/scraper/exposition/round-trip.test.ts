import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExposition } from "./parse.ts";
import { ExpositionError } from "./types.ts";

const word = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,12}$/);
const labels = fc.dictionary(
  word,
  fc.string({ unit: "binary", maxLength: 20 }).map((text) => text.replaceAll("\r", "")),
  { maxKeys: 5 },
);
const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(NaN, Infinity, -Infinity));
const time = fc.option(fc.integer({ min: 0, max: 4_000_000_000_000 }));
const sample = fc.record({ name: word, labels, value, time });

function printNumber(number: number): string {
  if (Number.isNaN(number)) return "NaN";
  return number === Infinity ? "+Inf" : number === -Infinity ? "-Inf" : Object.is(number, -0) ? "-0" : String(number);
}

function printLabels(map: Record<string, string>): string {
  const inner = Object.entries(map).map(
    ([name, text]) => `${name}="${text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"')}"`,
  );
  return inner.length === 0 ? "" : `{${inner.join(",")}}`;
}

test("what is printed as Prometheus text is read back", () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 20 }), (samples) => {
      const text = samples
        .map(
          (one) =>
            `${one.name}${printLabels(one.labels)} ${printNumber(one.value)}${one.time === null ? "" : ` ${one.time}`}\n`,
        )
        .join("");
      expect(parseExposition(text).samples.map((one) => ({ ...one }))).toEqual(
        samples.map((one) => ({
          ...one,
          labels: { ...one.labels },
          kind: "unknown",
          cumulative: false,
          exemplar: null,
        })),
      );
    }),
  );
});

test("what is printed as OpenMetrics with exemplars is read back", () => {
  fc.assert(
    fc.property(sample, fc.record({ labels, value, time }), (one, exemplar) => {
      const seconds = (at: number | null) => (at === null ? "" : ` ${at / 1000}`);
      const text =
        `# TYPE ${one.name}x counter\n${one.name}x_total${printLabels(one.labels)} ${printNumber(one.value)}${seconds(one.time)}` +
        ` # ${printLabels(exemplar.labels) || "{}"} ${printNumber(exemplar.value)}${seconds(exemplar.time)}\n# EOF\n`;
      const [read] = parseExposition(text, "openmetrics").samples;
      expect(read).toEqual({ ...one, name: `${one.name}x_total`, kind: "counter", cumulative: true, exemplar });
    }),
  );
});

test("any text is either read or refused with a line number, never anything else", () => {
  const piece = fc.constantFrom(
    "a",
    "{",
    "}",
    '"',
    "\\",
    "=",
    ",",
    " ",
    "\n",
    "#",
    "TYPE",
    "HELP",
    "1",
    "NaN",
    "le",
    "# EOF",
    "\r",
    "\u0000",
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join("")),
      fc.constantFrom("text", "openmetrics"),
      (text, format) => {
        try {
          parseExposition(text, format as "text" | "openmetrics");
        } catch (error) {
          expect(error).toBeInstanceOf(ExpositionError);
          expect((error as ExpositionError).line).toBeGreaterThan(0);
        }
      },
    ),
  );
});
