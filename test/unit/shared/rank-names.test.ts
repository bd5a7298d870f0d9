import assert from "node:assert/strict";
import { rank } from "../../../lib/shared/rank-names";
import { withinProcessorTime } from "../../support/processor-time";

describe("rank", () => {
  it("puts the better fit first", () => {
    const names = ["reboot_later", "CanReboot2", "Reboot", "x.Reboot", "ReBootAll", "rxexbxoxoxt", "prebooted"];
    assert.deepEqual(rank("reboot", names), [
      "Reboot",
      "reboot_later",
      "ReBootAll",
      "x.Reboot",
      "CanReboot2",
      "prebooted",
      "rxexbxoxoxt",
    ]);
  });

  it("leaves out what does not fit, and keeps the order among equals", () => {
    assert.deepEqual(rank("org.b", ["org.bz", "org.x", "org.ba"]), ["org.bz", "org.ba"]);
    assert.deepEqual(rank("nothing", ["org.bluez"]), []);
  });

  it("gives everything where nothing is typed", () => {
    const names = ["b", "a"];
    assert.deepEqual(rank("", names), names);
    assert.deepEqual(rank("  ", names), names);
  });

  it("finds the parts of names and paths", () => {
    assert.deepEqual(rank("hci", ["/x/thci", "/org/bluez/hci0"]), ["/org/bluez/hci0", "/x/thci"]);
    assert.deepEqual(rank("bluez.ada", ["org.xbluez.Adapter", "org.bluez.Adapter1"]), [
      "org.bluez.Adapter1",
      "org.xbluez.Adapter",
    ]);
    assert.deepEqual(rank("1.42", ["org.x1.42", ":1.42"]), [":1.42", "org.x1.42"]);
  });

  it("finds words by their starts", () => {
    for (const typed of ["gno", "getown", "GNO", "nameo", "no"]) {
      assert.deepEqual(rank(typed, ["gxexnxtxaxmxexoxwxnx", "GetNameOwner"])[0], "GetNameOwner", typed);
    }
    assert.deepEqual(rank("o.f.up", ["org.freedesktop.UPower"]), ["org.freedesktop.UPower"]);
    assert.deepEqual(rank("/o/b/h", ["/org/xbzh/", "/org/bluez/hci0"]), ["/org/bluez/hci0"]);
    assert.deepEqual(rank("xp", ["xzzp", "XMLParser"]), ["XMLParser", "xzzp"]);
  });

  it("follows every way through like words", () => {
    assert.deepEqual(rank("aab", ["zaaab", "Aa.Aab"]), ["Aa.Aab", "zaaab"]);
    assert.deepEqual(rank("abac", ["xabxac", "Ab.Aba.Ac"]), ["Ab.Aba.Ac", "xabxac"]);
  });

  it("ranks whatever has a name", () => {
    const entries = [{ name: "org.b" }, { name: "b" }];
    assert.deepEqual(
      rank("b", entries, ({ name }) => name),
      [{ name: "b" }, { name: "org.b" }],
    );
  });

  it("is quick for 10,000 names, also those that fit in many ways", () => {
    const usual = Array.from({ length: 10_000 }, (_, index) => `org.example.Service${index}.Device${index % 7}`);
    assert.equal(rank("oesd", usual).length, usual.length);
    const alike = Array.from({ length: 10_000 }, () => "a.".repeat(127));
    withinProcessorTime(3_000, () => rank("oesd9", usual), "usual names");
    withinProcessorTime(15_000, () => rank("a".repeat(31), alike), "like words");
    withinProcessorTime(5_000, () => rank(`${"a.".repeat(100)}b`, alike), "what does not fit");
  });
});
