import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import { evaluateTemplate, type EvaluationOptions } from "@gennaker/expressions/evaluate.ts";

export type Pending = { pointer: string; expression: string; waitsFor: string[] };

export type Evaluated = { value: Json; pending: Pending[]; problems: string[] };

/** Functions about other stages, with the stage's name as argument. */
const ABOUT_STAGES =
  /#?(?:stage|stageByRefId|stageExists|judg(?:e?)ment|manifestLabelValue|cfServiceKey)\(\s*'([^']*)'/g;
const ADDRESSES = /#?(?:fromUrl|jsonFromUrl|yamlFromUrl|propertiesFromUrl)\(\s*'?([^')]*)/g;
const WHOLE_RUN = /\bexecution\b|#?\b(?:deployedServerGroups|resolvedArtifacts|currentStage)\b/;
const NAMES = /'(?:[^']|'')*'|"[^"]*"|(?:[.#$]|\?\.)\s*[A-Za-z_]\w*|[A-Za-z_]\w*/g;
const WORDS = new Set(
  "and or not eq ne lt le gt ge div mod instanceof matches between true false null new T".split(" "),
);

/**
 * Evaluates every text of a stage by itself. What fails for want of something that only the run itself will know is pending, with what
 * it waits for; what fails otherwise is a problem. Expressions that read addresses are pending, because nothing is opened here.
 */
export function evaluateField(
  value: Json,
  pointer: string,
  options: EvaluationOptions,
  later: readonly string[],
): Evaluated {
  if (typeof value === "string")
    return value.includes("${") ? evaluateText(value, pointer, options, later) : plain(value);
  if (Array.isArray(value)) {
    const parts = value.map((item, index) => evaluateField(item, `${pointer}/${index}`, options, later));
    return { ...merged(parts), value: parts.map((part) => part.value) };
  }
  if (!isJsonObject(value)) return plain(value);
  const parts = Object.entries(value).map(([key, item]) => {
    const inner = evaluateField(item, `${pointer}/${key}`, options, later);
    const name = key.includes("${") ? evaluateText(key, `${pointer}/${key}`, options, later) : plain(key);
    return { key: typeof name.value === "string" ? name.value : key, name, inner };
  });
  const object: JsonObject = Object.fromEntries(parts.map(({ key, inner }) => [key, inner.value]));
  return { ...merged(parts.flatMap(({ name, inner }) => [name, inner])), value: object };
}

const plain = (value: Json): Evaluated => ({ value, pending: [], problems: [] });

const merged = (parts: readonly Evaluated[]): Omit<Evaluated, "value"> => ({
  pending: parts.flatMap((part) => part.pending),
  problems: parts.flatMap((part) => part.problems),
});

function evaluateText(text: string, pointer: string, options: EvaluationOptions, later: readonly string[]): Evaluated {
  const waitsFor = waits(text, options, later);
  const known = { value: text, problems: [], pending: [{ pointer, expression: text, waitsFor }] };
  if (waitsFor.some((what) => !what.startsWith("the name"))) return known;
  const { result, errors } = evaluateTemplate(text, options);
  if (errors.length === 0) return plain(JSON.parse(JSON.stringify(result ?? null)) as Json);
  if (waitsFor.length > 0 && later.length > 0) return known;
  return { value: text, pending: [], problems: errors.map((problem) => `${pointer}: ${problem.description}`) };
}

/** What an expression asks for that no dry run can know: other stages, the run itself, addresses, and names nobody defines yet. */
function waits(text: string, options: EvaluationOptions, later: readonly string[]): string[] {
  const expressions = [...text.matchAll(/\$\{([^]*?)\}(?!\})/g)].map((match) => match[1] ?? "").join(" ");
  const stages = [...expressions.matchAll(ABOUT_STAGES)].map((match) => `the stage '${match[1]}'`);
  const addresses = [...expressions.matchAll(ADDRESSES)].map(
    (match) => `the address ${redactedAddress(match[1] ?? "")}`,
  );
  const run = WHOLE_RUN.test(expressions.replaceAll(/'(?:[^']|'')*'/g, "")) ? ["the stages of this run"] : [];
  const given = new Set([...Object.keys(options.context), "trigger", "parameters", "templateVariables", "scmInfo"]);
  const free = [...expressions.matchAll(NAMES)]
    .map(([word]) => word)
    .filter((word) => /^[A-Za-z_]/.test(word) && !WORDS.has(word) && !given.has(word) && word !== "execution");
  const before = later.length === 0 ? "" : `, which a stage before it may give (${later.join(", ")})`;
  const names = free.map((name) => `the name '${name}'${before}`);
  return [...new Set([...stages, ...addresses, ...run, ...names])];
}

/** Without user, password and query. */
function redactedAddress(address: string): string {
  return address.replace(/\/\/[^/@]*@/, "//").replace(/[?#].*$/, "") || "that an expression gives";
}
