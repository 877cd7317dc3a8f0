import { shopObjects } from "@gennaker/testkit/fakes/kube-api/shop.ts";
import { startFakeApi, type FakeApi } from "@gennaker/testkit/fakes/kube-api/with-kubeconfig.ts";
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axeFindings, scrollsSideways } from "./axe.ts";
import { newContext, startBrowser } from "./browser.ts";
import { call, untilStatus } from "./call.ts";
import { startServer, type TestServer } from "./server.ts";

/** The pages of Kubernetes on a real server whose cluster is an API server in memory. */
const scene = {} as { fake: FakeApi; server: TestServer; browser: Browser; page: Page };
const last = "kubectl.kubernetes.io/last-applied-configuration";

beforeAll(async () => {
  scene.fake = await startFakeApi();
  scene.fake.put(...shopObjects().map(asApplied));
  scene.server = await startServer({
    kubernetes: {
      accounts: [
        { name: "prod", kubeconfigFile: scene.fake.kubeconfigFile, lease: false },
        { name: "away", kubeconfigFile: "/nowhere/kubeconfig" },
      ],
      health: {
        rules: [
          {
            kind: "ConfigMap",
            rules: [{ when: "metadata.name == 'settings-v000'", status: "paused", message: "kept for a way back" }],
          },
        ],
      },
    },
  });
  await call(scene.server, "PUT", "/applications/shop", { email: "shop@example.com" });
  scene.browser = await startBrowser();
  scene.page = await (await newContext(scene.browser)).newPage();
  await scene.page.goto(`${scene.server.url}/ui/applications/shop`);
  await scene.page.evaluate(() => Object.assign(window, { stillHere: true }));
});

afterAll(async () => {
  await scene.browser?.close();
  await scene.server?.stop();
  await scene.fake?.close();
});

/** The Deployment carries what was applied: with one replica more than the cluster has now. */
function asApplied(object: ReturnType<typeof shopObjects>[number]) {
  if (object.kind !== "Deployment") return object;
  const { apiVersion, kind } = object;
  const { name, namespace } = object.metadata;
  const applied = {
    apiVersion,
    kind,
    metadata: { name, namespace },
    spec: { ...(object["spec"] as object), replicas: 3 },
  };
  const annotations = { ...(object.metadata["annotations"] as object), [last]: JSON.stringify(applied) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

const item = (page: Page, name: RegExp) => page.getByRole("treeitem", { name });
const details = (page: Page, name: string) => page.getByRole("region", { name: `Details of ${name}` });

describe("an application's objects", () => {
  test("stand in a tree with health, traffic, versions and what is in use", async () => {
    const { page } = scene;
    await page
      .getByRole("navigation", { name: "Parts of the application" })
      .getByRole("link", { name: "Kubernetes" })
      .click();
    await item(page, /^Traffic/).waitFor();
    await item(page, /Ingress front/).waitFor();
    await item(page, /Service web.*gets 100 %/).waitFor();
    await item(page, /Deployment web.*Stable.*2 of 2 ready.*version 2\.1/).waitFor();
    await item(page, /ReplicaSet web-2.*Stable.*revision 2.*100 % of web/).waitFor();
    await item(page, /Pod web-2-0/).waitFor();
    await item(page, /ConfigMap settings: 2 versions/).click();
    await item(page, /ConfigMap settings-v001 in use/).waitFor();
    await item(page, /ConfigMap settings-v000 not in use.*Paused/).waitFor();
    expect(await page.getByRole("treeitem", { name: /other/ }).count()).toBe(0);
    await page.getByRole("alert").filter({ hasText: "away does not answer" }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test("are found by text, kind and health, and the filter is the address", async () => {
    const { page } = scene;
    await page.getByRole("searchbox").fill("web-2-1");
    await page.getByText("1 of 11 objects").waitFor();
    await expect.poll(() => page.getByRole("treeitem", { name: /Ingress front/ }).count()).toBe(1);
    await expect.poll(() => page.getByRole("treeitem", { name: /web-2-0/ }).count()).toBe(0);
    await page.getByRole("searchbox").fill("");
    await page.getByRole("combobox", { name: "Kind" }).selectOption("Secret");
    await item(page, /Secret keys-v000/).waitFor();
    expect(page.url()).toContain("kind=Secret");
    await page.getByRole("button", { name: /Paused/ }).click();
    await page.getByText("No object matches the filter.").waitFor();
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await item(page, /Deployment web/).waitFor();
  });

  test("change on the page as they change in the cluster, with the reason", async () => {
    const { page, fake } = scene;
    const pod = shopObjects().find(({ metadata }) => metadata.name === "web-2-1");
    if (pod === undefined) throw new Error("there is no Pod");
    const waiting = {
      name: "web",
      ready: false,
      state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } },
    };
    fake.put({ ...pod, status: { phase: "Pending", containerStatuses: [waiting] } });
    await item(page, /Pod web-2-1.*Failed.*The image cannot be pulled/).waitFor();
    await item(page, /Workloads 1 Failed/).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test("can be worked with by the keyboard alone", async () => {
    const { page } = scene;
    await item(page, /^Traffic/).focus();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    for (const key of ["ArrowDown", "ArrowDown", "ArrowLeft"]) await page.keyboard.press(key);
    await expect.poll(() => page.getByRole("treeitem", { name: /EndpointSlice/ }).count()).toBe(0);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toContain("web-x");
    await page.keyboard.press("End");
    await page.keyboard.press("Home");
    expect(await focused()).toContain("Traffic");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await details(page, "Ingress front").waitFor();
    await expect.poll(focused).toBe("Ingress front");
    await page.keyboard.press("Escape");
    await details(page, "Ingress front").waitFor({ state: "detached" });
    await expect.poll(focused).toContain("front");
  });
});

describe("one object", () => {
  test("says why it is as it is, and which rule says so", async () => {
    const { page } = scene;
    await item(page, /Pod web-2-1/).click();
    const open = details(page, "Pod web-2-1");
    await open.getByText("The image cannot be pulled (will not mend by waiting)").waitFor();
    await open.getByText("Decided by: Gennaker's rule for Pod").waitFor();
    await open.getByRole("button", { name: "ReplicaSet web-2" }).click();
    await details(page, "ReplicaSet web-2").getByRole("button", { name: "ConfigMap settings-v001" }).click();
    await details(page, "ConfigMap settings-v001").getByRole("button", { name: "ReplicaSet web-2" }).waitFor();
    await item(page, /settings-v000/).click();
    await details(page, "ConfigMap settings-v000").getByText("Decided by: your own rule ConfigMap 1").waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test("is read as YAML without bookkeeping, and a Secret without its values", async () => {
    const { page } = scene;
    await page.getByRole("tab", { name: "Manifest" }).click();
    const text = page.getByRole("region", { name: "Manifest" });
    await text.getByText("greeting: hello 0").waitFor();
    expect(await text.innerText()).not.toContain("managedFields");
    await item(page, /Secret keys-v000/).click();
    await text.getByText("(hidden)").waitFor();
    expect(await page.content()).not.toContain(Buffer.from("hunter2").toString("base64"));
    expect(await axeFindings(page)).toEqual([]);
  });

  test("is compared with another version, and with what was applied", async () => {
    const { page } = scene;
    await item(page, /settings-v001/).click();
    await page.getByRole("tab", { name: "Differences" }).click();
    const text = page.getByRole("region", { name: "Differences" });
    await text.getByText("- greeting: hello 0").or(text.getByText("-   greeting: hello 0")).waitFor();
    await text.getByText(/\+\s+greeting: hello 1/).waitFor();
    await item(page, /Deployment web/).click();
    await page.getByRole("cell", { name: "3", exact: true }).waitFor();
    await page.getByRole("rowheader", { name: "spec.replicas" }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test("has its events", async () => {
    const { page, fake } = scene;
    const [deployment] = fake.api.list("apps/v1", "Deployment");
    fake.api.put({
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "web.1", namespace: "shop" },
      involvedObject: { kind: "Deployment", name: "web", namespace: "shop", uid: deployment?.metadata.uid },
      type: "Warning",
      reason: "FailedCreate",
      message: "exceeded quota",
      count: 3,
      lastTimestamp: new Date().toISOString(),
    });
    await page.getByRole("tab", { name: "Events" }).click();
    await page.getByRole("row", { name: /Warning FailedCreate 3 exceeded quota/ }).waitFor({ timeout: 20_000 });
    expect(await axeFindings(page)).toEqual([]);
  });

  test("shows the output of several Pods as it comes, searched, paused and downloaded", async () => {
    const { page, fake } = scene;
    const say = (pod: string, text: string) =>
      fake.api.pods.appendLog({ namespace: "shop", pod, container: "web" }, text, new Date());
    say("web-2-0", "listening on 8080");
    say("web-2-1", "waiting for the image");
    await page.getByRole("tab", { name: "Logs" }).click();
    const output = page.getByRole("region", { name: "Output of web" });
    await output.getByText("web-2-0/web: listening on 8080").waitFor();
    await output.getByText("web-2-1/web: waiting for the image").waitFor();
    say("web-2-0", "GET / 200");
    await output.getByText("web-2-0/web: GET / 200").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    const search = page.getByRole("searchbox", { name: "Only lines with" });
    await search.fill("image");
    await page.getByText("1 of 3 lines").waitFor();
    await search.fill("");
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    say("web-2-0", "while paused");
    await page.getByText("Paused; 1 new line").waitFor();
    expect(await output.getByText("while paused").count()).toBe(0);
    await page.getByRole("button", { name: "Go on" }).click();
    await output.getByText("while paused").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("web.log");
    expect(readFileSync(await download.path(), "utf8")).toMatch(/^\S+ web-2-\d\/web .+$/m);
  });
});

describe("operations", () => {
  test("scale an object, with the reason in the audit log", async () => {
    const { page, server, fake } = scene;
    await page.getByRole("button", { name: "Actions for web", exact: true }).click();
    await page.getByRole("menuitem", { name: "Scale" }).click();
    const dialog = page.getByRole("dialog", { name: "Scale web" });
    await dialog.getByLabel("Replicas").fill("5");
    await dialog.getByLabel("Reason").fill("sale begins");
    expect(await axeFindings(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Scale" }).click();
    const link = page.getByRole("link", { name: "Scale web to 5" });
    const run = (await link.getAttribute("href"))?.split("/").at(-1) ?? "";
    await expect
      .poll(
        () => fake.api.list("apps/v1", "Deployment").map((each) => (each["spec"] as { replicas: number }).replicas),
        {
          timeout: 15_000,
        },
      )
      .toEqual([5]);
    await item(page, /Deployment web.*2 of 5 ready/).waitFor();
    const entries = await call<{ reason?: string | null }[]>(server, "GET", "/audit?limit=50");
    expect(entries.map(({ reason }) => reason)).toContain("sale begins");
    await call(server, "PUT", `/executions/${run}/cancel`, {}).catch(() =>
      call(server, "POST", `/executions/${run}/cancel`, {}),
    );
  });

  test("delete an object only after its name was typed, and it goes from the tree", async () => {
    const { page, server } = scene;
    await item(page, /ConfigMap settings-v000/).click();
    await page.getByRole("button", { name: "Actions for settings-v000" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete settings-v000?" });
    const button = dialog.getByRole("button", { name: "Delete" });
    expect(await button.isDisabled()).toBe(true);
    await dialog.getByLabel("Type settings-v000 to confirm").fill("settings-v000");
    await button.click();
    const link = page.getByRole("link", { name: "Delete settings-v000" });
    const run = (await link.getAttribute("href"))?.split("/").at(-1) ?? "";
    await untilStatus(server, run, "SUCCEEDED");
    await item(page, /settings-v000/).waitFor({ state: "detached" });
    await page.getByText("This object is not there any more.").waitFor();
    expect(await page.evaluate(() => "stillHere" in window)).toBe(true);
  });
});

describe("clusters", () => {
  test("are listed with those that do not answer, and open as trees of everything in them", async () => {
    const { page } = scene;
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Kubernetes" }).click();
    await page.getByRole("listitem").filter({ hasText: "away" }).getByText("does not answer").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("link", { name: "prod", exact: true }).click();
    await page.getByRole("heading", { name: "Objects of prod" }).waitFor();
    await item(page, /ConfigMap other/).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test("that have nothing of an application say so, and what would make it appear", async () => {
    const { page, server, fake } = scene;
    await call(server, "PUT", "/applications/empty", {});
    await page.goto(`${server.url}/ui/applications/empty/kubernetes`);
    await page.getByRole("heading", { name: "Nothing of this application runs on Kubernetes" }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    const annotations = { "moniker.spinnaker.io/application": "empty" };
    fake.put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "first", namespace: "shop", annotations } });
    await item(page, /ConfigMap first not in use/).waitFor();
  });

  test("with thousands of Pods stay small pages", async () => {
    const { page, server, fake } = scene;
    fake.put(...shopObjects({ pods: 2_000 }));
    await page.goto(`${server.url}/ui/applications/shop/kubernetes`);
    const group = item(page, /2000 × Pod/);
    await group.waitFor({ timeout: 60_000 });
    expect(await page.getByRole("treeitem").count()).toBeLessThan(40);
    await group.click();
    await item(page, /Show 1950 more/).waitFor();
    expect(await page.locator("main *").count()).toBeLessThan(2_500);
    expect(await page.getByRole("treeitem").count()).toBeLessThan(100);
  });

  test.each([
    ["ko", "light"],
    ["en", "dark"],
    ["ko", "dark"],
  ] as const)("are readable in %s, %s, and narrow", async (language, scheme) => {
    const page = await (await newContext(scene.browser, { language, scheme, width: 360, height: 740 })).newPage();
    await page.goto(`${scene.server.url}/ui/applications/shop/kubernetes`);
    await item(page, language === "ko" ? /워크로드/ : /Workloads/).waitFor();
    await item(page, /Deployment web/).click();
    await page.getByRole("tab").first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await expect.poll(() => scrollsSideways(page)).toBe(false);
    await page.context().close();
  });

  test("that stop answering are shown as such, with what was known", async () => {
    const { page, fake } = scene;
    await fake.api.close();
    await page.getByRole("alert").filter({ hasText: "prod does not answer" }).waitFor({ timeout: 60_000 });
    await item(page, /Deployment web/).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });
});
