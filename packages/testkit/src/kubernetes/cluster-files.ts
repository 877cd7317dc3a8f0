import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";

/** Keys, token and kubeconfig; the API server makes its own certificate at its first start. */
export function writeClusterFiles(directory: string, host: string, port: number) {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const token = randomBytes(16).toString("hex");
  const url = `https://${host}:${port}`;
  const ca = join(directory, "apiserver", "apiserver.crt");
  const kubeconfig = join(directory, "kubeconfig");
  mkdirSync(join(directory, "apiserver"));
  const key = join(directory, "service-account.key");
  const secret = { mode: 0o600 };
  writeFileSync(key, privateKey.export({ type: "sec1", format: "pem" }), secret);
  writeFileSync(join(directory, "tokens.csv"), `${token},admin,admin,"system:masters"\n`, secret);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server: url, "certificate-authority": ca } }],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    "current-context": "test",
  };
  writeFileSync(kubeconfig, JSON.stringify(config), secret);
  return { url, ca, token, key, kubeconfig };
}

/** Ports that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer();
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
