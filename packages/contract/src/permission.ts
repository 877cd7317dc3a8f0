/** What may be done. `judge` answers manual judgements; `administer` changes people, roles and tokens. */
export const verbs = ["read", "write", "execute", "judge", "administer"] as const;
export type Verb = (typeof verbs)[number];

/**
 * What it is done to. `shared` stands for documents of no one application: projects, templates, canary configs and
 * calendars for all; `system` for the engine and this installation; `access` for people, roles and tokens.
 */
export const resourceKinds = ["application", "account", "shared", "secret", "system", "audit", "access"] as const;
export type ResourceKind = (typeof resourceKinds)[number];

/** A resource: one of its kind by name, or with `null` the kind as a whole. */
export type Resource = { kind: ResourceKind; name: string | null };

/** Where a request names something: a path value, a query value, or a field of the body. */
type Place = `params.${string}` | `query.${string}` | `body.${string}`;

/** What has to be looked up to know whose it is: e.g. an execution's id tells the application. */
export const lookups = [
  "pipeline",
  "strategy",
  "execution",
  "canaryConfig",
  "canaryRun",
  "freeze",
  "serverGroup",
  "instance",
  "object",
  "pod",
] as const;
export type Lookup = (typeof lookups)[number];

/** One thing that a route asks for. Without `of`, for the kind as a whole. */
export type Need = {
  readonly verb: Verb;
  readonly kind: ResourceKind;
  /** Where the name stands; with `via` it is an id whose application is looked up. */
  readonly of?: Place;
  readonly via?: Lookup;
  /** The request may leave it out: then nothing is asked here, and lists are filtered. */
  readonly optional?: true;
};

/** How a list is cut down to what the caller may read. */
export type Shows = {
  /** Path of the list in the answer, with dots; "" where the answer itself is the list, or a map by application. */
  readonly at?: string;
  /** The field of an entry that names its application (or account); a list of names is shown if one of them is. */
  readonly by: string;
  readonly kind?: "application" | "account";
  /** The field is a name of Spinnaker's form: the application is what stands before the first hyphen. */
  readonly moniker?: true;
  /** What entries without a name need; default: they are shown to everybody who is signed in. */
  readonly nameless?: { readonly verb: Verb; readonly kind: ResourceKind };
};

/** `byPart`: the handler asks for each part of the request, and refuses parts alone.
 * `*` in a place stands for each entry of a list. `jobs`: the body's jobs are looked at one by one. `everybody`: also without a login. Otherwise a login, and all needs. */
export type Permission =
  | "everybody"
  | {
      readonly needs: readonly Need[];
      readonly shows?: Shows;
      readonly jobs?: true;
      readonly byPart?: true;
      /** A body that answers a judgement (`judgmentStatus`) asks for `judge` where it would ask for `execute`. */
      readonly judges?: true;
    };

/** For every signed-in person. */
export const signedIn: Permission = { needs: [] };

/** For every signed-in person, part by part. */
export const byPart: Permission = { needs: [], byPart: true };

export function needs(...list: readonly (Need | string)[]): Permission {
  return { needs: list.map((each) => (typeof each === "string" ? need(each) : each)) };
}

/** A list that shows what may be read. */
export function lists(by: string, more: Omit<Shows, "by"> & { needs?: readonly string[] } = {}): Permission {
  const { needs: wanted, ...shows } = more;
  return { needs: (wanted ?? []).map(need), shows: { by, ...shows } };
}

/** `read application params.application`, `execute application pipeline:params.pipeline`, `write shared`; `?` at the end: optional. */
export function need(text: string): Need {
  const match = /^([a-z]+) ([a-z]+)(?: (?:([A-Za-z]+):)?((?:params|query|body)\.[\w.*]+)(\?)?)?$/.exec(text);
  const [, verb, kind, via, of, optional] = match ?? [];
  const known = via === undefined || lookups.includes(via as Lookup);
  if (!known || !verbs.includes(verb as Verb) || !resourceKinds.includes(kind as ResourceKind))
    throw new Error(`"${text}" says no need`);
  return {
    verb: verb as Verb,
    kind: kind as ResourceKind,
    ...(of === undefined ? {} : { of: of as Place }),
    ...(via === undefined ? {} : { via: via as Lookup }),
    ...(optional === undefined ? {} : { optional: true }),
  };
}
