import type { HasAddress } from "./busctl";
import { type Peer, spawnPython } from "./peer";

const SOURCE = `
import sys
import dbus.bus
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

DBusGMainLoop(set_as_default=True)
bus = dbus.bus.BusConnection(sys.argv[1])
bus.request_name(sys.argv[2])

def heard(bus, message):
    if message.get_type() == 4 and message.get_member() == "Rang":
        print("Rang", *message.get_args_list())

bus.add_message_filter(heard)
print(bus.get_unique_name())
GLib.MainLoop().run()
`;

/** A program that owns a name as this user, prints its unique name, then each signal Rang that comes to it. */
export function startBell(bus: HasAddress, name: string, uid: number): Promise<Peer> {
  return spawnPython(SOURCE, [bus.address, name], { uid });
}
