import type { HasAddress } from "./busctl";
import { type Peer, spawnPython } from "./peer";
import { NAME } from "./policies";

const SOURCE = `
import sys
import dbus, dbus.lowlevel, dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

DBusGMainLoop(set_as_default=True)
bus = dbus.bus.BusConnection(sys.argv[1])
name = dbus.service.BusName(sys.argv[2], bus, do_not_queue=True)

class Lamp(dbus.service.Object):
    on = False

    @dbus.service.method(sys.argv[2] + ".Lamp", in_signature="b", out_signature="b")
    def Switch(self, on):
        return on

    @dbus.service.method(sys.argv[2] + ".Secret", out_signature="s")
    def Reveal(self):
        return "secret"

    @dbus.service.method("org.freedesktop.DBus.Properties", in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return self.on

    @dbus.service.method("org.freedesktop.DBus.Properties", in_signature="ssv")
    def Set(self, interface, name, value):
        self.on = value

lamp = Lamp(bus, "/lamp")
print("ready")
GLib.MainLoop().run()
`;

/** A service that owns `NAME` as this user, with an object at `/lamp` of the interfaces Lamp and Secret. */
export function startLamp(bus: HasAddress, uid: number): Promise<Peer> {
  return spawnPython(SOURCE, [bus.address, NAME], { uid });
}
