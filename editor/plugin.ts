import { argumentList } from "./components/argument-list";
import { BusNotes } from "./components/bus-notes";
import { conditionList } from "./components/condition-list";
import { MatchRuleView } from "./components/match-rule-view";
import { nameField } from "./components/name-field";
import { propertyList } from "./components/property-list";

/** What the dialogs of all node types share. */
const editor = {
  argumentList,
  busNotes: (container: JQuery, useSystemBus: () => void) => new BusNotes(container, useSystemBus),
  conditionList,
  matchRuleView: (container: JQuery) => new MatchRuleView(container),
  nameField,
  propertyList,
};

export type DBusEditor = typeof editor;

RED.plugins.registerPlugin("dbus-editor", editor);
