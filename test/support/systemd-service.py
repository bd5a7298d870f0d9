"""A systemd1 manager with one unit, cron.service. As systemd does, it runs jobs by and by, and sends
signals only while somebody has called Subscribe.

    systemd-service.py ADDRESS      prints "ready" when its name is on the bus
"""

import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

MANAGER = "org.freedesktop.systemd1.Manager"
UNIT = "org.freedesktop.systemd1.Unit"
UNIT_NAME = "cron.service"
UNIT_PATH = "/org/freedesktop/systemd1/unit/cron_2eservice"
STATES = {
    "StartUnit": ["activating", "active"],
    "StopUnit": ["deactivating", "inactive"],
    "RestartUnit": ["deactivating", "inactive", "activating", "active"],
}


class Refusal(dbus.DBusException):
    def __init__(self, name, message):
        super().__init__(message, name=name)


class Unit(dbus.service.Object):
    state = "active"

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return self.GetAll(interface)[name]

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="s", out_signature="a{sv}")
    def GetAll(self, interface):
        return {"Id": UNIT_NAME, "ActiveState": self.state} if interface == UNIT else {}

    @dbus.service.signal(dbus.PROPERTIES_IFACE, signature="sa{sv}as")
    def PropertiesChanged(self, interface, changed, invalidated):
        pass


class Manager(dbus.service.Object):
    def __init__(self, bus, unit):
        super().__init__(bus, "/org/freedesktop/systemd1")
        self.unit = unit
        self.subscribers = set()
        self.jobs = 0

    @dbus.service.method(MANAGER, sender_keyword="sender")
    def Subscribe(self, sender):
        if sender in self.subscribers:
            raise Refusal("org.freedesktop.systemd1.AlreadySubscribed", "Client is already subscribed.")
        self.subscribers.add(sender)

    @dbus.service.method(MANAGER, in_signature="s", out_signature="o")
    def LoadUnit(self, name):
        # systemd loads a unit that has no file too.
        return UNIT_PATH if name == UNIT_NAME else "/org/freedesktop/systemd1/unit/other"

    @dbus.service.method(MANAGER, in_signature="ss", out_signature="o")
    def StartUnit(self, name, mode):
        return self.run("StartUnit", name, mode)

    @dbus.service.method(MANAGER, in_signature="ss", out_signature="o")
    def StopUnit(self, name, mode):
        return self.run("StopUnit", name, mode)

    @dbus.service.method(MANAGER, in_signature="ss", out_signature="o")
    def RestartUnit(self, name, mode):
        return self.run("RestartUnit", name, mode)

    @dbus.service.signal(MANAGER, signature="uoss")
    def JobRemoved(self, number, job, unit, result):
        pass

    def run(self, member, name, mode):
        if mode not in ("replace", "fail", "isolate", "ignore-dependencies", "ignore-requirements"):
            raise Refusal("org.freedesktop.DBus.Error.InvalidArgs", f"Job mode {mode} invalid")
        if name != UNIT_NAME:
            raise Refusal("org.freedesktop.systemd1.NoSuchUnit", f"Unit {name} not found.")
        self.jobs += 1
        number, job = self.jobs, f"/org/freedesktop/systemd1/job/{self.jobs}"
        GLib.idle_add(self.step, list(STATES[member]), number, job)
        return job

    def step(self, states, number, job):
        """One state in each turn of the loop; then another unit's job ends, and ours."""
        if states:
            self.unit.state = states.pop(0)
            if self.subscribers:
                self.unit.PropertiesChanged(UNIT, {"ActiveState": self.unit.state}, [])
            return True
        if self.subscribers:
            self.JobRemoved(number + 1000, f"{job}000", "other.service", "failed")
            self.JobRemoved(number, job, UNIT_NAME, "done")
        return False


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
connection = dbus.bus.BusConnection(sys.argv[1])
manager = Manager(connection, Unit(connection, UNIT_PATH))
name = dbus.service.BusName("org.freedesktop.systemd1", connection, do_not_queue=True)
print("ready", flush=True)
GLib.MainLoop().run()
