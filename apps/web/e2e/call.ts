/** Calls the own API as another client would; fails with the server's words. */
export async function call<T>(server: { url: string }, method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return JSON.parse(text) as T;
}

/** Waits until a run has the status; fails after 20 seconds with the one it has. */
export async function untilStatus(server: { url: string }, execution: string, wanted: string): Promise<void> {
  const last = { status: "" };
  for (let attempt = 0; attempt < 100; attempt++) {
    last.status = (await call<{ status: string }>(server, "GET", `/executions/${execution}`)).status;
    if (last.status === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`the run ${execution} is ${last.status} and not ${wanted}`);
}
