import assert from "node:assert/strict";
import { checkSignature, checkSingleType, parseSignature } from "../../../lib/shared/signature";
import { english } from "../../support/english";

/** D-Bus specification, "Type System". */
describe("signature", () => {
  const valid = [
    "",
    ..."ybnqiuxtdsoghv",
    "ai",
    "aai",
    "(i)",
    "(i(ii))",
    "a{sv}",
    "a{s(iav)}",
    "aa{sv}",
    "a(ii)",
    "susssasa{sv}i",
    "a{oa{sa{sv}}}",
    "s".repeat(255),
    `${"a".repeat(32)}s`,
    `${"(".repeat(32)}s${")".repeat(32)}`,
    `${"a(".repeat(31)}a(s)${")".repeat(31)}`,
  ];
  for (const signature of valid) {
    it(`takes ${JSON.stringify(signature.slice(0, 40))}`, () => {
      assert.equal(checkSignature(signature), undefined);
      const parsed = parseSignature(signature);
      assert.ok("types" in parsed);
      assert.equal(parsed.types.map((type) => type.signature).join(""), signature);
    });
  }

  const invalid: Readonly<Record<string, RegExp>> = {
    a: /breaks off.*position 2/,
    "(i": /breaks off.*position 3/,
    "a{s": /breaks off.*position 4/,
    "()": /empty struct at position 2/,
    ")": /“\)” at position 1/,
    "}": /“}” at position 1/,
    "{sv}": /dict entry at position 1 that is not in an array/,
    "a{vs}": /key type “v”/,
    "a{(i)s}": /key type “\(i\)”/,
    "a{s}": /“}” at position 4/,
    "a{ssv}": /does not end at position 5/,
    "a{}": /“}” at position 3/,
    r: /“r” at position 1/,
    e: /“e” at position 1/,
    "s s": /“ ” at position 2/,
    ["s".repeat(256)]: /at most 255 characters, this one has 256/,
    [`${"a".repeat(33)}s`]: /deeper than 32/,
    [`${"(".repeat(33)}s${")".repeat(33)}`]: /deeper than 32/,
  };
  for (const [signature, reason] of Object.entries(invalid)) {
    it(`refuses ${JSON.stringify(signature.slice(0, 40))} and says why`, () => {
      const problem = checkSignature(signature);
      assert.ok(problem !== undefined, "it was taken");
      assert.match(english(problem), reason);
    });
  }

  it("parses into what it says", () => {
    assert.deepEqual(parseSignature("a{s(iv)}"), {
      types: [
        {
          kind: "dict",
          signature: "a{s(iv)}",
          key: { kind: "basic", signature: "s" },
          value: {
            kind: "struct",
            signature: "(iv)",
            fields: [
              { kind: "basic", signature: "i" },
              { kind: "variant", signature: "v" },
            ],
          },
        },
      ],
    });
  });

  it("tells one complete type from none and from several", () => {
    assert.equal(checkSingleType("a{sv}"), undefined);
    for (const [signature, found] of [
      ["", 0],
      ["ss", 2],
    ] as const) {
      const problem = checkSingleType(signature);
      assert.ok(problem !== undefined);
      assert.match(english(problem), new RegExp(`has ${found}$`));
    }
    assert.ok(checkSingleType("a") !== undefined);
  });

  it("stays right after more signatures than it remembers", () => {
    for (let count = 0; count < 1500; count++) assert.ok(checkSignature(`${"s".repeat(count % 250)}?`) !== undefined);
    assert.equal(checkSignature("a{sv}"), undefined);
  });
});
