import { expect, test } from "vitest";
import type { Json } from "@gennaker/contract/json.ts";
import { scopeOf } from "./jinja/environment.ts";
import { createRenderer } from "./renderer.ts";

const variables = {
  s: "str",
  i: 5,
  f: 1.5,
  b: true,
  no: false,
  l: ["a", "b"],
  n: [3, 1, 2],
  m: { k: "v", n: { x: [1, 2] } },
  nothing: null,
  csv: "x,y",
};
const render = (text: Json) =>
  createRenderer(new Map(), scopeOf({})).render(text, scopeOf({ trigger: { tag: "1" } }, variables), "/at");

/** Each pair was compared with what Orca's renderer gives. */
test.each<[string, Json]>([
  ["{{ s }}", "str"],
  ["{{ i }}", 5],
  ["{{ l }}", ["a", "b"]],
  ["{{ nothing }}", null],
  ["{{ m.k }}", "v"],
  ["{{ m['n'].x[1] }}", 2],
  ["{{ m.zz|default('d') }}", "d"],
  ["{{ unknown|default('d') }}", "d"],
  ["{{ l[-1] }}", "b"],
  ["{{ l[0:1] }}", ["a"]],
  ["{{ i + 1 }}", 6],
  ["{{ i / 2 }}", 2.5],
  ["{{ i // 2 }}", 2],
  ["{{ i % 2 }}", 1],
  ["{{ 2 ** 3 }}", 8],
  ["{{ (i + 1) * 2 }}", 12],
  ["{{ s + 'x' }}", "strx"],
  ["{{ s ~ i }}", "str5"],
  ["{{ l + ['c'] }}", ["a", "b", "c"]],
  ["{{ i|string + 'x' }}", "5x"],
  ["{{ i == '5' }}", true],
  ["{{ s == 'str' and b }}", true],
  ["{{ not b }}", false],
  ["{{ no or s }}", "str"],
  ["{{ 'a' in l }}", true],
  ["{{ 'q' not in l }}", true],
  ["{{ 'k' in m }}", true],
  ["{{ 'x' if b else 'y' }}", "x"],
  ["{{ no ? 'x' : 'y' }}", "y"],
  ["{{ unknown is defined }}", false],
  ["{{ s is not none }}", true],
  ["{{ i is divisibleby 5 }}", true],
  ["{{ 'b' > 'a' }}", true],
  ["{{ l|join(',') }}", "a,b"],
  ["{{ l|length }}", 2],
  ["{{ s|upper }}", "STR"],
  ["{{ csv|split(',') }}", ["x", "y"]],
  ["{{ n|sort }}", [1, 2, 3]],
  ["{{ m|json }}", { k: "v", n: { x: [1, 2] } }],
  ["{{ s|base64 }}", "c3Ry"],
  ["{{ n|max }}", 3],
  ["{{ n|min }}", 1],
  ["{{ n|sum }}", 6],
  ["{{ l|map('upper')|join('-') }}", "A-B"],
  ["{{ '7'|int + 1 }}", 8],
  ["{{ 3.7|round }}", 4],
  ["{{ [1, 2, 1]|unique }}", [1, 2]],
  ["{{ 'app-stack-detail-v001'|frigga('cluster') }}", "app-stack-detail"],
  ["{{ 'app-stack-v001'|frigga('stack') }}", "stack"],
  ["{{ s.toUpperCase() }}", "STR"],
  ["{{ m.keys() }}", ["k", "n"]],
  ["{{ s.substring(1) }}", "tr"],
  ["{{ trigger.tag }}", 1],
  ["{% if no %}A{% elif i > 3 %}B{% else %}C{% endif %}", "B"],
  ["{% if nothing %}A{% else %}B{% endif %}", "B"],
  ["{% for x in l %}{{ loop.index }}{{x}}{% if not loop.last %},{% endif %}{% endfor %}", "1a,2b"],
  ["{% for k, v in m.items() %}{{ k }}{% endfor %}", "kn"],
  ["{% for x in l %}\n- {{ x }}\n{% endfor %}", ["a", "b"]],
  ["{% set z = 4 %}{{ z + i }}", 9],
  ["{# c #}hi", "hi"],
  ["{%- if b -%} trimmed {%- endif -%}", "trimmed"],
  ["yes", "yes"],
  ["TRUE", true],
  ["null", "null"],
  ["010", 8],
  ["1_000", 1000],
  ["1:30", 90],
  ["2020-01-01", 1577836800000],
  ["1.5.2", "1.5.2"],
  ["*a", "*a"],
  ["noexpand:{{ s }}", "str"],
  ["${ x }", "${ x }"],
  ["- {{ i }}\n- yes\n- y", [5, true, "y"]],
  ["key: |\n  text", { key: "text" }],
  ["'q'", "'q'"],
  ["v1.0.0", "v1.0.0"],
  ['"q" x', '"q" x'],
  ["", null],
])("%s gives %j", (text, value) => {
  expect(render(text)).toEqual(value);
});

test("what rendering makes is rendered again, keys as well, to five levels", () => {
  expect(render({ "{{ s }}": ["{{ i }}"] })).toEqual({ str: [5] });
  const nested = (level: number): string => (level === 0 ? "x" : JSON.stringify([nested(level - 1)]));
  expect(render(nested(4))).toEqual([[[["x"]]]]);
  expect(() => render(nested(6))).toThrow("more than 5 levels deep");
});

test.each([
  ["{{ unknown }}", "has no value"],
  ["{{ m.zz }}", "has no value"],
  ["{% if unknown %}A{% endif %}", "has no value"],
  ["{{ m }}", "write {{ m | json }}"],
  ["{{ s|nofilter }}", 'the filter "nofilter", which is not supported'],
  ["{{ s|uper }}", 'did you mean "upper"?'],
  ["{% include 'x' %}", "uses {% include %}, which is not supported"],
  ["{{ s", "has no end for the {{"],
  ["{% if b %}", "has no {% endif %}"],
  ["{{ 1 + }}", "ends too early"],
  ["{{ s.getClass() }}", "calls getClass(), which is not supported"],
  ["{{ i / 0 }}", "divides by zero"],
  ["{{ range(100000) }}", "a range of more than 1000"],
  ["[1, 2", "gives text that is no YAML"],
])("%s is a fault", (text, words) => {
  expect(() => render(text)).toThrow(words);
});

test("hostile templates end: no prototypes, no endless work", () => {
  expect(() => render("{{ __proto__ }}")).toThrow("has no value");
  expect(() => render("{{ m.constructor }}")).toThrow("has no value");
  const loops = "{% for a in range(1000) %}".repeat(3) + "x" + "{% endfor %}".repeat(3);
  expect(() => render(loops)).toThrow("too many steps");
  expect(() => render(`{{ ${"(".repeat(200)}1${")".repeat(200)} }}`)).toThrow("nested too deeply");
});

test("modules that use each other without an end are a fault", () => {
  const modules = new Map([["m", { id: "m", variables: [], definition: "{% module m %}" }]]);
  expect(() => createRenderer(modules, scopeOf({})).render("{% module m %}", scopeOf({}), "/at")).toThrow(
    /without an end|too many steps/,
  );
});
