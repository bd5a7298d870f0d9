import assert from "node:assert/strict";
import { isWithinPath, matchesRule } from "../../../lib/bus/rule-matching";
import type { ArgumentCondition } from "../../../lib/shared/match-rule";
import { signal, UNREADABLE } from "./messages";

type Kind = ArgumentCondition["kind"];

/** Whether a rule with this condition on argument 0 takes a signal with this argument. */
function takes(kind: Kind, value: string, argument: unknown, signature = "s"): boolean {
  return matchesRule({ args: [{ index: 0, kind, value }] }, signal({}, signature, [argument]));
}

/** "Message Bus: Match Rules" */
describe("matchesRule", () => {
  it("takes anything where the rule says nothing", () => {
    assert.ok(matchesRule({}, signal({})));
    assert.ok(matchesRule({ args: [] }, signal({})));
  });

  for (const [key, same, other] of [
    ["member", "D", "E"],
    ["interface", "b.c", "b.d"],
    ["path", "/a", "/a/b"],
  ] as const) {
    it(`compares the ${key}`, () => {
      assert.ok(matchesRule({ [key]: same }, signal({})));
      assert.ok(!matchesRule({ [key]: other }, signal({})));
    });
  }

  it("wants all conditions to hold", () => {
    const rule = { member: "D", path: "/a", interface: "b.c" };
    assert.ok(matchesRule(rule, signal({})));
    for (const different of [{ member: "X" }, { path: "/x" }, { interface: "x.y" }]) {
      assert.ok(!matchesRule(rule, signal(different)));
    }
  });

  describe("path_namespace", () => {
    it("is the specification's example", () => {
      const rule = { pathNamespace: "/com/example/foo" };
      assert.ok(matchesRule(rule, signal({ path: "/com/example/foo" })));
      assert.ok(matchesRule(rule, signal({ path: "/com/example/foo/bar" })));
      assert.ok(!matchesRule(rule, signal({ path: "/com/example/foobar" })));
    });

    it("takes no path above it, and every path where it is /", () => {
      assert.ok(!isWithinPath("/com", "/com/example"));
      assert.ok(isWithinPath("/", "/"));
      assert.ok(isWithinPath("/com/example", "/"));
    });
  });

  describe("argN", () => {
    it("compares strings only", () => {
      assert.ok(takes("equal", "x", "x"));
      assert.ok(!takes("equal", "x", "y"));
      assert.ok(takes("equal", "", ""));
      assert.ok(!takes("equal", "/a", "/a", "o"));
      assert.ok(!takes("equal", "s", "s", "g"));
      assert.ok(!takes("equal", "5", 5, "i"));
      assert.ok(!takes("equal", "x", { signature: "s", value: "x" }, "v"));
    });

    it("does not take a signal with fewer arguments", () => {
      const rule = { args: [{ index: 1, kind: "equal", value: "" }] } as const;
      assert.ok(!matchesRule(rule, signal({}, "s", [""])));
      assert.ok(!matchesRule(rule, signal({})));
    });

    it("counts complete types, not characters of the signature", () => {
      const rule = { args: [{ index: 1, kind: "equal", value: "x" }] } as const;
      assert.ok(matchesRule(rule, signal({}, "a{sv}s", [{}, "x"])));
      assert.ok(matchesRule(rule, signal({}, "(ii)s", [[1, 2], "x"])));
    });

    it("takes several", () => {
      const rule = {
        args: [
          { index: 0, kind: "namespace", value: "com.example" },
          { index: 2, kind: "equal", value: "" },
        ],
      } as const;
      assert.ok(matchesRule(rule, signal({}, "sss", ["com.example.Foo", ":1.2", ""])));
      assert.ok(!matchesRule(rule, signal({}, "sss", ["com.example.Foo", "", ":1.2"])));
    });
  });

  describe("argNpath", () => {
    it("is the specification's example: a rule /aa/bb/", () => {
      for (const path of ["/", "/aa/", "/aa/bb/", "/aa/bb/cc/", "/aa/bb/cc"]) assert.ok(takes("path", "/aa/bb/", path));
      for (const path of ["/aa/b", "/aa", "/aa/bb"]) assert.ok(!takes("path", "/aa/bb/", path));
    });

    it("takes a rule without a slash at its end as itself, or below what the signal names", () => {
      assert.ok(takes("path", "/aa/bb", "/aa/bb"));
      assert.ok(takes("path", "/aa/bb", "/aa/"));
      assert.ok(!takes("path", "/aa/bb", "/aa/bb/cc"));
    });

    it("takes strings and object paths", () => {
      assert.ok(takes("path", "/aa/", "/aa/bb", "o"));
      assert.ok(takes("path", "/aa/", "/aa/bb", "s"));
      assert.ok(!takes("path", "s", "s", "g"));
    });
  });

  describe("arg0namespace", () => {
    it("is the specification's example", () => {
      assert.ok(takes("namespace", "com.example.backend1", "com.example.backend1"));
      assert.ok(takes("namespace", "com.example.backend1", "com.example.backend1.foo"));
      assert.ok(takes("namespace", "com.example.backend1", "com.example.backend1.foo.bar"));
      assert.ok(!takes("namespace", "com.example.backend1", "com.example.backend2"));
      assert.ok(!takes("namespace", "com.example.backend1", "com.example.backend10"));
      assert.ok(!takes("namespace", "com.example.backend1", "com.example"));
    });

    it("takes strings only", () => {
      assert.ok(!takes("namespace", "com", "/com", "o"));
    });
  });

  it("takes no signal whose body cannot be read", () => {
    const rule = { args: [{ index: 0, kind: "equal", value: "x" }] } as const;
    assert.ok(matchesRule(rule, signal({}, "ss", ["x", "y"])));
    assert.ok(!matchesRule(rule, signal({}, "ss", ["x", UNREADABLE])));
  });
});
