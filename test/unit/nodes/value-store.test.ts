import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import type { Node } from "node-red";
import type { PropertyDefinition } from "../../../lib/shared/interface-definition";
import { text } from "../../../lib/shared/text";
import { storeValue } from "../../../lib/wire/stored-value";
import { ContextStore } from "../../../nodes/support/value-store";
import { english } from "../../support/english";

type Callback = (error?: unknown, value?: unknown) => void;

/** A context store that answers when the test says so. */
class SlowContext {
  stored: unknown;
  readonly waiting: Callback[] = [];
  readonly written: string[] = [];

  get = (_key: string, callback: Callback) => {
    this.waiting.push((error) => callback(error, this.stored));
  };
  set = (_key: string, value: unknown, callback: Callback) => {
    this.written.push(JSON.stringify(value));
    this.waiting.push(callback);
  };
  answer(error?: unknown): void {
    this.waiting.shift()?.(error);
  }
}

const value = (signature: string, given: unknown) =>
  storeValue(signature, given, text("places.property", { name: "" }));
const property = (name: string, signature: string): PropertyDefinition => ({
  ...{ name, signature, access: "readwrite", value: "", emitsChanged: "true" },
});

let count = 0;
function storeOn(context: SlowContext, id = `node${count++}`) {
  const warnings: string[] = [];
  const node = Object.assign(new EventEmitter(), { id, context: () => context });
  const store = new ContextStore(node as unknown as Node, (problem) => warnings.push(english(problem)));
  return { node, store, warnings, id };
}

async function loaded(context: SlowContext, id?: string) {
  const made = storeOn(context, id);
  const loading = made.store.load();
  context.answer();
  await loading;
  return made;
}

describe("the store of a published object's values", () => {
  it("writes one state at a time, and the last one in the end", async () => {
    const context = new SlowContext();
    const { store, warnings } = await loaded(context);
    for (const level of [1, 2, 3]) store.keep("/a", [["Level", value("u", level)]]);
    assert.equal(context.written.length, 1);
    context.answer();
    assert.equal(context.written.length, 2);
    context.answer();
    assert.equal(context.waiting.length, 0);
    const again = new SlowContext();
    again.stored = JSON.parse(context.written[1] ?? "");
    const { store: next } = await loaded(again);
    assert.deepEqual(next.kept("/a", [property("Level", "u")]), { Level: 3 });
    assert.deepEqual(warnings, []);
  });

  it("lets a node close when all is written", async () => {
    const context = new SlowContext();
    const { node, store } = await loaded(context);
    store.keep("/a", [["Level", value("u", 1)]]);
    store.keep("/a", [["Level", value("u", 2)]]);
    const closed = once(node, "closed");
    let done = false;
    node.emit("close", false, () => {
      done = true;
      node.emit("closed");
    });
    context.answer();
    assert.equal(done, false);
    context.answer();
    await closed;
    assert.equal(context.written.length, 2);
  });

  it("warns once of a store that cannot be written, and writes when it can be again", async () => {
    const context = new SlowContext();
    const { store, warnings } = await loaded(context);
    for (const level of [1, 2, 3]) {
      store.keep("/a", [["Level", value("u", level)]]);
      context.answer(new Error("no space"));
    }
    assert.deepEqual(warnings, ["The property values could not be kept for the next start: no space"]);
    store.keep("/a", [["Level", value("u", 4)]]);
    context.answer();
    assert.equal(context.written.length, 4);
  });

  it("has what is in memory where the store cannot be read, and says so", async () => {
    const first = await loaded(new SlowContext());
    first.store.keep("/a", [["Level", value("u", 7)]]);
    const context = new SlowContext();
    const { store, warnings } = storeOn(context, first.id);
    const loading = store.load();
    context.answer(new Error("not JSON"));
    await loading;
    assert.match(warnings.join(), /could not be read, .*not JSON$/);
    assert.deepEqual(store.kept("/a", [property("Level", "u")]), { Level: 7 });
  });

  it("leaves out what does not fit, with one warning, whatever is in the store", async () => {
    const good = { signature: "u", data: value("u", 5).text };
    const objects: Readonly<Record<string, unknown>> = {
      "/a": {
        Good: good,
        Type: { signature: "s", data: good.data },
        Text: good,
        Bytes: { signature: "u", data: "AA==" },
      },
      "/b": { Null: null, Number: 5, List: [], Half: { signature: "u" } },
      "/c": "nothing",
      "/d": null,
    };
    const context = new SlowContext();
    context.stored = objects;
    const { store, warnings } = await loaded(context);
    const rows = (names: string) => names.split(" ").map((name) => property(name, name === "Text" ? "s" : "u"));
    assert.deepEqual(store.kept("/a", rows("Good Type Text Bytes Other")), { Good: 5 });
    assert.deepEqual(store.kept("/b", rows("Null Number List Half")), {});
    for (const path of ["/c", "/d", "/none"]) assert.deepEqual(store.kept(path, rows("length Any")), {});
    assert.deepEqual(
      warnings.map((warning) => warning.replace(/^.* at /, "")),
      ["/a: Type, Text, Bytes", "/b: Null, Number, List, Half"],
    );
    assert.deepEqual(store.kept("/a", rows("Good Type")), { Good: 5 });
    assert.equal(warnings.length, 2, "told once");
    for (const stored of [undefined, null, 5, "text", [1], true]) {
      const other = new SlowContext();
      other.stored = stored;
      const { store: none, warnings: silent } = await loaded(other);
      assert.deepEqual(none.kept("/a", rows("Good")), {});
      assert.deepEqual(silent, []);
    }
  });
});
