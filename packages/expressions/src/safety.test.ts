import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExpressionError } from "./errors.ts";
import { evaluateTemplate } from "./evaluate.ts";
import { parseExpression } from "./parse.ts";
import { splitTemplate } from "./template.ts";

const evaluated = (
  expression: string,
  context: Record<string, unknown> = {},
  limits = {},
): ReturnType<typeof evaluateTemplate> => evaluateTemplate(`\${${expression}}`, { context, limits });

describe("nothing of the host can be reached", () => {
  const hostile = [
    "''.getClass()",
    "''.class",
    "''.constructor",
    "''['constructor']",
    "''.__proto__",
    "''.getClass().forName('java.lang.Runtime')",
    "{1}.constructor",
    "{1}.__proto__",
    "{1}.map(#x)",
    "5.constructor",
    "true.constructor",
    "T(java.lang.Runtime).getRuntime()",
    "T(java.lang.System).exit(0)",
    "T(java.lang.Class).forName('x')",
    "T(String).getClassLoader()",
    "T(String).forName('x')",
    "T(String).constructor",
    "T(Math).constructor('return 1')()",
    "new java.lang.ProcessBuilder('id').start()",
    "new java.io.File('/etc/passwd')",
    "new java.net.URL('http://localhost').openStream()",
    "T(java.lang.Thread).sleep(100000)",
    "#constructor()",
    "#__proto__('x')",
    "#toString()",
    "#fromUrl('http://169.254.169.254/')",
    "#jsonFromUrl('file:///etc/passwd')",
    "@bean",
    "''.toString.call()",
    "'x'.getBytes('x').class",
    "T(java.lang.Integer).getInteger('user.home')",
    "T(Boolean).getBoolean('x')",
    "execution.class",
    "#root.class.forName('x')",
  ];
  test.each(hostile)("%s", (expression) => {
    const { result, errors } = evaluated(expression);
    expect(result).toBe(`\${${expression}}`);
    expect(errors).toHaveLength(1);
  });

  test.each([
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "m.constructor",
    "m.__proto__",
    "m['constructor']",
    "#constructor",
  ])("the name %s is only an unknown key", (name) => {
    const { result, errors } = evaluated(name, { m: {} });
    expect(result).toBe(`\${${name}}`);
    expect(errors[0]?.level).toBe("INFO");
  });

  test("a key named __proto__ is data and changes no prototype", () => {
    const context = JSON.parse('{"m":{"__proto__":{"polluted":1}},"k":"__proto__"}') as Record<string, unknown>;
    const { result } = evaluateTemplate(JSON.parse('{"${k}":"${m}","x":{"__proto__":{"polluted":2}}}'), { context });
    expect(JSON.stringify(result)).toBe('{"__proto__":{"__proto__":{"polluted":1}},"x":{"__proto__":{"polluted":2}}}');
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(evaluated("m.__proto__ = 5", context).result).toBe(5);
    expect(Object.getPrototypeOf(context)).toBe(Object.prototype);
  });

  test("assignments never reach the caller's objects", () => {
    const context = { a: 1, l: [1], m: { k: 1 } };
    const before = structuredClone(context);
    const template = ["${a = 5}", "${l.add(2)}", "${m.k = 9}", "${m.clear()}", "${a}", "${l}", "${m}"];
    expect(evaluateTemplate(template, { context }).result).toEqual([5, true, 9, "${m.clear()}", 5, [1, 2], {}]);
    expect(context).toEqual(before);
  });
});

describe("what would take too long or grow too large is an error", () => {
  const grow = "a".repeat(1000);
  const bombs: [string, string][] = [
    ["back-reference", `'${"a".repeat(40)}b' matches '((a+)+)\\1c'`],
    ["look-ahead", `'${"a".repeat(40)}!' matches '(?=(a+)+$).*'`],
    ["nested counts", `'${"a".repeat(60)}' matches '\\b((a|aa)+)+b++'`],
    ["deep brackets", `${"(".repeat(4000)}1${")".repeat(4000)}`],
    ["deep signs", `${"!".repeat(9000)}true`],
    ["deep lists", `${"{".repeat(3000)}${"}".repeat(3000)}`],
    ["long text", `'${"x".repeat(20_000)}'`],
    ["repetition", "'ab' * 100000000"],
    ["repeat()", "'ab'.repeat(2000000000)"],
    ["replacement growth", `'${grow}'.replaceAll('a', '${grow}').replaceAll('a', '${grow}')`],
    ["literal replacement growth", `'${grow}'.replace('a', '${grow}').replace('a', '${grow}')`],
    ["wide format", "T(String).format('%2000000000d', 1)"],
    ["power of big numbers", "(99999999999999999999 ^ 99999)"],
    ["pattern length", `'a' matches '${"a".repeat(1500)}'`],
    ["list in itself", "(l.add(l) ? l : l)"],
    ["map in itself", "(m.k = m) == null ? 1 : m"],
    ["printing a list in itself", "(l.add(l) ? l : l).toString()"],
  ];
  test.each(bombs)("%s", (_name, expression) => {
    const { result, errors } = evaluated(expression, { l: [1], m: {} });
    expect(result).toBe(`\${${expression}}`);
    expect(errors[0]?.level).toBe("ERROR");
  });

  test("a pattern that explodes elsewhere is answered in linear time", () => {
    expect(evaluated(`'${"a".repeat(2000)}!' matches '(a+)+$'`)).toEqual({ result: false, errors: [] });
  });

  test.each([
    "#toInt(long)",
    "#toFloat(long)",
    "long * 2 + (long - 1)",
    "T(Double).valueOf(long)",
    "'abc'.substring(long)",
  ])("a million digits are no number: %s", (expression) => {
    const { errors } = evaluated(expression, { long: "1".repeat(1_000_000) });
    expect(errors[0]?.level).toBe("ERROR");
  });

  test("trimming a million blanks is quick", () => {
    const blanks = `x${" ".repeat(900_000)}y`;
    expect(evaluated("t.trim().length() + t.strip().length()", { t: blanks }).result).toBe(2 * blanks.length);
  });

  test("doubling a text runs into a limit", () => {
    const template = ["${a = 'xxxxxxxxxxxxxxxx'}", ...Array<string>(60).fill("${a = a.concat(a)}")];
    const { errors } = evaluateTemplate(template, { context: {} });
    expect(errors[0]?.description).toContain("a text longer than 1000000 characters");
  });

  test("doubling a list runs into a limit", () => {
    const { errors } = evaluateTemplate(Array<string>(60).fill("${l.addAll(l)}"), { context: { l: [1, 2, 3] } });
    expect(errors.at(-1)?.description).toContain("more than 1000000 steps");
  });

  test("lists of lists that share their parts cannot explode in the result", () => {
    const template = ["${x = {1,a}}", ...Array<string>(40).fill("${(x = {x,x}).size()}"), "${x}"];
    const { errors } = evaluateTemplate(template, { context: { a: 1 } });
    expect(errors.at(-1)?.description).toMatch(/more than/);
  });

  test("nested selections run out of steps, and the whole call has one budget", () => {
    const l = Array.from({ length: 300 }, (_, index) => index);
    const nested = "${l.?[#root.l.?[#root.l.?[#this < 0].size() > 0].size() > 0]}";
    const { errors } = evaluateTemplate([nested, "${1 + 1}"], { context: { l } });
    expect(errors.map(({ description }) => description.includes("steps"))).toEqual([true, true]);
  });

  test("a long chain of operators is no deep nesting", () => {
    const chain = Array<string>(2000).fill("1").join("+");
    expect(evaluated(chain).result).toBe(2000);
  });

  test("a template nested too deeply stays as it is and says so", () => {
    let template: unknown = "${a}";
    for (let depth = 0; depth < 5000; depth += 1) template = [template];
    const { errors } = evaluateTemplate(template, { context: { a: 1 } });
    expect(errors[0]?.description).toContain("nested deeper than 200");
  });

  test.each([
    ["steps", 3],
    ["depth", 1],
    ["expressionLength", 2],
    ["textLength", 1],
    ["resultValues", 2],
    ["expressions", 0],
  ] as const)("the limit %s can be set", (name, value) => {
    const { errors } = evaluated("{(1 + 2), 'abc'.concat('d'), {3, 4}}", {}, { [name]: value });
    expect(errors[0]?.description).toMatch(/more than|longer than|deeper than/);
  });
});

const pieces = fc.constantFrom(
  "a",
  "m",
  "l",
  "zz",
  ".k",
  "['k']",
  "[0]",
  "?.",
  ".",
  "(",
  ")",
  "{",
  "}",
  "[",
  "]",
  ".?[",
  ".![",
  ".^[",
  ".$[",
  "#this",
  "#root",
  "#x",
  "#toJson(",
  "#stage(",
  "T(Math)",
  "T(",
  "new ",
  "1",
  "2L",
  "2.5",
  "'s'",
  '"d"',
  "'",
  "+",
  "-",
  "*",
  "/",
  "%",
  "^",
  "==",
  "!=",
  "<",
  ">",
  "&&",
  "||",
  "!",
  "and",
  "or",
  "not",
  "?",
  ":",
  "?:",
  "=",
  "++",
  "--",
  "matches",
  "between",
  "instanceof",
  ",",
  " ",
  "null",
  "true",
  ".size()",
  ".add(1)",
  ".toString()",
  "${",
  "$",
  "@",
  "é",
  "\\",
);
const soup = fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join(""));

describe("any text", () => {
  test("parses or throws ExpressionError", () => {
    fc.assert(
      fc.property(fc.oneof(soup, fc.string({ unit: "binary" })), (text) => {
        for (const run of [() => parseExpression(text), () => splitTemplate(text)]) {
          try {
            run();
          } catch (error) {
            expect(error).toBeInstanceOf(ExpressionError);
          }
        }
      }),
      { numRuns: 1500 },
    );
  });

  test("evaluates to something that JSON can hold, or stays raw with a problem", () => {
    fc.assert(
      fc.property(soup, (text) => {
        const template = `\${${text}}`;
        const { result, errors } = evaluateTemplate(template, { context: { a: 1, l: [1, { k: 2 }], m: { k: "v" } } });
        expect(JSON.stringify(result)).toBeTypeOf("string");
        if (errors.some(({ level }) => level === "ERROR")) expect(result).toBe(template);
      }),
      { numRuns: 1500 },
    );
  });

  test("text without an expression is returned as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes("${"));
        expect(evaluateTemplate(value, { context: {} })).toEqual({ result: value, errors: [] });
      }),
    );
  });
});
