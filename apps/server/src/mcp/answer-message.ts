import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { Ask, Tool } from "./api.ts";
import { ToolFailure } from "./api.ts";
import { changeTools } from "./change-tools.ts";
import { readTools } from "./read-tools.ts";

const mostInputElements = 10_000;

type Message = { url: string; headers: Record<string, string | string[] | undefined>; body: string };
type Options = { changes: boolean; version: string; askFor(tool: Tool): Ask };

const instructions =
  "Gennaker delivers services: pipelines run stages, deploy server groups, judge canaries and roll back. Ask list_applications " +
  "first; explain_execution says why a run is as it is. What a tool may do is what its caller may do. Long answers come in " +
  "pages: ask again with nextOffset as offset.";

/** One message of the protocol and its answer, by a server that lives only for it. */
export async function answerMessage(message: Message, { changes, version, askFor }: Options): Promise<Response> {
  const server = new McpServer(
    { name: "gennaker", title: "Gennaker", version },
    { instructions, maxToolInputElements: mostInputElements },
  );
  for (const tool of changes ? [...readTools, ...changeTools] : readTools) {
    server.registerTool(
      tool.name,
      {
        title: tool.title,
        description: tool.description,
        inputSchema: tool.input,
        annotations: {
          readOnlyHint: !tool.changes,
          destructiveHint: tool.destructive === true,
          openWorldHint: false,
        },
      },
      async (input: Record<string, unknown>) => await told(tool, input, askFor(tool)),
    );
  }
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  try {
    const headers = Object.entries(message.headers).flatMap(([name, value]): [string, string][] =>
      typeof value === "string" && name !== "content-length" ? [[name, value]] : [],
    );
    return await transport.handleRequest(new Request(message.url, { method: "POST", headers, body: message.body }));
  } finally {
    // The answer is whole by now: nothing streams.
    await server.close();
  }
}

type Told = { content: { type: "text"; text: string }[]; isError?: boolean };

async function told(tool: Tool, input: Record<string, unknown>, ask: Ask): Promise<Told> {
  try {
    const answer = await tool.run(input, ask);
    return { content: [{ type: "text", text: JSON.stringify(answer) }] };
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    return { isError: true, content: [{ type: "text", text: error.message }] };
  }
}
