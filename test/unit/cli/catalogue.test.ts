import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { languagesOf, loadCatalogue } from "../../../cli/catalogue";

describe("languagesOf", () => {
  it("gives the region first, then the language", () => {
    assert.deepEqual(languagesOf({ LANG: "de_AT.UTF-8" }), ["de-AT", "de"]);
    assert.deepEqual(languagesOf({ LANG: "de" }), ["de"]);
    assert.deepEqual(languagesOf({ LANG: "de_DE@euro" }), ["de-DE", "de"]);
  });

  it("follows POSIX's order of variables, and GNU's LANGUAGE", () => {
    assert.deepEqual(languagesOf({ LANG: "fr_FR", LC_MESSAGES: "de_DE" }), ["de-DE", "de"]);
    assert.deepEqual(languagesOf({ LC_ALL: "it_IT", LC_MESSAGES: "de_DE" }), ["it-IT", "it"]);
    assert.deepEqual(languagesOf({ LANG: "fr_FR", LANGUAGE: "de:fr" }), ["de", "fr", "fr-FR"]);
  });

  it("leaves everything to the fallback in the C locale, and without one", () => {
    for (const LANG of ["C", "C.UTF-8", "POSIX", undefined])
      assert.deepEqual(languagesOf({ LANG, LANGUAGE: "de" }), []);
  });

  it("does not put a later language before English", () => {
    assert.deepEqual(languagesOf({ LANG: "en_GB.UTF-8", LANGUAGE: "en_GB:de" }), []);
  });

  it("takes nothing that could lead out of the catalogues' folder", () => {
    assert.deepEqual(languagesOf({ LANG: "../../etc" }), []);
  });
});

describe("loadCatalogue", () => {
  const directory = mkdtempSync(join(tmpdir(), "dbus-catalogue-"));
  const write = (language: string, text: string) => {
    mkdirSync(join(directory, language));
    writeFileSync(join(directory, language, "dbus-editor.json"), text);
  };
  write("en-US", JSON.stringify({ a: { b: "English __n__", c: "only English" } }));
  write("de", JSON.stringify({ a: { b: "Deutsch __n__" } }));
  write("xx", "{broken");
  after(() => rmSync(directory, { recursive: true }));

  it("takes the first language that has the text, English last", () => {
    const translate = loadCatalogue(["de-AT", "de"], directory);
    assert.equal(translate("a.b", { n: 1 }), "Deutsch 1");
    assert.equal(translate("a.c", {}), "only English");
  });

  it("passes over a catalogue that is missing or broken", () => {
    assert.equal(loadCatalogue(["xx", "yy"], directory)("a.b", { n: 2 }), "English 2");
  });

  it("gives a key back that is no text", () => {
    const translate = loadCatalogue([], directory);
    for (const key of ["a", "a.x", "a.b.length", "constructor.name", ""]) assert.equal(translate(key, {}), key);
  });
});
