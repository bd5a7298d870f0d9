import assert from "node:assert/strict";
import { dbusSignalDefaults, type SignalSelection } from "../../../lib/shared/dbus-signal-config";
import { formatMatchRule, nameOwnerRule } from "../../../lib/shared/match-rule";
import { matchRuleOf } from "../../../lib/shared/selection-rule";

/** D-Bus specification, "Message Bus Message Routing: Match Rules". */
describe("match rule", () => {
  const ruleOf = (fields: Partial<SignalSelection>) =>
    formatMatchRule(matchRuleOf({ ...dbusSignalDefaults, ...fields }));

  it("is the specification's example", () => {
    assert.equal(
      formatMatchRule({
        sender: "org.freedesktop.DBus",
        interface: "org.freedesktop.DBus",
        member: "Foo",
        path: "/bar/foo",
        args: [{ index: 0, kind: "equal", value: "bar" }],
      }),
      "type='signal',sender='org.freedesktop.DBus',path='/bar/foo',interface='org.freedesktop.DBus',member='Foo',arg0='bar'",
    );
  });

  it("matches every signal without conditions", () => assert.equal(formatMatchRule({}), "type='signal'"));

  it("has all three kinds of conditions, by their number", () => {
    assert.equal(
      formatMatchRule({
        args: [
          { index: 63, kind: "equal", value: "" },
          { index: 2, kind: "path", value: "/aa/bb/" },
          { index: 0, kind: "namespace", value: "org.mpris" },
        ],
      }),
      "type='signal',arg0namespace='org.mpris',arg2path='/aa/bb/',arg63=''",
    );
  });

  it("puts an apostrophe outside of the quotes, and leaves other characters alone", () => {
    const value = (text: string) => formatMatchRule({ args: [{ index: 0, kind: "equal", value: text }] });
    assert.equal(value("it's"), "type='signal',arg0='it'\\''s'");
    assert.equal(value("a,b\\c=d"), "type='signal',arg0='a,b\\c=d'");
  });

  it("listens to signals as the fields say", () => {
    assert.equal(ruleOf({ listen: "signal" }), "type='signal'");
    assert.equal(
      ruleOf({ listen: "signal", sender: ":1.7", path: "/a", pathNamespace: true, interface: "a.b", member: "C" }),
      "type='signal',sender=':1.7',path_namespace='/a',interface='a.b',member='C'",
    );
    assert.equal(
      ruleOf({ listen: "signal", pathNamespace: true }),
      "type='signal'",
      "a namespace of no path is every path",
    );
  });

  it("listens to one interface's properties by the first argument", () => {
    const common = "type='signal',sender='a.b',path='/c',interface='org.freedesktop.DBus.Properties'";
    assert.equal(
      ruleOf({ listen: "properties", sender: "a.b", path: "/c", interface: "a.b.I", member: "Ignored" }),
      `${common},member='PropertiesChanged',arg0='a.b.I'`,
    );
    assert.equal(ruleOf({ listen: "properties", sender: "a.b", path: "/c" }), `${common},member='PropertiesChanged'`);
  });

  it("listens to an object manager, both of its signals", () => {
    assert.equal(
      ruleOf({ listen: "objects", sender: "org.bluez", path: "/", pathNamespace: true }),
      "type='signal',sender='org.bluez',path='/',interface='org.freedesktop.DBus.ObjectManager'",
    );
  });

  it("listens to names through the bus itself", () => {
    const bus =
      "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged'";
    assert.equal(ruleOf({ listen: "names" }), bus);
    assert.equal(ruleOf({ listen: "names", sender: "org.bluez" }), `${bus},arg0='org.bluez'`);
    assert.equal(
      ruleOf({ listen: "names", sender: "org.mpris", nameNamespace: true }),
      `${bus},arg0namespace='org.mpris'`,
    );
    assert.equal(formatMatchRule(nameOwnerRule("org.bluez")), `${bus},arg0='org.bluez'`);
  });
});
