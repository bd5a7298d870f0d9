import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { languagesOf, loadCatalogue } from "../../../cli/catalogue";
import { LANGUAGES, textsOf } from "../../support/catalogues";

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

  it("does not take simplified Chinese for traditional", () => {
    for (const region of ["TW", "HK"]) assert.deepEqual(languagesOf({ LANG: `zh_${region}.UTF-8` }), [`zh-${region}`]);
    assert.deepEqual(languagesOf({ LANG: "zh_SG.UTF-8" }), ["zh-SG", "zh"]);
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
  write("de-AT", JSON.stringify({ a: { b: "Österreichisch __n__" } }));
  write("pt-BR", JSON.stringify({ a: { c: "de São Paulo" } }));
  write("xx", "{broken");
  after(() => rmSync(directory, { recursive: true }));

  it("takes the first language that has the text, English last", () => {
    const translate = loadCatalogue(["de-CH", "de"], directory);
    assert.equal(translate("a.b", { n: 1 }), "Deutsch 1");
    assert.equal(loadCatalogue(["de-AT", "de"], directory)("a.b", { n: 1 }), "Österreichisch 1");
    assert.equal(translate("a.c", {}), "only English");
  });

  it("takes another region's catalogue for a language that has none of its own", () => {
    assert.equal(loadCatalogue(["pt-PT", "pt"], directory)("a.c", {}), "de São Paulo");
    assert.equal(loadCatalogue(["pt-PT"], directory)("a.c", {}), "only English");
    // The folder of the language itself goes before those of its regions.
    assert.equal(loadCatalogue(["de"], directory)("a.b", { n: 3 }), "Deutsch 3");
  });

  it("passes over a catalogue that is missing or broken", () => {
    assert.equal(loadCatalogue(["xx", "yy"], directory)("a.b", { n: 2 }), "English 2");
  });

  it("gives a key back that is no text", () => {
    const translate = loadCatalogue([], directory);
    for (const key of ["a", "a.x", "a.b.length", "constructor.name", ""]) assert.equal(translate(key, {}), key);
  });
});

describe("the catalogues of the package", () => {
  const SERVED = {
    "en_GB.UTF-8": "en-US",
    "de_AT.UTF-8": "de",
    "fr_FR.UTF-8": "fr",
    "fr_CA.UTF-8": "fr",
    "es_ES.UTF-8": "es-ES",
    "es_MX.UTF-8": "es-ES",
    "pt_BR.UTF-8": "pt-BR",
    "pt_PT.UTF-8": "pt-BR",
    "ja_JP.UTF-8": "ja",
    "zh_CN.UTF-8": "zh-CN",
    "zh_SG.UTF-8": "zh-CN",
    "zh_TW.UTF-8": "en-US",
    "it_IT.UTF-8": "en-US",
    C: "en-US",
  };

  for (const [locale, language] of Object.entries(SERVED)) {
    it(`are read in ${language} under LANG=${locale}`, () => {
      const translate = loadCatalogue(languagesOf({ LANG: locale }));
      assert.equal(translate("cli.no-command", {}), textsOf(language, "dbus-editor").get("cli.no-command"));
    });
  }

  it("are all reached by some locale", () => {
    assert.deepEqual([...new Set(Object.values(SERVED))].toSorted(), [...LANGUAGES].toSorted());
  });
});
