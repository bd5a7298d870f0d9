import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { Editor } from "../support/editor";
import { describeEditor, TAB } from "../support/editor-suite";

/** Nodes that show every part of their dialogs, something wrong included. */
const CALL = {
  id: "call",
  type: "dbus-call",
  z: "tab",
  x: 300,
  y: 100,
  wires: [[]],
  bus: "session",
  destination: "org.freedesktop.Notifications",
  path: "/org/freedesktop/Notifications",
  interface: "org.freedesktop.Notifications",
  member: "Notify",
  signature: "susssasa{sv}i",
  argsType: "list",
  args: [
    { value: "Node-RED", type: "str" },
    { value: "0", type: "num" },
  ],
};
const SIGNAL = {
  id: "signal",
  type: "dbus-signal",
  z: "tab",
  x: 300,
  y: 200,
  wires: [[]],
  bus: "session",
  sender: "org.freedesktop.DBus",
  args: [
    { index: 0, kind: "namespace", value: "org.mpris" },
    { index: 0, kind: "path", value: "/a/" },
  ],
};
const PUBLISH = {
  id: "publish",
  type: "dbus-publish",
  z: "tab",
  x: 300,
  y: 300,
  wires: [[], []],
  bus: "session",
  busName: "com.example.Thermostat",
  path: "/com/example/Thermostat",
  interface: "com.example.Thermostat",
  properties: [
    { name: "Target", signature: "d", access: "readwrite", value: "21.5", emitsChanged: "true" },
    { name: "Target", signature: "s", access: "read", value: "", emitsChanged: "const" },
  ],
  methods: [{ name: "Boost", in: [{ name: "minutes", signature: "u" }], out: [], timeout: 25 }],
  signals: [{ name: "Reached", args: [{ name: "at", signature: "d" }] }],
};
const SYSTEM = { ...PUBLISH, id: "system", y: 400, bus: "system", busName: "com.example.System", path: "/system" };
const FLOWS = [TAB, CALL, SIGNAL, PUBLISH, SYSTEM];
const NODES = ["call", "signal", "publish", "system"];

/** Web Content Accessibility Guidelines 2, AA, for text of this size. */
const LEAST_CONTRAST = 4.5;

describeEditor("appearance", (suite) => {
  /** Node-RED 4.1 has no dark theme of its own. */
  const themes = suite.version === "5" ? (["light", "dark"] as const) : (["light"] as const);

  for (const theme of themes) {
    it(`can be read in the ${theme} theme`, async () => {
      const editor = await suite.open(FLOWS, { dark: theme === "dark" });
      const dark = await editor.page.locator("html.nr-theme-dark").count();
      assert.equal(dark, theme === "dark" ? 1 : 0, "the theme is on");
      for (const id of NODES) {
        await openAll(editor, id);
        await editor.picture(`${suite.version}-${theme}-${id}`);
        const form = editor.dialog.locator(".dbus-form");
        const faint: string[] = [];
        for (const part of await form.locator(READ).all()) {
          const contrast = await contrastOf(part);
          if (contrast < LEAST_CONTRAST) faint.push(`${contrast.toFixed(2)}: ${await part.innerText()}`);
        }
        assert.deepEqual(faint, []);
        await editor.cancel();
      }
    });
  }

  it("speaks German to a German reader", async () => {
    const editor = await suite.open(FLOWS, { language: "de-DE" });
    const category = editor.page.locator("#red-ui-palette-container-dbus");
    assert.equal((await category.locator(".red-ui-palette-header").innerText()).trim(), "D-Bus");
    await openAll(editor, "call");
    await editor.picture(`${suite.version}-german-call`);
    const form = editor.dialog.locator(".dbus-form");
    await form.locator(".dbus-finding").first().waitFor();
    const call = await form.innerText();
    assert.match(call, /Sitzungsbus[\s\S]*Benachrichtigungen[\s\S]*Vorgang[\s\S]*Ziel[\s\S]*Zeitlimit[\s\S]*Sekunden/);
    assert.match(call, /Die Argumente hier ausfüllen[\s\S]*Argument 2\s+ganze Zahl, 0 bis 4294967295/);
    assert.match(call, /Argument 6\s+Array von Texten[\s\S]*ein Wert wird erwartet, das Feld ist leer/);
    assert.doesNotMatch(call, UNTRANSLATED);
    await editor.cancel();
    await openAll(editor, "signal");
    const signal = await form.innerText();
    assert.match(signal, /Absender[\s\S]*und alle Objekte darunter[\s\S]*Match-Regel[\s\S]*Mindestabstand/);
    assert.match(signal, /Bedingungen: Argument 0 hat zwei Bedingungen, der Bus erlaubt eine/);
    assert.doesNotMatch(signal, UNTRANSLATED);
    await editor.cancel();
    await openAll(editor, "publish");
    await editor.picture(`${suite.version}-german-publish`);
    const publish = await form.innerText();
    assert.match(publish, /Aktion[\s\S]*Busname[\s\S]*Eigenschaften[\s\S]*Methoden[\s\S]*nimmt[\s\S]*liefert/);
    assert.match(publish, /Eigenschaften: Zeile 2: den Namen „Target“ gibt es zweimal/);
    assert.doesNotMatch(publish, UNTRANSLATED);
    await editor.cancel();
    await openAll(editor, "system");
    await editor.picture(`${suite.version}-german-policy`);
    const policy = await form.innerText();
    assert.match(policy, /Policy-Datei für den Systembus[\s\S]*Wer darf[\s\S]*Benutzer[\s\S]*Sie gehört nach/);
    assert.doesNotMatch(policy, UNTRANSLATED);
    await editor.cancel();
  });

  it("has help for each node in the reader's language", async () => {
    for (const [language, words] of [
      ["en-US", /Inputs[\s\S]*Outputs[\s\S]*Details/],
      ["de-DE", /Eingänge[\s\S]*Ausgänge[\s\S]*Details/],
    ] as const) {
      const editor = await suite.open(FLOWS, { language });
      for (const type of ["dbus-call", "dbus-signal", "dbus-publish"]) {
        const help = await editor.page.locator(`script[data-help-name="${type}"]`).textContent();
        assert.match(help ?? "", words);
      }
    }
  });

  it("lets nothing stick out of the form in a narrow window", async () => {
    const editor = await suite.open(FLOWS, { language: "de-DE", viewport: { width: 700, height: 900 } });
    for (const id of NODES) {
      await openAll(editor, id);
      await editor.picture(`${suite.version}-narrow-${id}`);
      const beyond = await editor.dialog.locator(".dbus-form").evaluate((form) => {
        const { right } = form.getBoundingClientRect();
        return Array.from(form.querySelectorAll<HTMLElement>("*"))
          .filter((part) => part.checkVisibility() && part.getBoundingClientRect().right > right + 1)
          .map((part) => part.outerHTML.slice(0, 100));
      });
      assert.deepEqual(beyond, []);
      await editor.cancel();
    }
  });
});

/** Everything with words of its own; a button's colours are Node-RED's. */
const READ =
  "label:visible, .dbus-hint:visible, .dbus-bus-notes div:visible, .dbus-finding :not(button):visible, .dbus-problem:visible, .dbus-argument-name:visible, .dbus-argument-type:visible, summary:visible, .dbus-which-bus p:visible, textarea:visible, output:visible, select:visible, input[type=text]:visible";

/** A catalogue key shown instead of its text, or a placeholder that was not filled in. */
const UNTRANSLATED =
  /dbus-(call|signal|publish|editor)\b[.:]|\b(labels|bus|fields|findings|conditions|int64|access|emits|types|policy|arguments)\.[a-z]|__/;

async function openAll(editor: Editor, id: string): Promise<void> {
  await editor.open(id);
  for (const summary of await editor.dialog.locator("summary:visible").all()) await summary.click();
  await editor.dialog.locator(".dbus-bus-notes .dbus-finding, .dbus-policy-effect strong").first().waitFor();
}

/** The contrast of an element's text with what is behind it. */
async function contrastOf(element: Locator): Promise<number> {
  const { color, behind } = await element.evaluate((start) => {
    const behind: string[] = [];
    for (let at: Element | null = start; at !== null; at = at.parentElement) {
      behind.push(getComputedStyle(at).backgroundColor);
    }
    return { color: getComputedStyle(start).color, behind };
  });
  const background = [...behind].reverse().map(parse).reduce(over, [255, 255, 255, 1]);
  const lights = [luminance(over(background, parse(color))), luminance(background)].sort((a, b) => b - a);
  return ((lights[0] ?? 0) + 0.05) / ((lights[1] ?? 0) + 0.05);
}

type Colour = readonly [red: number, green: number, blue: number, opacity: number];

function parse(css: string): Colour {
  const [red = 0, green = 0, blue = 0, opacity = 1] = (css.match(/[\d.]+/g) ?? []).map(Number);
  assert.match(css, /^rgba?\(/, "a colour that the test cannot read");
  return [red, green, blue, opacity];
}

function over(below: Colour, above: Colour): Colour {
  const mix = (at: 0 | 1 | 2) => above[at] * above[3] + below[at] * (1 - above[3]);
  return [mix(0), mix(1), mix(2), 1];
}

function luminance([red, green, blue]: Colour): number {
  const linear = (part: number) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
