import type { ArgocdStatus } from "../result.ts";

/**
 * The language of the checks: one line a step, read from the top; the first alternative that holds answers.
 *
 * ```
 * step         = ["each PATH: " | "in PATH: "] alternative {"; " alternative}
 * alternative  = test {" & " test} " > " (status | "skip") [":" [" " message]]
 * test         = "otherwise" | ["no "] condition | field
 * condition    = types ("=" | "!=") statuses {"[" filter "]"}       Ready=False[reason!=Creating]
 * filter       = name ("=" | "!=" | "~") texts | "stale" | "unobserved" | "current" | "last", each with "!" before
 * field        = ["!"] PATH | operand operator (texts | operand)    .status.phase=Running|Paused  .status.ready<.spec.size
 * operand      = ["#"] PATH ["?" default] ["-" PATH ["?" default]]  # counts
 * operator     = "=" "!=" "<" "<=" ">" ">=" "^=" (begins) "$=" (ends) "!$="
 * PATH         = "." name {"." name} | "$." … from the manifest inside `each` and `in`; ['a.b/c'] for other names
 * ```
 *
 * `|` separates alternatives of texts, `*` stands for any. Conditions are those of `status`, inside `each` and `in` those of
 * the item; a step with conditions takes the first condition, in their order, for which an alternative holds. In a message,
 * `{message}` and `{reason}` are the condition's, `{Ready.reason}` another condition's, `{.status.phase}` a field. Without a
 * message the condition's own is taken, or the field is named.
 */
export type Check = readonly string[];

/** Checks by `group/Kind`; a group may begin with `*.` and a kind be `*`. */
export type CheckTable = Readonly<Record<string, Check>>;

export type Operand = {
  readonly path: readonly string[];
  readonly fromRoot: boolean;
  readonly count: boolean;
  readonly otherwise: string | undefined;
  readonly minus: Operand | undefined;
};

export type Filter = {
  readonly name: string;
  readonly not: boolean;
  /** Absent for the named filters (`stale` …). */
  readonly texts: readonly string[] | undefined;
  readonly contains: boolean;
};

export type ConditionTest = {
  readonly kind: "condition";
  readonly none: boolean;
  readonly types: readonly string[];
  readonly statuses: readonly string[];
  readonly not: boolean;
  readonly filters: readonly Filter[];
};

export type FieldTest = {
  readonly kind: "field";
  readonly left: Operand;
  readonly operator: "exists" | "absent" | "=" | "!=" | "<" | "<=" | ">" | ">=" | "^=" | "$=" | "!$=";
  readonly texts: readonly string[];
  readonly right: Operand | undefined;
};

export type Test = ConditionTest | FieldTest | { readonly kind: "otherwise" };

export type Alternative = {
  readonly tests: readonly Test[];
  readonly status: ArgocdStatus | "skip";
  readonly message: string | undefined;
};

export type Step = {
  readonly scope: "object" | "each" | "in";
  readonly path: Operand | undefined;
  readonly alternatives: readonly Alternative[];
};

const statuses: ReadonlySet<string> = new Set([
  "Healthy",
  "Progressing",
  "Degraded",
  "Suspended",
  "Missing",
  "Unknown",
  "skip",
]);

/** Reads one line of a check. Throws an `Error` that quotes what it cannot read. */
export function parseStep(text: string): Step {
  const scoped = /^(each|in) (\S+): (.*)$/su.exec(text);
  const body = scoped?.[3] ?? text;
  return {
    scope: scoped === null ? "object" : (scoped[1] as "each" | "in"),
    path: scoped === null ? undefined : parseOperand(scoped[2] ?? ""),
    alternatives: body.split("; ").map(parseAlternative),
  };
}

function parseAlternative(text: string): Alternative {
  const parts = /^(.+?) > (\w+)(:)? ?(.*)$/su.exec(text);
  const status = parts?.[2] ?? "";
  if (parts === null || !statuses.has(status)) throw new Error(`Not an alternative of a check: "${text}"`);
  return {
    tests: (parts[1] ?? "").split(" & ").map(parseTest),
    status: status as Alternative["status"],
    message: parts[3] === undefined ? undefined : (parts[4] ?? ""),
  };
}

function parseTest(text: string): Test {
  if (text === "otherwise") return { kind: "otherwise" };
  if (/^!?[#.$]/u.test(text)) return parseField(text);
  const parts = /^(no )?([^=!]+)(!?)=([^[]+)(.*)$/su.exec(text);
  if (parts === null) throw new Error(`Not a test of a check: "${text}"`);
  return {
    kind: "condition",
    none: parts[1] !== undefined,
    types: (parts[2] ?? "").split("|"),
    not: parts[3] === "!",
    statuses: (parts[4] ?? "").split("|"),
    filters: [...(parts[5] ?? "").matchAll(/\[([^\]]*)\]/gu)].map((filter) => parseFilter(filter[1] ?? "")),
  };
}

function parseFilter(text: string): Filter {
  const parts = /^(\w+)(=|!=|~)(.*)$/su.exec(text);
  if (parts === null)
    return { name: text.replace("!", ""), not: text.startsWith("!"), texts: undefined, contains: false };
  const [, name = "", operator, texts = ""] = parts;
  return { name, not: operator === "!=", texts: texts.split("|"), contains: operator === "~" };
}

function parseField(text: string): FieldTest {
  const parts = /^(!?)([^=<>!^]*?)(?:(!=|<=|>=|\^=|!?\$=|=|<|>)(.*))?$/su.exec(text);
  if (parts === null) throw new Error(`Not a test of a check: "${text}"`);
  const [, absent, path = "", operator, value = ""] = parts;
  const isPath = /^#?\$?\.\D/u.test(value);
  return {
    kind: "field",
    left: parseOperand(path),
    operator: operator === undefined ? (absent === "!" ? "absent" : "exists") : (operator as FieldTest["operator"]),
    texts: isPath ? [] : value.split("|"),
    right: isPath ? parseOperand(value) : undefined,
  };
}

function parseOperand(text: string): Operand {
  const [first = "", second] = text.split(/-(?=\$?\.)/u);
  const parts = /^(#?)(\$?)((?:\.[\w-]+|\['[^']+'\])+)(?:\?(.*))?$/su.exec(first);
  if (parts === null) throw new Error(`Not a path of a check: "${text}"`);
  return {
    path: [...(parts[3] ?? "").matchAll(/\.([\w-]+)|\['([^']+)'\]/gu)].map((step) => step[1] ?? step[2] ?? ""),
    count: parts[1] === "#",
    fromRoot: parts[2] === "$",
    otherwise: parts[4],
    minus: second === undefined ? undefined : parseOperand(second),
  };
}
