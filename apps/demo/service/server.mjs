// A small shop service. One program, three versions: what differs is the behaviour file beside it.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const behaviour = JSON.parse(readFileSync(new URL("./behaviour.json", import.meta.url), "utf8"));
const bounds = [1, 2, 4, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000];
const buckets = bounds.map(() => 0);
const answered = { 200: 0, 500: 0 };
let count = 0;
let sum = 0;
let ready = false;

/** Milliseconds of work for one request: a base, some spread, and now and then a slow one. */
function workMs() {
  const slow = Math.random() < behaviour.slowShare;
  return behaviour.baseMs + Math.random() * behaviour.spreadMs + (slow ? behaviour.slowMs : 0);
}

function observe(ms, status) {
  answered[status] += 1;
  count += 1;
  sum += ms;
  for (let index = 0; index < bounds.length; index += 1) if (ms <= bounds[index]) buckets[index] += 1;
}

function exposition() {
  const lines = [
    "# HELP shop_request_duration_milliseconds Time to answer.",
    "# TYPE shop_request_duration_milliseconds histogram",
  ];
  bounds.forEach((bound, index) =>
    lines.push(`shop_request_duration_milliseconds_bucket{le="${bound}"} ${buckets[index]}`),
  );
  lines.push(`shop_request_duration_milliseconds_bucket{le="+Inf"} ${count}`);
  lines.push(`shop_request_duration_milliseconds_sum ${sum}`, `shop_request_duration_milliseconds_count ${count}`);
  lines.push("# HELP shop_requests_total Requests by status.", "# TYPE shop_requests_total counter");
  for (const [status, number] of Object.entries(answered))
    lines.push(`shop_requests_total{status="${status}"} ${number}`);
  lines.push(
    "# HELP shop_heap_bytes Heap in use.",
    "# TYPE shop_heap_bytes gauge",
    `shop_heap_bytes ${process.memoryUsage().heapUsed}`,
  );
  return `${lines.join("\n")}\n`;
}

const server = createServer((request, response) => {
  if (request.url === "/health") return response.writeHead(ready ? 200 : 503).end();
  if (request.url === "/metrics")
    return response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(exposition());
  const begun = performance.now();
  setTimeout(() => {
    const status = Math.random() < behaviour.errorShare ? 500 : 200;
    observe(performance.now() - begun, status);
    response.writeHead(status, { "content-type": "application/json", "x-version": behaviour.version });
    response.end(JSON.stringify({ version: behaviour.version, ok: status === 200 }));
  }, workMs());
});

server.keepAliveTimeout = 30_000;
server.listen(Number(process.env.PORT), "127.0.0.1", () => setTimeout(() => (ready = true), behaviour.startMs));
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
