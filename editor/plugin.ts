import type { RefusedCall } from "../lib/shared/admin";
import type { BusChoice } from "../lib/shared/bus-choice";
import type { DBusCallConfig } from "../lib/shared/dbus-call-config";
import type { DBusSignalConfig } from "../lib/shared/dbus-signal-config";
import type { InterfaceDefinition } from "../lib/shared/interface-definition";
import type { ArgumentCondition } from "../lib/shared/match-rule";
import { addMoveActions } from "./components/bus-move";
import { BusNotes } from "./components/bus-notes";
import { CallArguments } from "./components/call-arguments";
import { ClonePanel } from "./components/clone-panel";
import { ConditionList } from "./components/condition-list";
import { methodDefinitions, propertyDefinitions, signalDefinitions } from "./components/definition-lists";
import { IntrospectionView } from "./components/introspection-view";
import { MatchRuleView } from "./components/match-rule-view";
import { nameField } from "./components/name-field";
import { PolicyDialog, whenRefused } from "./components/policy-dialog";
import { propertyList } from "./components/property-list";
import { ServiceFields, type ServiceFieldsOptions } from "./components/service-fields";
import { TryCall } from "./components/try-call";
import { TryListen } from "./components/try-listen";

/** What the dialogs of all node types share. */
const editor = {
  busNotes: (container: JQuery, node: FlowNode, select: JQuery) => new BusNotes(container, node, select),
  callArguments: (saved: DBusCallConfig, changed: () => void) => new CallArguments(saved, changed),
  clonePanel: (panel: JQuery, bus: () => BusChoice, take: (definition: InterfaceDefinition, path: string) => void) =>
    new ClonePanel(panel, bus, take),
  conditionList: (list: JQuery, rows: readonly ArgumentCondition[], changed: () => void) =>
    new ConditionList(list, rows, changed),
  introspectionView: (container: JQuery) => new IntrospectionView(container),
  matchRuleView: (container: JQuery) => new MatchRuleView(container),
  methodDefinitions,
  nameField,
  policyDialog: (container: JQuery, isClient: boolean) => new PolicyDialog(container, isClient),
  propertyDefinitions,
  propertyList,
  serviceFields: (options: ServiceFieldsOptions) => new ServiceFields(options),
  signalDefinitions,
  whenRefused,
  tryCall: (container: JQuery, id: string, read: () => DBusCallConfig, showPolicy: (refused: RefusedCall) => void) =>
    new TryCall(container, id, read, showPolicy),
  tryListen: (container: JQuery, id: string, read: () => DBusSignalConfig) => new TryListen(container, id, read),
};

export type DBusEditor = typeof editor;

RED.plugins.registerPlugin("dbus-editor", editor);
addMoveActions();
