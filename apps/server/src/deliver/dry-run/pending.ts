import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import { evaluateTemplate, type EvaluationOptions } from "@gennaker/expressions/evaluate.ts";
import { referencesOf, type References } from "@gennaker/expressions/references.ts";
import { splitTemplate } from "@gennaker/expressions/template.ts";

export type Pending = { pointer: string; expression: string; waitsFor: string[] };

export type Evaluated = { value: Json; pending: Pending[]; problems: string[] };

/** What is known while one stage is looked at. */
export type Scope = {
  readonly options: EvaluationOptions;
  /** refIds of the stages before it, nearest first. */
  before(): readonly string[];
  /** False once the dry run has taken as long as it may. */
  hasTime(): boolean;
  /** Is a name defined: one of the stage's own fields, or an output of a stage before it that is known already? */
  knows(name: string): boolean;
};

/** Functions about other stages of the run; their first argument names the stage. */
const aboutStages = new Set(["stage", "stageByRefId", "judgment", "judgement", "manifestLabelValue", "cfServiceKey"]);
const aboutTheRun = new Set(["currentStage", "deployedServerGroups", "resolvedArtifacts"]);
const addresses = new Set(["fromUrl", "jsonFromUrl", "yamlFromUrl", "propertiesFromUrl"]);
/** Parts of the run that are the same from its start on. */
const fixedParts = new Set(["application", "name", "trigger", "type", "pipelineConfigId"]);

/**
 * Evaluates every text of a field by itself. What asks for something that only the run itself will know is pending, with what it waits
 * for; what fails otherwise is a problem. Expressions that read addresses are pending, because nothing is opened here.
 */
export function evaluateField(value: Json, pointer: string, scope: Scope): Evaluated {
  if (typeof value === "string") return value.includes("${") ? evaluateText(value, pointer, scope) : plain(value);
  if (Array.isArray(value)) {
    const parts = value.map((item, index) => evaluateField(item, `${pointer}/${index}`, scope));
    return { ...merged(parts), value: parts.map((part) => part.value) };
  }
  if (!isJsonObject(value)) return plain(value);
  const parts = Object.entries(value).map(([key, item]) => {
    const inner = evaluateField(item, `${pointer}/${key}`, scope);
    const name = key.includes("${") ? evaluateText(key, `${pointer}/${key}`, scope) : plain(key);
    return { key: typeof name.value === "string" ? name.value : key, name, inner };
  });
  const object: JsonObject = Object.fromEntries(parts.map(({ key, inner }) => [key, inner.value]));
  return { ...merged(parts.flatMap(({ name, inner }) => [name, inner])), value: object };
}

const plain = (value: Json): Evaluated => ({ value, pending: [], problems: [] });

export const merged = (parts: readonly Evaluated[]): Omit<Evaluated, "value"> => ({
  pending: parts.flatMap((part) => part.pending),
  problems: parts.flatMap((part) => part.problems),
});

function evaluateText(text: string, pointer: string, scope: Scope): Evaluated {
  const waitsFor = waits(text, scope);
  if (waitsFor.length > 0) return { value: text, problems: [], pending: [{ pointer, expression: text, waitsFor }] };
  const later = (reason: string): Evaluated => ({
    value: text,
    problems: [],
    pending: [{ pointer, expression: text, waitsFor: [reason] }],
  });
  if (!scope.hasTime()) return later("the run: the time that a dry run has is over");
  const { result, errors, exhausted } = evaluateTemplate(text, scope.options);
  if (exhausted === true) return later("the run: it takes more steps than a dry run gives it");
  if (errors.length === 0) return plain(JSON.parse(JSON.stringify(result ?? null)) as Json);
  return { value: text, pending: [], problems: errors.map((problem) => `${pointer}: ${problem.description}`) };
}

/** What a text asks for that no dry run can know: other stages, the run itself, addresses, and what nobody defines yet. */
export function waits(text: string, { options, before, knows }: Scope): string[] {
  const asked = options.language === "cel" ? celReferences(text) : spelReferences(text);
  const given = isJsonObject(options.execution?.trigger as Json) ? (options.execution?.trigger as JsonObject) : {};
  const found: string[] = [];
  for (const { name, argument } of asked.functions) {
    if (aboutStages.has(name)) found.push(argument === null ? "the stages of this run" : `the stage '${argument}'`);
    if (aboutTheRun.has(name)) found.push("the stages of this run");
    if (addresses.has(name)) found.push(`the address ${withoutSecrets(argument ?? "")}`);
  }
  const chain = asked.names.length === 0 ? [] : before();
  const nearest = chain.slice(0, 10).join(", ");
  const more = chain.length > 10 ? ` and ${chain.length - 10} more` : "";
  for (const { name, member } of asked.names) {
    if (aboutTheRun.has(name) || (name === "execution" && (member === null || !fixedParts.has(member))))
      found.push("the stages of this run");
    else if (name === "trigger" && member !== null && !(member in given) && !alwaysThere.has(member))
      found.push(`the trigger's field '${member}', which this dry run was not given`);
    else if (chain.length > 0 && !derived.has(name) && !knows(name))
      found.push(`the name '${name}', which a stage before it may give (${nearest}${more})`);
  }
  return [...new Set(found)];
}

/** What every trigger has, given or not. */
const alwaysThere = new Set(
  "type user parameters artifacts notifications rebake dryRun strategy resolvedExpectedArtifacts".split(" "),
);
/** Names that do not come from stages. */
const derived = new Set(["execution", "trigger", "parameters", "templateVariables", "scmInfo"]);

/** A text that cannot be read asks for nothing: evaluating it says what is wrong with it. */
function spelReferences(text: string): References {
  try {
    const all = splitTemplate(text).flatMap((part) => (part.type === "text" ? [] : [referencesOf(part.text)]));
    return { names: all.flatMap(({ names }) => names), functions: all.flatMap(({ functions }) => functions) };
  } catch {
    return { names: [], functions: [] };
  }
}

const celWords = new Set(["true", "false", "null", "in", "has", "size", "string", "int", "double", "bool", "type"]);

/** CEL calls functions without `#`; its words are told apart by what stands around them. */
function celReferences(text: string): References {
  const inside = [...text.matchAll(/\$\{([^]*?)\}(?!\})/g)].map((match) => match[1] ?? "").join(" ");
  const functions = [...inside.matchAll(/(?<![.\w])([A-Za-z_]\w*)\(\s*(?:'([^']*)'|"([^"]*)")?/g)].map(
    ([, name = "", single, double]) => ({ name, argument: single ?? double ?? null }),
  );
  const bare = inside.replaceAll(/'[^']*'|"[^"]*"/g, (quoted) => `'${"_".repeat(quoted.length - 2)}'`);
  const names = [...bare.matchAll(/(?<![.\w'])([A-Za-z_]\w*)(?!\w|\s*\()(?:\??\.([A-Za-z_]\w*))?/g)]
    .map(([, name = "", member]) => ({ name, member: member ?? null }))
    .filter(({ name }) => !celWords.has(name) && !new RegExp(`\\(\\s*${name}\\s*,`).test(bare));
  return { names, functions };
}

/** Without user, password and query. */
function withoutSecrets(address: string): string {
  return address.replace(/\/\/[^/@]*@/, "//").replace(/[?#].*$/, "") || "that an expression gives";
}
