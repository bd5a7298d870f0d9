import assert from "node:assert/strict";
import { join } from "node:path";
import { loadCatalogue } from "../../../cli/catalogue";
import type { FindingCode } from "../../../lib/shared/finding";
import { LANGUAGES } from "../../support/catalogues";

const ROOT = join(__dirname, "../../../locales");

/** Every code there is (the compiler sees to that), with what its texts may name beside user, uid and unit. */
const PARAMS: Record<FindingCode, readonly string[]> = {
  "session-no-desktop": [],
  "session-missing": [],
  "session-not-started": [],
  "session-found-by-path": ["address"],
  "session-private": ["address"],
  "session-root": [],
  "session-other-user": ["path", "owner"],
  "session-container": [],
  "session-venus": [],
  "system-container-socket": [],
  "system-missing": [],
  "variable-wrong": ["variable", "address"],
  "socket-refused": ["path"],
  "socket-stale": ["path"],
  "container-uid": [],
  "container-selinux": ["path"],
  "home-assistant": [],
  "home-assistant-session": [],
  snap: ["snap"],
  apparmor: [],
  "wsl-no-systemd": [],
  "no-dbus-platform": [],
};

for (const language of LANGUAGES) {
  describe(`texts of findings in ${language}`, () => {
    const translate = loadCatalogue([language], ROOT);
    for (const [code, names] of Object.entries(PARAMS)) {
      it(code, () => {
        const params = Object.fromEntries(
          [...names, "user", "uid", "account", "unit"].map((name) => [name, `<${name}>`]),
        );
        for (const part of ["title", "cause", "remedy"]) {
          const key = `findings.${code}.${part}`;
          const shown = translate(key, params);
          assert.notEqual(shown, key, "no text");
          assert.doesNotMatch(shown, /__/, "a placeholder that no parameter fills");
          if (part === "title") assert.ok(shown.length <= 80 && !shown.includes("\n"), "a title is one short line");
        }
      });
    }
  });
}

describe("remedies", () => {
  const translate = loadCatalogue([], ROOT);
  it("hold the exact commands, filled in", () => {
    const remedy = translate("findings.session-missing.remedy", {
      account: "nodered",
      uid: 998,
      unit: "flows.service",
    });
    for (const command of [
      "`sudo loginctl enable-linger nodered`",
      "`sudo systemctl edit flows.service`",
      "`Environment=XDG_RUNTIME_DIR=/run/user/998`",
    ]) {
      assert.ok(remedy.includes(command), `${command} in: ${remedy}`);
    }
    assert.ok(translate("findings.system-container-socket.remedy", {}).includes("`-v /run/dbus:/run/dbus:ro`"));
  });
});
