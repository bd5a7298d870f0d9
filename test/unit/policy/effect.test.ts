import assert from "node:assert/strict";
import { type BusWord, type FoundFile, policyEffect } from "../../../lib/policy/effect";
import type { PolicyOptions, PolicyPreset } from "../../../lib/shared/policy-options";
import { text } from "../../../lib/shared/text";
import { english } from "../../support/english";
import { NAME, policy } from "../../support/policies";

const file = `/etc/dbus-1/system.d/${NAME}.conf`;
const FILES: Readonly<Record<FoundFile["state"] | "host", FoundFile>> = {
  same: { state: "same", file },
  different: { state: "different", file },
  missing: { state: "missing", file },
  packaged: { state: "packaged", file },
  unreadable: { state: "unreadable", file, reason: "EACCES" },
  unseen: { state: "unseen", bus: "remote", file },
  host: { state: "unseen", bus: "host", file },
};
const owned = { kind: "owned", uid: 5, isUser: true, here: false } as const;
const WORDS = {
  owned,
  ownedHere: { ...owned, here: true },
  ownedByOther: { ...owned, isUser: false },
  ownedByWhom: { ...owned, isUser: undefined },
  ownRefused: { kind: "own-refused", reason: "not allowed" },
  callRefused: { kind: "call-refused", reason: "not allowed" },
  nobody: { kind: "nobody" },
  mayPing: { kind: "may-ping" },
  nobodyToCall: { kind: "nobody-to-call" },
  otherUser: { kind: "other-user" },
  noBus: { kind: "no-bus", reason: text("errors.no-address") },
} as const satisfies Readonly<Record<string, BusWord>>;

/** What is found, what the bus says, the preset, and what they come to. */
const CASES: readonly (readonly [keyof typeof FILES, keyof typeof WORDS, PolicyPreset, string])[] = [
  ["same", "owned", "restricted", "effective"],
  ["same", "ownedHere", "open", "effective"],
  ["same", "mayPing", "client", "effective"],
  ["same", "ownedByOther", "restricted", "in-place"],
  ["same", "ownedByWhom", "restricted", "in-place"],
  ["same", "ownedByOther", "permissive", "effective"],
  ["same", "ownRefused", "restricted", "not-taken"],
  ["same", "callRefused", "client", "not-taken"],
  ["same", "nobody", "restricted", "in-place"],
  ["same", "nobodyToCall", "client", "in-place"],
  ["same", "otherUser", "client", "in-place"],
  ["same", "noBus", "restricted", "in-place"],
  ["different", "owned", "restricted", "differs"],
  ["different", "ownRefused", "restricted", "differs"],
  ["missing", "owned", "restricted", "allowed"],
  ["missing", "ownedByOther", "restricted", "missing"],
  ["missing", "ownRefused", "restricted", "missing"],
  ["missing", "mayPing", "client", "missing"],
  ["missing", "nobody", "restricted", "missing"],
  ["packaged", "owned", "restricted", "allowed"],
  ["packaged", "nobody", "restricted", "missing"],
  ["unreadable", "owned", "restricted", "allowed"],
  ["unreadable", "nobody", "restricted", "unseen"],
  ["unreadable", "ownRefused", "restricted", "missing"],
  ["unseen", "owned", "restricted", "allowed"],
  ["unseen", "mayPing", "client", "unseen"],
  ["host", "ownRefused", "restricted", "missing"],
  ["host", "ownedByWhom", "restricted", "unseen"],
  ["host", "noBus", "restricted", "unseen"],
];

describe("the effect of a policy file", () => {
  for (const [found, word, preset, state] of CASES) {
    it(`${preset}: ${found}, ${word} is ${state}`, () => {
      const options: PolicyOptions = policy({ preset, destination: "com.example.Other" });
      const effect = policyEffect(options, FILES[found], WORDS[word]);
      assert.equal(effect.state, state);
      assert.equal(effect.file, FILES[found].state);
      const says = effect.says.map(english);
      assert.equal(says.length, state === "effective" || state === "allowed" ? 2 : 3);
      for (const words of says) assert.doesNotMatch(words, /__|undefined/);
    });
  }
});
