import assert from "node:assert/strict";
import { interpolate } from "../../../lib/shared/interpolate";

describe("interpolate", () => {
  it("fills every placeholder, with text as it is", () => {
    assert.equal(
      interpolate("__user__ (__uid__), again __user__", { user: "$& a__uid__", uid: 7 }),
      "$& a__uid__ (7), again $& a__uid__",
    );
  });

  it("leaves a placeholder that has no parameter", () => {
    assert.equal(interpolate("__missing__ __toString__", { other: 1 }), "__missing__ __toString__");
  });
});
