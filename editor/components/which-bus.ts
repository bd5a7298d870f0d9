import { text } from "../../lib/shared/text";
import { say } from "../say";

/** What `msg` is needs no choosing: its hint shows with the choice. */
const BUSES = ["system", "session", "address"] as const;

/** "Which bus?": what each choice is for, told side by side. Closed until someone asks. */
export function whichBus(): JQuery {
  const lines = BUSES.map((bus) =>
    $("<p>").append($("<strong>").text(say(text(`bus.${bus}`))), ": ", $("<span>").text(say(text(`bus.${bus}-hint`)))),
  );
  return $('<details class="dbus-which-bus">').append($("<summary>").text(say(text("bus.which"))), lines);
}
