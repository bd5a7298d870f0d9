import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { EditorContexts } from "../support/editor-contexts";
import { suiteBrowser } from "../support/suite-browser";

const PERMISSION = "clipboard-read";
/** What a page before may have left. */
const REMEMBERED = `navigator.permissions.query({ name: "${PERMISSION}" }).then(({ state }) => ({
  local: localStorage.length, session: sessionStorage.length, cookie: document.cookie, permission: state,
}))`;
const NOTHING = { local: 0, session: 0, cookie: "", permission: "prompt" };

describe("the pages in which the editor is tested", function () {
  this.timeout(60_000);
  let server: Server;
  let contexts: EditorContexts;
  let url: string;

  before(async () => {
    server = createServer((_request, response) => response.end("<!doctype html><input>")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    url = `http://127.0.0.1:${address.port}`;
    contexts = new EditorContexts(await suiteBrowser(), url);
  });
  after(async () => {
    await contexts.close();
    server.closeAllConnections();
    server.close();
  });

  const open = async (options = {}) => {
    const page = await (await contexts.fresh(options)).newPage();
    await page.goto(url);
    return page;
  };

  it("share a context, and nothing that a page has left, be it unsaved", async () => {
    const first = await open();
    assert.deepEqual(await first.evaluate(REMEMBERED), NOTHING);
    await first.evaluate(
      `localStorage.a = sessionStorage.a = "1"; document.cookie = "a=1"; onbeforeunload = () => "stay"`,
    );
    await first.context().grantPermissions([PERMISSION]);
    await first.locator("input").fill("something, so that the browser would ask");
    const left = await first.evaluate(REMEMBERED);
    assert.deepEqual(left, { local: 1, session: 1, cookie: "a=1", permission: "granted" });
    await first.close();
    const second = await open();
    assert.equal(second.context(), first.context());
    assert.deepEqual(await second.evaluate(REMEMBERED), NOTHING);
  });

  it("look as their own options say", async () => {
    const german = await open({ language: "de-DE", viewport: { width: 700, height: 600 } });
    assert.deepEqual(await german.evaluate("[navigator.language, innerWidth]"), ["de-DE", 700]);
    const dark = await open({ dark: true });
    assert.equal(await dark.evaluate('localStorage.getItem("view-dark-theme")'), "dark");
    assert.equal(await dark.evaluate('matchMedia("(prefers-color-scheme: dark)").matches'), true);
    const plain = await open();
    assert.deepEqual(await plain.evaluate("[navigator.language, innerWidth]"), ["en-US", 1280]);
    assert.deepEqual(await plain.evaluate(REMEMBERED), NOTHING);
  });
});
