import assert from "node:assert/strict";
import { checkInterfaceName, checkObjectPath } from "../../../lib/shared/names";
import { objectNamesFor } from "../../../lib/shared/object-names";

describe("the usual names of a bus name's only object", () => {
  for (const [busName, path, interfaceName] of [
    ["com.example.Flow1", "/com/example/Flow1", "com.example.Flow1"],
    ["com.my-home._7.Lamp", "/com/my_home/_7/Lamp", "com.my_home._7.Lamp"],
  ] as const) {
    it(`are ${path} and ${interfaceName} for ${busName}`, () => {
      assert.deepEqual(objectNamesFor(busName), { path, interface: interfaceName });
      assert.equal(checkObjectPath(path), undefined);
      assert.equal(checkInterfaceName(interfaceName), undefined);
    });
  }

  it("are none for what is no well-known name", () => {
    for (const name of ["", "com", ":1.5", "com..example", "$" + "{NAME}"]) {
      assert.equal(objectNamesFor(name), undefined, name);
    }
  });
});
