import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { run } from "../support/busctl";
import { helpOf, LANGUAGES } from "../support/catalogues";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { ROOT } from "../support/platform";
import { type PrivateBus, startBus } from "../support/private-bus";
import { installTarball, packTarball, type Tarball } from "../support/tarball";

const PACKAGE = "node-red-contrib-dbus";
/** bcrypt of "password". */
const PASSWORD = "$2b$08$3tAuvEyQs5fboFoyNFvwYevI7EvsTs8SvrIOLR3L24yD1uRhf6npq";
const ADMIN_AUTH = {
  type: "credentials",
  users: [
    { username: "admin", password: PASSWORD, permissions: "*" },
    { username: "guest", password: PASSWORD, permissions: "flows.read" },
  ],
};

interface NodeSet {
  readonly id: string;
  readonly types?: readonly string[];
  readonly enabled: boolean;
  readonly module: string;
  readonly err?: string;
}

for (const version of ["4", "5"] as const) {
  describe(`installed into Node-RED ${version}`, function () {
    this.timeout(120_000);
    let tarball: Tarball;
    let bus: PrivateBus;
    let userDir: string;
    let nodeRed: NodeRed;

    before(async () => {
      tarball = packTarball();
      userDir = installTarball(tarball);
      bus = await startBus({ type: "session" });
      const env = { DBUS_SYSTEM_BUS_ADDRESS: bus.address };
      nodeRed = await startNodeRed({ version, userDir, env, flows: callFlow() });
    });
    after(async () => {
      await nodeRed.stop();
      await bus.stop();
    });

    it("loads every node and the plugin", async () => {
      const nodes = await ours("/nodes");
      assert.deepEqual(
        nodes.map(({ id, types, enabled, err }) => ({ id, types, enabled, err })),
        ["dbus-call", "dbus-publish", "dbus-signal"].map((type) => ({
          id: `${PACKAGE}/${type}`,
          types: [type],
          enabled: true,
          err: undefined,
        })),
      );
      const plugins = await ours("/plugins");
      assert.deepEqual(
        plugins.map(({ id, enabled, err }) => ({ id, enabled, err })),
        [{ id: `${PACKAGE}/dbus-editor`, enabled: true, err: undefined }],
      );
    });

    for (const language of LANGUAGES) {
      it(`serves every help text in ${language}, as the editor asks for it`, async () => {
        const answer = await nodeRed.api("/nodes", { headers: { accept: "text/html", "accept-language": language } });
        const served = await answer.text();
        for (const type of ["dbus-call", "dbus-signal", "dbus-publish"]) {
          assert.ok(served.includes(helpOf(language, type).trim()), type);
        }
      });

      it(`serves every catalogue in ${language}`, async () => {
        for (const name of ["dbus-call", "dbus-signal", "dbus-publish", "dbus-editor"]) {
          const kind = name === "dbus-editor" ? "plugins" : "nodes";
          const served = await json<Record<string, unknown>>(`/${kind}/messages?lng=${language}`);
          const file = path.join(ROOT, "locales", language, `${name}.json`);
          assert.deepEqual(served[`${PACKAGE}/${name}`], JSON.parse(readFileSync(file, "utf8")), name);
        }
      });
    }

    it("offers the examples for import", async () => {
      const listed = await json<readonly (string | { readonly fn: string })[]>(`/library/examples/flows/${PACKAGE}`);
      const names = listed.map((entry) => (typeof entry === "string" ? entry : entry.fn));
      const files = readdirSync(path.join(ROOT, "examples")).map((file) => file.replace(/\.json$/, ""));
      assert.deepEqual(names.toSorted(), files.toSorted());
    });

    it("works a bus", async () => {
      await nodeRed.inject("go");
      const { payload } = await nodeRed.messageAt("out");
      assert.match(String(payload), /^[0-9a-f]{32}$/);
    });

    it("puts its program where npx finds it", async () => {
      const program = path.join(userDir, "node_modules/.bin", PACKAGE);
      const env = { DBUS_SYSTEM_BUS_ADDRESS: bus.address };
      const { stdout, stderr, code } = await run(program, ["environment", "--json", "--bus", "system"], { env });
      assert.equal(code, 0, stderr);
      const { connection } = JSON.parse(stdout).system;
      assert.equal(connection.address, bus.address);
    });

    async function json<T>(route: string): Promise<T> {
      const answer = await nodeRed.api(route, { headers: { accept: "application/json" } });
      assert.equal(answer.status, 200, route);
      return answer.json() as Promise<T>;
    }

    async function ours(route: string): Promise<readonly NodeSet[]> {
      const sets = await json<readonly NodeSet[]>(route);
      return sets.filter(({ module }) => module === PACKAGE).toSorted((a, b) => a.id.localeCompare(b.id));
    }
  });

  describe(`with adminAuth in Node-RED ${version}`, function () {
    this.timeout(60_000);
    let nodeRed: NodeRed;
    before(async () => {
      nodeRed = await startNodeRed({ version, flows: [], settings: { adminAuth: ADMIN_AUTH } });
    });
    after(() => nodeRed.stop());

    it("answers the editor's questions only to who may ask", async () => {
      const anonymous = { headers: { "x-requested-with": "XMLHttpRequest" } };
      assert.equal((await nodeRed.api("/dbus/environment", anonymous)).status, 401);
      assert.equal((await ask("guest")).status, 401);
      const answer = await ask("admin");
      assert.equal(answer.status, 200);
      assert.deepEqual(Object.keys((await answer.json()) as object), ["user", "system", "session"]);
    });

    async function ask(username: string): Promise<Response> {
      const login = { client_id: "node-red-admin", grant_type: "password", scope: "*", username, password: "password" };
      const token = await nodeRed.api("/auth/token", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(login),
      });
      const { access_token: bearer } = (await token.json()) as { readonly access_token: string };
      const headers = { authorization: `Bearer ${bearer}`, "x-requested-with": "XMLHttpRequest" };
      return nodeRed.api("/dbus/environment", { headers });
    }
  });
}

function callFlow(): readonly object[] {
  const call = { bus: "system", destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", member: "GetId" };
  return [
    { id: "tab", type: "tab" },
    { id: "go", type: "inject", z: "tab", x: 1, y: 1, props: [], wires: [["call"]] },
    { id: "call", type: "dbus-call", z: "tab", x: 1, y: 1, ...call, wires: [["out"]] },
    { id: "out", type: "debug", z: "tab", x: 1, y: 1, complete: "true", wires: [] },
  ];
}
