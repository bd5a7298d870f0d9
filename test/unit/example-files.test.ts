import assert from "node:assert/strict";
import { checkCallConfig } from "../../lib/shared/check-call";
import { checkPublishConfig } from "../../lib/shared/check-publish";
import { checkSignalConfig } from "../../lib/shared/check-signal";
import { type DBusCallConfig, dbusCallDefaults } from "../../lib/shared/dbus-call-config";
import { type DBusPublishConfig, dbusPublishDefaults } from "../../lib/shared/dbus-publish-config";
import { type DBusSignalConfig, dbusSignalDefaults } from "../../lib/shared/dbus-signal-config";
import { type ExampleNode, exampleFiles, readExample } from "../support/example";

const CORE = ["tab", "comment", "inject", "debug", "change", "switch", "function", "catch", "rbe"];
const OWN = { "dbus-call": dbusCallDefaults, "dbus-signal": dbusSignalDefaults, "dbus-publish": dbusPublishDefaults };
const OF_EVERY_NODE = ["id", "type", "z", "x", "y", "wires"];

function isOwn(type: string): type is keyof typeof OWN {
  return Object.hasOwn(OWN, type);
}

function problems(node: ExampleNode): readonly unknown[] {
  const open = { placeholders: "open" } as const;
  if (node.type === "dbus-call") return checkCallConfig(node as unknown as DBusCallConfig, open);
  if (node.type === "dbus-publish") return checkPublishConfig(node as unknown as DBusPublishConfig, open);
  return checkSignalConfig(node as unknown as DBusSignalConfig, open);
}

const examples = exampleFiles().map((file) => ({ file, nodes: readExample(file.slice(0, 2)) }));

describe("the files of examples/", () => {
  it("are numbered without a gap", () => {
    examples.forEach(({ file }, index) => {
      assert.match(file, /^\d\d - [A-Z].*[^. ]\.json$/);
      assert.equal(Number(file.slice(0, 2)), index + 1, file);
    });
  });

  it("use each node type several times", () => {
    for (const type of Object.keys(OWN)) {
      const using = examples.filter(({ nodes }) => nodes.some((node) => node.type === type));
      assert.ok(using.length >= 3, `${type} is in ${using.length} examples`);
    }
  });

  it("have ids of their own", () => {
    const ids = examples.flatMap(({ nodes }) => nodes.map(({ id }) => id));
    assert.equal(new Set(ids).size, ids.length);
  });

  for (const { file, nodes } of examples) {
    describe(file, () => {
      it("is one tab, named as the file, and opens with a comment", () => {
        const [tab, about] = nodes;
        assert.equal(tab?.type, "tab");
        assert.equal(`${file.slice(0, 5)}${tab["label"]}.json`, file);
        assert.ok(nodes.slice(1).every(({ z }) => z === tab.id));
        assert.equal(about?.type, "comment");
        const others = nodes.slice(2).map(({ y }) => Number(y));
        assert.ok(
          others.every((y) => y > Number(about["y"])),
          "the comment is not at the top",
        );
        for (const part of ["**Shows**", "**Must run:**", "**Change:**"]) {
          assert.ok(String(about["info"]).includes(part), `the comment does not have ${part}`);
        }
      });

      it("has core nodes and ours only, with the fields that ours have", () => {
        for (const node of nodes) {
          if (!isOwn(node.type)) {
            assert.ok(CORE.includes(node.type), node.type);
            continue;
          }
          const fields = [...OF_EVERY_NODE, ...Object.keys(OWN[node.type])];
          assert.deepEqual(Object.keys(node).sort(), fields.sort(), `fields of “${node.name}”`);
          assert.deepEqual(problems(node), [], `“${node.name}” is not well configured`);
        }
      });

      it("is wired within itself, and leaves nothing unconnected", () => {
        const ids = new Set(nodes.map(({ id }) => id));
        const reached = new Set(nodes.flatMap(({ wires = [] }) => wires.flat()));
        for (const id of reached) assert.ok(ids.has(id), `there is no node ${id}`);
        for (const { id, type, name, inputs, wires = [] } of nodes) {
          if (type === "tab" || type === "comment") continue;
          const publishes = type === "dbus-publish";
          const starts = type === "inject" || type === "catch" || publishes || (type === "dbus-signal" && inputs === 0);
          assert.ok(starts || reached.has(id), `nothing leads to “${name}”`);
          assert.ok(type === "debug" || publishes || wires.some((wire) => wire.length > 0), `“${name}” leads nowhere`);
        }
      });
    });
  }
});
