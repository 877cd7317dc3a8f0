import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inClusterConnection } from "./in-cluster.ts";
import { loadKubeconfig } from "./load-kubeconfig.ts";

describe("kubeconfig", () => {
  let folder: string;
  const write = async (name: string, text: string) => {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const one = (user: string, cluster = "server: https://one.test") =>
    write(
      "config",
      `current-context: x\nclusters: [{name: c, cluster: {${cluster}}}]\nusers: [{name: u, user: {${user}}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n`,
    );
  const connect = async (path: string) => (await loadKubeconfig({ paths: [path], env: {} })).connect();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kubeconfig-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("merges a list: the first file that names something wins, missing files are skipped", async () => {
    const first = await write("a/one.yaml", "contexts: [{name: x, context: {cluster: c, user: u, namespace: shop}}]\n");
    const second = await write(
      "b/two.yaml",
      [
        "apiVersion: v1",
        "kind: Config",
        "current-context: x",
        "clusters: [{name: c, cluster: {server: 'https://cluster.test:6443/prefix/', certificate-authority: pki/ca.pem}}]",
        "users: [{name: u, user: {tokenFile: ../token}}]",
        "contexts: [{name: x, context: {cluster: other}}, {name: y, context: {cluster: none, user: u}}]",
      ].join("\n"),
    );
    await write("b/pki/ca.pem", "-----BEGIN CERTIFICATE-----\n");
    await write("token", "from-file\n");
    const env = { KUBECONFIG: [first, join(folder, "missing"), second].join(":") };
    const config = await loadKubeconfig({ env });
    expect(config.files).toEqual([first, second]);
    expect(config.contexts.map(({ name, cluster, namespace }) => [name, cluster, namespace])).toEqual([
      ["x", "c", "shop"],
      ["y", "none", "default"],
    ]);
    const connection = await config.connect();
    expect(connection).toMatchObject({
      name: "x",
      server: "https://cluster.test:6443/prefix",
      namespace: "shop",
      ca: "-----BEGIN CERTIFICATE-----\n",
    });
    expect(await connection.credentials.current()).toEqual({ headers: { authorization: "Bearer from-file" } });
    await expect(config.connect("y")).rejects.toThrow('there is no cluster "none"');
    await expect(config.connect("z")).rejects.toThrow("There are: x, y");
  });

  test("reads everything a cluster may say", async () => {
    const path = await one(
      "token: t, as: jane, as-uid: '7', as-groups: [dev, ops], as-user-extra: {Reason: [night]}",
      "server: 'https://one.test', insecure-skip-tls-verify: true, tls-server-name: other.test, proxy-url: 'socks5://proxy.test:1080'",
    );
    expect(await connect(path)).toMatchObject({
      insecureSkipTlsVerify: true,
      tlsServerName: "other.test",
      proxyUrl: "socks5://proxy.test:1080",
      impersonate: { user: "jane", uid: "7", groups: ["dev", "ops"], extra: { Reason: ["night"] } },
    });
  });

  test.each([
    ["username: admin, password: secret", /removed in 1.19/],
    ["auth-provider: {name: gcp, config: {}}", /gke-gcloud-auth-plugin/],
    ["exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}", /v1alpha1; use/],
    ["exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}", /needs a terminal/],
    ["exec: {apiVersion: client.authentication.k8s.io/v1}", /needs a command/],
    ["as-groups: [x]", /needs a user name/],
  ])("refuses user {%s} with a reason", async (user, reason) => {
    const refused = connect(await one(user));
    await expect(refused).rejects.toThrow(reason);
    await expect(refused).rejects.toMatchObject({ reason: "Configuration", retryable: false });
    await expect(refused).rejects.not.toThrow(/secret/);
  });

  test.each([
    ["server: 'ftp://x'", /is no http or https address/],
    ["server: 'https://x', certificate-authority: none.pem", /none.pem cannot be read \(ENOENT\)/],
    ["server: 'https://x', certificate-authority-data: '%%%'", /no base64 of a PEM/],
  ])("refuses cluster {%s} with a reason", async (cluster, reason) => {
    await expect(connect(await one("token: t", cluster))).rejects.toThrow(reason);
  });

  test.each([
    ["users: [{name: u, user: {token: geheim", /no valid YAML in line 1/],
    ["- a list", /is no mapping/],
    ["kind: Pod", /kind Pod, not a kubeconfig/],
    ["clusters: {}", /clusters is no list/],
    ["users: [{user: {}}]", /an entry of users has no name/],
  ])("refuses the file %s", async (text, reason) => {
    const path = await write("bad", text);
    await expect(loadKubeconfig({ paths: [path], env: {} })).rejects.toThrow(reason);
    await expect(loadKubeconfig({ paths: [path], env: {} })).rejects.not.toThrow(/geheim/);
  });

  test("says what is missing when there is nothing", async () => {
    const none = await loadKubeconfig({ env: { HOME: folder } });
    await expect(none.connect()).rejects.toThrow(/there is no kubeconfig/);
    await expect(loadKubeconfig({ paths: [join(folder, "none")], env: {} })).rejects.toThrow(/ENOENT/);
  });

  test("a pod finds its own cluster, and its token rotates", async () => {
    await write("sa/ca.crt", "-----BEGIN CERTIFICATE-----\n");
    await write("sa/token", "one");
    await write("sa/namespace", "shop");
    const env = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };
    const connection = await inClusterConnection({ env, folder: join(folder, "sa") });
    expect(connection).toMatchObject({ server: "https://[fd00::1]:443", namespace: "shop" });
    expect((await connection.credentials.current()).headers).toEqual({ authorization: "Bearer one" });
    await write("sa/token", "two");
    expect(connection.credentials.invalidate()).toBe(true);
    expect((await connection.credentials.current()).headers).toEqual({ authorization: "Bearer two" });
    await expect(inClusterConnection({ env: {} })).rejects.toThrow(/this is no pod/);
  });
});
