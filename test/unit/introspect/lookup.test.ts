import assert from "node:assert/strict";
import { type DBusErrorCode, DBusNodeError } from "../../../lib/errors";
import { findMethod, findProperty, findSignal, interfacesWithProperties } from "../../../lib/introspect/lookup";
import { parseIntrospection } from "../../../lib/introspect/parse-xml";
import { english } from "../../support/english";

const STANDARD = `
  <interface name="org.freedesktop.DBus.Properties">
    <method name="Get"><arg type="s" name="interface"/><arg type="s" name="property"/><arg type="v" direction="out"/></method>
    <method name="GetAll"><arg type="s"/><arg type="a{sv}" direction="out"/></method>
  </interface>
  <interface name="org.freedesktop.DBus.Peer"><method name="Ping"/></interface>`;

const MODEL = parseIntrospection(`<node>${STANDARD}
  <interface name="com.example.Player">
    <method name="Play"/>
    <method name="Seek"><arg name="offset" type="x"/></method>
    <method name="Seek"><arg name="track" type="o"/><arg name="offset" type="x"/></method>
    <method name="Seek"><arg name="label" type="s"/></method>
    <method name="Stop"/>
    <method name="Stop"><arg name="fade" type="u"/></method>
    <property name="Volume" type="d" access="readwrite"/>
    <property name="Position" type="x" access="read"/>
    <property name="Name" type="s" access="read"/>
    <signal name="Seeked"><arg name="position" type="x"/></signal>
    <signal name="Seeked"><arg name="label" type="s"/></signal>
  </interface>
  <interface name="com.example.Cache">
    <method name="Get"><arg type="s"/><arg type="ay" direction="out"/></method>
    <method name="Play"><arg type="s"/></method>
    <property name="Name" type="s" access="read"/>
    <property name="Secret" type="s" access="write"/>
  </interface>
  <interface name="com.example.Vault"><property name="Key" type="s" access="write"/></interface>
</node>`);

function told(code: DBusErrorCode, run: () => unknown): string {
  let message = "";
  assert.throws(run, (error) => {
    assert.ok(error instanceof DBusNodeError);
    assert.equal(error.code, code);
    message = english(error.text);
    return true;
  });
  return message;
}

/** `interface.member(signature)` of what findMethod finds. */
function method(...args: [member: string, interfaceName: string, signature: string, argumentCount?: number]): string {
  const { interfaceName, member } = findMethod(MODEL, ...args);
  return `${interfaceName}.${member.name}(${member.inSignature})`;
}

describe("findMethod", () => {
  it("finds a method of the interface given", () => {
    assert.equal(method("Play", "com.example.Player", ""), "com.example.Player.Play()");
    assert.equal(method("Get", "org.freedesktop.DBus.Properties", ""), "org.freedesktop.DBus.Properties.Get(ss)");
  });

  it("finds the interface where it is left blank", () => {
    assert.equal(method("Ping", "", ""), "org.freedesktop.DBus.Peer.Ping()");
    assert.equal(method("Stop", "", "u"), "com.example.Player.Stop(u)");
  });

  it("lets standard interfaces stand back, unless the signature says that theirs is meant", () => {
    assert.equal(method("Get", "", ""), "com.example.Cache.Get(s)");
    assert.equal(method("Get", "", "ss"), "org.freedesktop.DBus.Properties.Get(ss)");
  });

  it("decides between interfaces by the signature", () => {
    assert.equal(method("Play", "", "s"), "com.example.Cache.Play(s)");
    const message = told("DBUS_AMBIGUOUS", () => method("Play", "", ""));
    assert.match(message, /have “Play”: com\.example\.Player, com\.example\.Cache; fill in the interface/);
  });

  it("decides between overloads by the signature, then by the number of arguments", () => {
    assert.equal(method("Seek", "", "ox"), "com.example.Player.Seek(ox)");
    assert.equal(method("Seek", "", "", 2), "com.example.Player.Seek(ox)");
    assert.equal(method("Stop", "com.example.Player", "", 0), "com.example.Player.Stop()");
    const message = told("DBUS_AMBIGUOUS", () => method("Seek", "", "", 1));
    assert.match(message, /several signatures: x, ox, s; fill in the signature/);
    assert.match(
      told("DBUS_AMBIGUOUS", () => method("Stop", "", "")),
      /several signatures: \(\), u;/,
    );
  });

  it("does not mind the number of arguments where there is one overload: the encoder says what is wrong", () => {
    assert.equal(method("Play", "com.example.Player", "", 3), "com.example.Player.Play()");
  });

  it("names the signatures there are when the one given is none of them", () => {
    const message = told("DBUS_METHOD_NOT_FOUND", () => method("Seek", "", "u"));
    assert.match(message, /“Seek” takes arguments of the signature x, ox, s, not “u”/);
  });

  it("suggests what may have been meant, else names what there is", () => {
    assert.match(
      told("DBUS_METHOD_NOT_FOUND", () => method("Paly", "com.example.Player", "")),
      /^the interface “com\.example\.Player” has no method “Paly”; did you mean Play\?$/,
    );
    assert.match(
      told("DBUS_METHOD_NOT_FOUND", () => method("Frobnicate", "com.example.Cache", "")),
      /there is: Get, Play$/,
    );
    assert.match(
      told("DBUS_METHOD_NOT_FOUND", () => method("ping", "", "")),
      /^the object has no method “ping”; did you mean Ping\?$/,
    );
    assert.match(
      told("DBUS_METHOD_NOT_FOUND", () => method("Play", "com.example.Vault", "")),
      /there is none$/,
    );
    assert.match(
      told("DBUS_INTERFACE_NOT_FOUND", () => method("Play", "com.example.player", "")),
      /^the object has no interface “com\.example\.player”; did you mean com\.example\.Player\?$/,
    );
  });

  it("lists a few names only", () => {
    const methods = Array.from({ length: 50 }, (_, index) => `<method name="M${index}"/>`).join("");
    const model = parseIntrospection(`<node><interface name="a.b">${methods}</interface></node>`);
    const message = told("DBUS_METHOD_NOT_FOUND", () => findMethod(model, "Zzz", "", ""));
    assert.match(message, /there is: M0, M1, M2, M3, M4, M5, M6, M7, …$/);
  });
});

describe("findProperty", () => {
  it("finds a property with and without its interface", () => {
    assert.equal(findProperty(MODEL, "Volume", "", "set").member.signature, "d");
    assert.equal(findProperty(MODEL, "Name", "com.example.Cache", "get").interfaceName, "com.example.Cache");
  });

  it("refuses to write what can only be read", () => {
    const message = told("DBUS_PROPERTY_READ_ONLY", () => findProperty(MODEL, "Position", "", "set"));
    assert.equal(message, "the property “Position” of “com.example.Player” can only be read");
    assert.equal(findProperty(MODEL, "Position", "", "get").member.signature, "x");
  });

  it("says what is missing or ambiguous", () => {
    assert.match(
      told("DBUS_PROPERTY_NOT_FOUND", () => findProperty(MODEL, "volume", "", "get")),
      /^the object has no property “volume”; did you mean Volume\?$/,
    );
    assert.match(
      told("DBUS_PROPERTY_NOT_FOUND", () => findProperty(MODEL, "toString", "com.example.Cache", "get")),
      /^the interface “com\.example\.Cache” has no property “toString”; there is: Name, Secret$/,
    );
    assert.match(
      told("DBUS_AMBIGUOUS", () => findProperty(MODEL, "Name", "", "get")),
      /com\.example\.Player, com\.example\.Cache/,
    );
    told("DBUS_INTERFACE_NOT_FOUND", () => findProperty(MODEL, "Volume", "com.example.Other", "get"));
  });
});

describe("findSignal", () => {
  it("finds the declaration that fits the signal that came", () => {
    assert.equal(findSignal(MODEL, "Seeked", "com.example.Player", "s")?.args[0]?.name, "label");
    assert.equal(findSignal(MODEL, "Seeked", "com.example.Player", "x")?.args[0]?.name, "position");
  });

  it("finds none for a signal that is declared otherwise or not at all", () => {
    assert.equal(findSignal(MODEL, "Seeked", "com.example.Player", "u"), undefined);
    assert.equal(findSignal(MODEL, "Seeked", "com.example.Cache", "x"), undefined);
    assert.equal(findSignal(MODEL, "Other", "com.example.Other", "x"), undefined);
  });
});

describe("interfacesWithProperties", () => {
  it("names those with a property that can be read", () => {
    assert.deepEqual(interfacesWithProperties(MODEL), ["com.example.Player", "com.example.Cache"]);
  });
});
