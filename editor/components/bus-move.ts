import { type Text, text } from "../../lib/shared/text";
import { say } from "../say";
import { type BusUser, moveToSystemBus, peersOf, type Reach, sessionNodes } from "../session-nodes";
import { LiveBus } from "./live-bus";

/** How long a notice with its undo button stays, in milliseconds. */
const NOTICE_TIME = 15_000;

/** What a dialog has for the move. */
export interface MoveDialog {
  /** The flow that its node is on. */
  readonly flow: string;
  /** Puts a bus into the form, where the change of this node happens. */
  choose(bus: "system" | "session"): void;
  /** Shows something below the choice of bus. */
  note(content: JQuery): void;
}

/** "Use the system bus for": this node, its flow, all flows. With the services that one would not find there. */
export function showBusMove(container: JQuery, dialog: MoveDialog): void {
  const buttons = $('<div class="dbus-move" role="group">')
    .attr("aria-label", say(text("move.title")))
    .append($("<span>").text(say(text("move.title"))))
    .append(button(text("move.node"), () => dialog.choose("system")));
  const inFlow = sessionNodes({ flow: dialog.flow }).length;
  const all = sessionNodes("all");
  const move = (reach: Reach) => {
    const done = useSystemBus(reach, () => dialog.choose("session"));
    dialog.choose("system");
    dialog.note(done);
  };
  if (inFlow > 0) {
    buttons.append(button(text("move.flow", { count: inFlow }), () => move({ flow: dialog.flow })));
  }
  // With nothing on other flows both would do the same.
  if (all.length > inFlow) buttons.append(button(text("move.all", { count: all.length }), () => move("all")));
  container.append(buttons, missingFrom(all));
}

/** The same as actions of the editor, for its list of actions and for shortcuts. */
export function addMoveActions(): void {
  const add = (name: string, label: string, reach: () => Reach) =>
    RED.actions.add(
      `node-red-contrib-dbus:${name}`,
      () => {
        const nothing = sessionNodes(reach()).length === 0;
        const content = nothing ? $("<p>").text(say(text("move.none"))) : useSystemBus(reach());
        RED.notify(content, { type: "compact", timeout: NOTICE_TIME });
      },
      { label: `node-red-contrib-dbus/dbus-editor:${label}` },
    );
  add("use-system-bus-in-flow", "move.flow-action", () => ({ flow: RED.workspaces.active() }));
  add("use-system-bus-in-all-flows", "move.all-action", () => "all");
}

/** Changes all session bus nodes within reach. What was done, to show: with a button that takes it back. */
function useSystemBus(reach: Reach, undone: () => void = () => {}): JQuery {
  const nodes = sessionNodes(reach);
  const step = moveToSystemBus(nodes);
  const done = $('<div class="dbus-finding dbus-finding-info" role="status">');
  const words = $("<p>").text(say(text("move.done", { count: nodes.length })));
  const undo = button(text("move.undo"), (event) => {
    // It undoes the latest step, which may be another by now, or this one was undone elsewhere.
    if (RED.history.peek() !== step) {
      // A click on it closes one of Node-RED's notices, unread.
      event.stopPropagation();
      words.text(say(text("move.not-latest")));
      return;
    }
    done.remove();
    RED.history.pop();
    undone();
  });
  return done.append(words, missingFrom(nodes), undo);
}

function button(label: Text, act: (event: JQuery.TriggeredEvent) => void): JQuery {
  return $('<button type="button" class="red-ui-button red-ui-button-small">').text(say(label)).on("click", act);
}

/** Says which of their services nobody has on the system bus and nothing there would start, as soon as it is known. */
function missingFrom(nodes: readonly BusUser[]): JQuery {
  const shown = $('<div class="dbus-move-missing" role="status">');
  const names = peersOf(nodes);
  if (names.length === 0) return shown;
  void new LiveBus().names({ bus: "system" }).then((live) => {
    if ("problem" in live) {
      shown.text(say(text("move.unknown")));
      return;
    }
    const there = new Set(live.answer.names.map(({ name }) => name));
    const missing = names.filter((name) => !there.has(name));
    if (missing.length > 0) shown.text(say(text("move.missing", { names: missing.join(", ") })));
  });
  return shown;
}
