import assert from "node:assert/strict";
import { checkCallConfig } from "../../../lib/shared/check-call";
import { type DBusCallConfig, dbusCallDefaults } from "../../../lib/shared/dbus-call-config";
import type { FieldCheckOptions } from "../../../lib/shared/field-problem";
import { english } from "../../support/english";

/** `field: problem`, in English. */
function problems(fields: Partial<DBusCallConfig>, options?: FieldCheckOptions): string[] {
  const found = checkCallConfig({ ...dbusCallDefaults, ...fields }, options);
  return found.map(({ field, problem }) => `${field}: ${english(problem)}`);
}

function one(fields: Partial<DBusCallConfig>, expected: RegExp, options?: FieldCheckOptions) {
  const found = problems(fields, options);
  assert.equal(found.length, 1, found.join("; ") || "there is no problem");
  assert.match(found[0] ?? "", expected);
}

describe("checkCallConfig", () => {
  const good: Partial<DBusCallConfig> = {
    destination: "org.freedesktop.systemd1",
    path: "/org/freedesktop/systemd1",
    interface: "org.freedesktop.systemd1.Manager",
    member: "RestartUnit",
    signature: "ss",
  };

  it("takes a new node, and one that is filled in", () => {
    assert.deepEqual(problems({}), []);
    assert.deepEqual(problems(good), []);
  });

  it("names every wrong field at once", () => {
    const found = problems({ destination: "x", path: "x", interface: "x", member: "a.b", signature: "a" });
    assert.deepEqual(
      found.map((problem) => problem.split(":")[0]),
      ["destination", "path", "interface", "member", "signature"],
    );
  });

  it("needs a well-formed address where the bus is an address, and only there", () => {
    one({ bus: "address" }, /^address: an address is needed/);
    one({ bus: "address", address: "/run/bus" }, /^address: .*transport/);
    assert.deepEqual(problems({ bus: "address", address: "unix:path=/run/bus" }), []);
    assert.deepEqual(problems({ bus: "system", address: "nonsense" }), []);
  });

  it("refuses words that are none of the choices", () => {
    one({ bus: "starter" as "system" }, /^bus: expected one of system, session, address, msg, got “starter”/);
    const bus = "$" + "{WHICH_BUS}";
    one({ bus: bus as "system" }, /^bus: the environment variable WHICH_BUS is not set/);
    assert.deepEqual(problems({ bus: bus as "system" }, { placeholders: "open" }), []);
    one({ operation: "GetAll" as "get-all" }, /^operation: expected one of/);
    one({ int64: "number" as "auto" }, /^int64: expected one of auto, string, bigint/);
  });

  it("judges the member as the operation takes it", () => {
    one({ member: "a-b" }, /^member: .*member name/);
    assert.deepEqual(problems({ operation: "get", member: "a-b" }), []);
    assert.deepEqual(problems({ operation: "get-all", member: "not used" }), []);
  });

  it("wants one complete type for a property, and no file descriptors", () => {
    one({ operation: "set", signature: "ss" }, /^signature: expected one complete type/);
    one({ signature: "a{sh}" }, /^signature: .*file descriptors are not supported/);
    assert.deepEqual(problems({ operation: "get", signature: "nonsense", args: "[", argsType: "json" }), []);
  });

  it("takes seconds from 0, blank, and no more than a timer holds", () => {
    for (const timeout of [0, 25, "0.5", "", 2_147_483]) assert.deepEqual(problems({ timeout }), [], String(timeout));
    for (const timeout of [-1, "soon", " ", "1e9", Number.NaN]) one({ timeout }, /^timeout: expected seconds/);
  });

  it("judges a typed input by what is written down", () => {
    one({ argsType: "num", args: "1,5" }, /^args: expected a number/);
    one({ argsType: "json", args: "{a}" }, /^args: expected JSON/);
    one({ argsType: "json", args: "" }, /^args: expected a value, got nothing/);
    one({ argsType: "bool", args: "yes" }, /^args: expected one of true, false/);
    one({ argsType: "msg", args: "" }, /^args: expected to be told what to take/);
    one({ argsType: "re" as "str", args: "x" }, /^args: expected one of str/);
    one({ argsType: "str", args: [] }, /^args: expected a text/);
    for (const [argsType, args] of [
      ["str", ""],
      ["num", "0x10"],
      ["json", "[1]"],
      ["bin", "[1,2]"],
      ["jsonata", "$.a"],
    ] as const) {
      assert.deepEqual(problems({ argsType, args }), [], argsType);
    }
  });

  it("judges a list row by row, and their number by the signature", () => {
    const argsType = "list";
    one({ argsType, args: "payload" }, /^args: expected a list/);
    one({ argsType, args: [{ value: 5 as unknown as string, type: "num" }] }, /^args: expected a list/);
    one(
      {
        argsType,
        args: [
          { value: "a", type: "str" },
          { value: "x", type: "num" },
        ],
      },
      /^args: argument 2: expected a number, got “x”/,
    );
    one({ argsType, args: [], signature: "ss" }, /^args: .*“ss” stands for 2 of them, the list has 0/);
    one({ argsType, args: [], operation: "set" }, /^args: a property takes one value, the list has 0/);
    assert.deepEqual(problems({ argsType, args: [] }), [], "the signature is learnt");
    assert.deepEqual(problems({ argsType, args: [{ value: "5", type: "num" }], signature: "u" }), []);
  });

  it("judges what is written down by the type of its argument", () => {
    const argsType = "list";
    const args = [
      { value: "eth0", type: "str" },
      { value: "256", type: "num" },
    ] as const;
    assert.deepEqual(problems({ argsType, args, signature: "sq" }), []);
    one({ argsType, args, signature: "sy" }, /^args: argument 2: expected a whole number from 0 to 255, got 256/);
    one(
      { argsType, args: [args[0]], operation: "set", signature: "d" },
      /^args: argument 1: expected a number, got "eth0"/,
    );
    one({ argsType: "num", args: "-1", signature: "u" }, /^args: expected a whole number from 0 to 4294967295, got -1/);
    assert.deepEqual(
      problems({ argsType: "json", args: '["eth0", -1]', signature: "su" }),
      [],
      "the argument rule's to say",
    );
    assert.deepEqual(problems({ argsType, args, signature: "" }), []);
  });

  it("lets Node-RED fill variables in, and names one that is not set when it is too late", () => {
    const fields: Partial<DBusCallConfig> = {
      bus: "address",
      address: "${" + "BUS}",
      destination: "${" + "NAME}",
      timeout: "${" + "SECONDS}",
      argsType: "list",
      args: [{ value: "${" + "N}", type: "num" }],
      signature: "${" + "TYPES}",
    };
    assert.deepEqual(problems(fields, { placeholders: "open" }), []);
    assert.deepEqual(problems(fields), [
      "address: the environment variable BUS is not set",
      "destination: the environment variable NAME is not set",
      "signature: the environment variable TYPES is not set",
      "args: argument 1: the environment variable N is not set",
      "timeout: the environment variable SECONDS is not set",
    ]);
    one({ destination: "a.${" + "NAME}" }, /^destination: .*“\${NAME}”/, { placeholders: "open" });
  });
});
