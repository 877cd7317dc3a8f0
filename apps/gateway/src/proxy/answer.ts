/** Answers the gateway gives itself, as JSON that names the load balancer and says why. */
export interface OwnAnswer {
  status: number;
  code: string;
  message: string;
  loadBalancer: string;
  serverGroup?: string | undefined;
  /** Instances that were tried, in order, each with what happened. */
  attempts?: readonly { instance: string; reason: string }[] | undefined;
}

const reasons: Readonly<Record<number, string>> = {
  400: "Bad Request",
  405: "Method Not Allowed",
  408: "Request Timeout",
  431: "Request Header Fields Too Large",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
};

/** The whole message as UTF-8. HEAD gets the head alone. */
export function buildOwnAnswer(
  answer: OwnAnswer,
  options: { head: boolean; keepAlive: boolean; minor: 0 | 1 },
): Buffer {
  const { status, ...error } = answer;
  const body = Buffer.from(`${JSON.stringify({ error: { status, ...error } })}\n`);
  const connection = !options.keepAlive ? "close" : options.minor === 0 ? "keep-alive" : undefined;
  const head =
    `HTTP/1.1 ${status} ${reasons[status] ?? "Error"}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nCache-Control: no-store\r\n` +
    (status === 503 ? "Retry-After: 1\r\n" : "") +
    (connection ? `Connection: ${connection}\r\n\r\n` : "\r\n");
  return options.head ? Buffer.from(head, "latin1") : Buffer.concat([Buffer.from(head, "latin1"), body]);
}
