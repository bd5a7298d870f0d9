import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { userInfo } from "node:os";
import path from "node:path";
import { renderPolicy } from "../../lib/policy/render";
import { cli } from "../support/cli";
import { describeEditor, TAB } from "../support/editor-suite";
import { node } from "../support/flow-parts";
import { INTERFACE, NAME, policy } from "../support/policies";
import { opened, sectionOf, shows } from "../support/policy-section";
import { eventuallyAsync } from "../support/until";

const USER = userInfo().username;
const PUBLISH = {
  ...node("dbus-publish", "publish", { bus: "system", action: "export", busName: NAME, outputs: 2 }),
  ...{ path: "/lamp", interface: INTERFACE, y: 100, wires: [[], []] },
  properties: [{ name: "On", signature: "b", access: "readwrite", value: "", emitsChanged: "true" }],
};

describeEditor(
  "the policy dialog",
  (suite) => {
    const fileOf = (name: string) => path.join(suite.bus.policyDir, name);
    beforeEach(async () => {
      rmSync(fileOf(`${NAME}.conf`), { force: true });
      await suite.bus.reload();
    });

    it("follows the fields, and is there only where a file is needed", async () => {
      const editor = await suite.open();
      await editor.open(await editor.drag("dbus-publish", { x: 300, y: 100 }));
      const section = sectionOf(editor);
      await editor.type("busName", NAME);
      assert.equal(await section.isVisible(), false, "the session bus needs none");
      await editor.input("bus").selectOption("system");
      await section.getByText("Policy file for the system bus: Not there").click();
      await shows(section, renderPolicy(policy({ user: USER })));
      assert.equal(await section.locator("#dbus-policy-user").inputValue(), USER);
      await section.locator("#dbus-policy-group").pressSequentially("games");
      await shows(section, renderPolicy(policy({ user: USER, group: "games" })));
      await editor.type("interface", INTERFACE);
      await section.locator("#dbus-policy-preset").selectOption("scoped");
      await shows(
        section,
        renderPolicy(policy({ preset: "scoped", user: USER, group: "games", interfaces: [INTERFACE] })),
      );
      await section.locator("#dbus-policy-writable").check();
      await section.locator("#dbus-policy-interfaces").fill(`${INTERFACE}, com.example.B`);
      const scoped = { preset: "scoped", user: USER, group: "games", writable: true } as const;
      await shows(section, renderPolicy(policy({ ...scoped, interfaces: [INTERFACE, "com.example.B"] })));
      await section.locator("#dbus-policy-preset").selectOption("open");
      await shows(section, renderPolicy(policy({ preset: "open", user: USER })));
      assert.equal(await section.locator("#dbus-policy-group").isVisible(), false);
      await section.locator("#dbus-policy-preset").selectOption("permissive");
      await section.getByText("any program of any user on this machine may own").waitFor();
      await editor.type("busName", "com");
      await section.waitFor({ state: "hidden" });
      await editor.input("action").selectOption("reply");
      assert.equal(await section.isVisible(), false);
      await editor.cancel();
    });

    it("takes interface and writing from the node", async () => {
      const editor = await suite.open([TAB, PUBLISH]);
      await editor.open("publish");
      const section = sectionOf(editor);
      await opened(section);
      await section.locator("#dbus-policy-preset").selectOption("scoped");
      await shows(
        section,
        renderPolicy(policy({ preset: "scoped", user: USER, interfaces: [INTERFACE], writable: true })),
      );
      await editor.cancel();
    });

    it("shows the name’s file, with what all nodes publish that share it, in each of their dialogs", async () => {
      const other = (id: string, fields: object) => ({
        ...{ ...PUBLISH, id, interface: `com.example.${id}`, properties: [] },
        ...fields,
      });
      const nodes = [
        other("First", { y: 150 }),
        { ...PUBLISH, y: 200 },
        other("Odd", { y: 450, interface: "$" + "{INTERFACE}" }),
        ...[other("Last", { y: 250, action: "signal" }), other("Off", { y: 300, d: true })],
        ...[other("Else", { y: 350, busName: `${NAME}x` }), other("Here", { y: 400, bus: "session" })],
      ];
      const editor = await suite.open([TAB, ...nodes]);
      const interfaces = ["com.example.First", INTERFACE];
      for (const id of ["First", "publish", "Last"]) {
        await editor.open(id);
        const section = sectionOf(editor);
        await opened(section);
        await section.locator("#dbus-policy-preset").selectOption("scoped");
        await shows(section, renderPolicy(policy({ preset: "scoped", user: USER, interfaces, writable: true })));
        await editor.cancel();
      }
    });

    it("goes from “not there” to “effective” by the command that it shows", async () => {
      const editor = await suite.open([TAB, PUBLISH]);
      await editor.open("publish");
      const section = sectionOf(editor);
      const effect = section.locator(".dbus-policy-effect");
      // The deployed node was refused its name, so the section is open.
      await effect.getByText("Not there", { exact: true }).waitFor();
      await effect.getByText("The bus refused the name when it was last asked for").waitFor();
      assert.equal(await effect.getAttribute("aria-live"), "polite");
      assert.equal(await section.locator("output").innerText(), fileOf(`${NAME}.conf`));
      await editor.picture(`${suite.version}-policy-missing`);
      const command = await section.locator("#dbus-policy-by-hand").inputValue();
      assert.match(command, /^sudo install -m 644 /);
      execFileSync("sh", ["-c", command.replace("sudo ", "")]);
      await section.getByText("Policy file for the system bus: Already effective").waitFor({ timeout: 30_000 });
      await effect.getByText(`The bus lets ${USER} own ${NAME}: this Node-RED owns it now.`).waitFor();
      await editor.picture(`${suite.version}-policy-effective`);
      await section.locator("#dbus-policy-preset").selectOption("open");
      await effect.getByText("Another file is there").waitFor();
      await editor.cancel();
    });

    it("gives the same bytes by copy, by download and on the command line", async () => {
      const editor = await suite.open();
      await editor.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await editor.open(await editor.drag("dbus-publish", { x: 300, y: 100 }));
      await editor.type("busName", NAME);
      await editor.input("bus").selectOption("system");
      const section = sectionOf(editor);
      await opened(section);
      await section.locator("#dbus-policy-group").fill("games");
      const rendered = await cli(["policy", "render", "--name", NAME, "--user", USER, "--group", "games"]);
      await shows(section, rendered.stdout);
      const downloading = editor.page.waitForEvent("download");
      await section.getByRole("button", { name: "Download" }).click();
      const download = await downloading;
      assert.equal(download.suggestedFilename(), `${NAME}.conf`);
      assert.equal(readFileSync(await download.path(), "utf8"), rendered.stdout);
      const copied = () => editor.page.evaluate("navigator.clipboard.readText()");
      await section.getByRole("button", { name: "Copy the file" }).click();
      await eventuallyAsync(async () => (await copied()) === rendered.stdout, { what: "the file on the clipboard" });
      const install = section.locator("#dbus-policy-install");
      assert.match(
        await install.inputValue(),
        /^sudo npx node-red-contrib-dbus policy install --name .* --group games /,
      );
      await section.getByRole("button", { name: "Copy the command that installs by this package" }).click();
      await eventuallyAsync(async () => (await copied()) === (await install.inputValue()), { what: "the command" });
      await editor.cancel();
    });

    it("makes no file of a user or group who is none", async () => {
      const editor = await suite.open();
      await editor.open(await editor.drag("dbus-publish", { x: 300, y: 100 }));
      await editor.type("busName", NAME);
      await editor.input("bus").selectOption("system");
      const section = sectionOf(editor);
      await opened(section);
      const problem = section.locator(".dbus-policy-problem");
      const hostile = '"/><allow own="*"/><img src=x onerror=alert(1)>';
      for (const field of ["user", "group"]) {
        await section.locator("#dbus-policy-content").waitFor();
        await section.locator(`#dbus-policy-${field}`).fill(hostile);
        await problem
          .getByText(`${field}: “"/><allow own="*"/><img src=x onerror=alert(1)>” is not the name`)
          .waitFor();
        assert.equal(await section.locator("#dbus-policy-content").isVisible(), false);
        assert.equal(await section.getByRole("button", { name: "Download" }).isVisible(), false);
        assert.equal(await section.locator("img").count(), 0);
        await section.locator(`#dbus-policy-${field}`).fill("");
      }
      await section.locator("#dbus-policy-user").fill("nosuchuser");
      await section.locator(".dbus-policy-warnings").getByText("there is no user nosuchuser on this machine").waitFor();
      await editor.picture(`${suite.version}-policy-warning`);
      await editor.cancel();
    });

    for (const [status, reason] of [
      [403, "Showing the file takes the permission dbus.read."],
      [0, "The runtime does not answer"],
    ] as const) {
      it(`shows the plain command where the runtime says ${status || "nothing"}`, async () => {
        const editor = await suite.open();
        await editor.page.route("**/dbus/policy?*", (route) =>
          status === 0 ? route.abort() : route.fulfill({ status, body: "" }),
        );
        await editor.open(await editor.drag("dbus-publish", { x: 300, y: 100 }));
        await editor.type("busName", NAME);
        await editor.input("bus").selectOption("system");
        const section = sectionOf(editor);
        await section.locator("summary").click();
        await section.getByText(reason).waitFor();
        const command = section.locator(".dbus-policy-plain textarea");
        const words = `sudo npx node-red-contrib-dbus policy install --name ${NAME}`;
        assert.equal(await command.inputValue(), words);
        // Such a command is for its caller, who need not be Node-RED's user.
        await section.getByText("where none is filled in, for the one who runs it:").waitFor();
        await section.locator("#dbus-policy-user").fill("nodered");
        await section.locator("#dbus-policy-preset").selectOption("open");
        const more = `${words} --user nodered`.replace(" --name", " --preset open --name");
        await eventuallyAsync(async () => (await command.inputValue()) === more, { what: more });
        await section.locator("#dbus-policy-user").fill("a;b");
        await section.locator(".dbus-policy-problem").getByText("“a;b” is not the name of a user or group").waitFor();
        assert.equal(await command.isVisible(), false);
        await editor.cancel();
        // The browser's own lines about requests that failed; anything else is a fault.
        const others = editor.complaints.filter((line) => !/Failed to load resource/.test(line));
        editor.complaints.splice(0, Infinity, ...others);
      });
    }
  },
  { bus: "system" },
);
