/** Which methods a path takes, asked only when a request found no route. */
export type MethodIndex = {
  add(method: string | readonly string[], pattern: string): void;
  /** The methods of every pattern that fits, in a fixed order; none when nothing is there. */
  of(path: string): string[];
};

const order = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

export function createMethodIndex(): MethodIndex {
  const patterns = new Map<string, { fits: RegExp; methods: Set<string> }>();
  return {
    add(method, pattern) {
      const entry = patterns.get(pattern) ?? { fits: toExpression(pattern), methods: new Set() };
      for (const each of [method].flat()) entry.methods.add(each);
      patterns.set(pattern, entry);
    },
    of(path) {
      const found = new Set<string>();
      const plain = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
      for (const { fits, methods } of patterns.values()) {
        if (fits.test(plain)) for (const method of methods) found.add(method);
      }
      return order.filter((method) => found.has(method));
    },
  };
}

/** `/a/:b/*` as an expression: a parameter is one segment, a star is the rest. */
function toExpression(pattern: string): RegExp {
  const source = pattern
    .split("/")
    .map((segment) =>
      segment.startsWith(":") ? "[^/]+" : segment === "*" ? ".*" : segment.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
    )
    .join("/");
  return new RegExp(`^${source}$`);
}
