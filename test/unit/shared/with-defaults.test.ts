import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { checkCallConfig } from "../../../lib/shared/check-call";
import { checkPublishConfig } from "../../../lib/shared/check-publish";
import { checkSignalConfig } from "../../../lib/shared/check-signal";
import { dbusCallDefaults } from "../../../lib/shared/dbus-call-config";
import { dbusPublishDefaults } from "../../../lib/shared/dbus-publish-config";
import { dbusSignalDefaults } from "../../../lib/shared/dbus-signal-config";
import type { FieldProblem } from "../../../lib/shared/field-problem";
import { withDefaults } from "../../../lib/shared/with-defaults";
import { ROOT } from "../../support/platform";

const CALL = { destination: "org.example.A", path: "/a", interface: "org.example.A", member: "Do", signature: "s" };
const SIGNAL = { listen: "properties", sender: "org.example.A", path: "/a", interface: "org.example.A" };
const METHOD = { name: "Do", in: [], out: [], timeout: 25 };
const PUBLISH = {
  busName: "org.example.Flow",
  path: "/flow",
  interface: "org.example.Flow",
  methods: [METHOD],
};

/** A node of each type with what it says itself, and what is good in it. */
const TYPES: readonly {
  readonly type: string;
  readonly defaults: object;
  readonly own: object;
  readonly check: (config: object) => readonly FieldProblem<string>[];
}[] = [
  {
    ...{ type: "dbus-call", defaults: dbusCallDefaults, own: CALL },
    check: (config) => checkCallConfig(config as typeof dbusCallDefaults),
  },
  {
    ...{ type: "dbus-signal", defaults: dbusSignalDefaults, own: SIGNAL },
    check: (config) => checkSignalConfig(config as typeof dbusSignalDefaults),
  },
  {
    ...{ type: "dbus-publish", defaults: dbusPublishDefaults, own: PUBLISH },
    check: (config) => checkPublishConfig(config as typeof dbusPublishDefaults),
  },
];

describe("withDefaults", () => {
  for (const { type, defaults, own, check } of TYPES) {
    it(`reads a ${type} that was saved without any one field`, () => {
      const whole = { ...defaults, ...own };
      assert.deepEqual(check(whole), []);
      for (const field of Object.keys(defaults)) {
        const older = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== field));
        const fallback = (defaults as Record<string, unknown>)[field];
        assert.deepEqual(withDefaults(defaults, older), { ...whole, [field]: fallback }, field);
        assert.deepEqual(withDefaults(defaults, { ...older, [field]: null }), { ...whole, [field]: fallback }, field);
      }
    });

    it(`reads a ${type} that has only what it says itself, and it works`, () => {
      const config = withDefaults(defaults, own);
      assert.deepEqual(config, { ...defaults, ...own });
      assert.deepEqual(check(config), []);
    });
  }

  it("keeps what is filled in, blank and off included, and leaves out what is no field", () => {
    const saved = { timeout: "", noReply: true, interface: "", argsType: "list", args: [], wires: [[]], later: 1 };
    const read = withDefaults(dbusCallDefaults, saved as Partial<typeof dbusCallDefaults>);
    const { timeout, noReply, argsType, args } = read;
    assert.deepEqual([timeout, noReply, argsType, args], ["", true, "list", []]);
    assert.deepEqual(Object.keys(read), Object.keys(dbusCallDefaults));
    const off = withDefaults(dbusSignalDefaults, { initial: false, rateLimit: "0" });
    assert.deepEqual([off.initial, off.rateLimit], [false, "0"]);
  });

  it("changes neither the saved node nor the defaults", () => {
    const saved = Object.freeze({ member: "Do" });
    const before = structuredClone(dbusCallDefaults);
    withDefaults(dbusCallDefaults, saved);
    assert.deepEqual(dbusCallDefaults, before);
    assert.deepEqual(saved, { member: "Do" });
  });

  it("is where runtime and editor read saved nodes", () => {
    const readers = ["nodes/support/register-node.ts", "nodes/support/admin/form-config.ts", "editor/kit.ts"];
    for (const file of readers) assert.match(sourceOf(file), /withDefaults\(/, file);
    // A node file gets its fields from `registerNode`, and takes none from what Node-RED hands over.
    const nodes = readdirSync(path.join(ROOT, "nodes")).filter((name) => name.endsWith(".ts"));
    assert.equal(nodes.length, 3);
    for (const name of nodes) {
      assert.match(sourceOf(`nodes/${name}`), /registerNode\(/, name);
      assert.doesNotMatch(sourceOf(`nodes/${name}`), /registerType|NodeDef/, name);
    }
  });
});

function sourceOf(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}
