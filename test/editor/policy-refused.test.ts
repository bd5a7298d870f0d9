import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import path from "node:path";
import { renderPolicy } from "../../lib/policy/render";
import { describeEditor, TAB } from "../support/editor-suite";
import { button, node, OBSERVERS } from "../support/flow-parts";
import { startLamp } from "../support/lamp-service";
import { busconfig, INTERFACE, NAME, policy } from "../support/policies";
import { sectionOf, shows } from "../support/policy-section";

const USER = userInfo().username;
const OWNER = { name: "nobody", uid: 65534 };
const PLACE = { bus: "system", destination: NAME, path: "/lamp", interface: INTERFACE, member: "Switch" };
const CALL = node("dbus-call", "call", {
  ...PLACE,
  signature: "b",
  args: "payload",
  argsType: "msg",
  timeout: 5,
  y: 200,
});

describeEditor(
  "the policy dialog of a refused call",
  (suite) => {
    const fileOf = (name: string) => path.join(suite.bus.policyDir, name);
    const put = async (name: string, content: string) => {
      writeFileSync(fileOf(name), content, { mode: 0o644 });
      await suite.bus.reload();
    };
    beforeEach(async () => {
      rmSync(fileOf(`${NAME}-client-${USER}.conf`), { force: true });
      await put(`${NAME}.conf`, busconfig(`<policy user="${OWNER.name}"><allow own="${NAME}"/></policy>`));
    });

    it("offers a refused call its file, and is folded otherwise", async () => {
      const lamp = await startLamp(suite.bus, OWNER.uid);
      try {
        const flow = [
          TAB,
          ...OBSERVERS,
          button("go", { topic: "go", payload: true }, "call"),
          { ...CALL, wires: [["done"]] },
        ];
        const done = { ...node("debug", "done", { name: "done", active: true, complete: "true" }), wires: [] };
        const editor = await suite.open([...flow, done]);
        await editor.open("call");
        const banner = editor.dialog.locator("#dbus-call-refused");
        const section = sectionOf(editor);
        assert.equal(await banner.isVisible(), false);
        assert.equal(await section.locator("#dbus-policy-user").isVisible(), false, "folded");
        await editor.cancel();
        await suite.nodeRed.inject("go");
        await suite.nodeRed.messageAt("caught", ({ topic }) => topic === "go");
        await editor.open("call");
        await banner.getByText(`The bus’s policy refused this node’s last call, to ${NAME}`).waitFor();
        await banner.getByRole("button", { name: "Show the policy file" }).click();
        const client = policy({ preset: "client", user: USER, destination: NAME });
        await shows(section, renderPolicy(client));
        assert.equal(await section.locator("#dbus-policy-preset").isVisible(), false);
        const focused = await section.locator("summary").evaluate((summary) => summary === document.activeElement);
        assert.equal(focused, true, "a keyboard goes on from there");
        await section.locator(".dbus-policy-effect").getByText(`The bus refuses calls of ${USER} to ${NAME}`).waitFor();
        await editor.picture(`${suite.version}-policy-call`);
        await put(`${NAME}-client-${USER}.conf`, renderPolicy(client));
        await section.getByText("Policy file for the system bus: Already effective").waitFor({ timeout: 15_000 });
        await editor.cancel();
        await suite.nodeRed.inject("go");
        await suite.nodeRed.messageAt("done", ({ topic }) => topic === "go");
        await editor.open("call");
        await section.waitFor();
        assert.equal(await banner.isVisible(), false);
        await editor.type("destination", ":1.5");
        assert.equal(await section.isVisible(), false, "no file allows a unique name");
        await editor.cancel();
      } finally {
        await lamp.kill();
      }
    });

    it("offers a call that was refused in the dialog its file", async () => {
      const lamp = await startLamp(suite.bus, OWNER.uid);
      try {
        const by = { bus: "address", address: suite.bus.address };
        const editor = await suite.open([TAB, { ...CALL, ...by, args: "true", argsType: "bool" }]);
        await editor.open("call");
        const section = sectionOf(editor);
        assert.equal(await section.isVisible(), false, "not known to be the system bus");
        const trial = editor.dialog.locator("#dbus-call-try");
        await trial.getByRole("button", { name: "Call now" }).click();
        await trial.locator(".dbus-finding-error").getByText(`${NAME}-client-${USER}.conf`).waitFor();
        const command = trial.locator(".dbus-finding-error code", { hasText: "policy install" });
        assert.match(await command.innerText(), /^sudo npx .* --destination \S+$/, "what to copy stands apart");
        await editor.picture(`${suite.version}-policy-tried`);
        await trial.getByRole("button", { name: "Show the policy file" }).click();
        const client = policy({ preset: "client", user: USER, destination: NAME });
        await shows(section, renderPolicy(client));
        await put(`${NAME}-client-${USER}.conf`, renderPolicy(client));
        await section.getByText("Policy file for the system bus: Already effective").waitFor({ timeout: 15_000 });
        await trial.getByRole("button", { name: "Call now" }).click();
        await trial.getByText(/^Answered in/).waitFor();
        assert.equal(await trial.getByRole("button", { name: "Show the policy file" }).count(), 0);
        await editor.type("destination", ":1.5");
        assert.equal(await section.isVisible(), false, "no file allows a unique name");
        await editor.cancel();
      } finally {
        await lamp.kill();
      }
    });
  },
  { bus: "system" },
);
