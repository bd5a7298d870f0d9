"""A service whose introspection the test decides, and which tells of every call of Introspect.

Arguments: address, bus name, name of its one interface. Prints "ready <unique name>", then the path of each
Introspect that comes in. A path decides the answer:
  /refuse   an error until "agree" is read from standard input
  /silent   none until "answer" is read
  /number   a number, /broken   XML that is not well-formed
  any other one interface
"mark" is printed as it is read.
"""

import sys

import dbus.bus
import dbus.lowlevel
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

ADDRESS, NAME, INTERFACE = sys.argv[1:]
XML = '<node><interface name="%s"><method name="Act"><arg type="s"/></method></interface></node>' % INTERFACE
REPLACE = dbus.bus.NAME_FLAG_ALLOW_REPLACEMENT | dbus.bus.NAME_FLAG_REPLACE_EXISTING

agreed = False
unanswered = []


def answer(connection, message, value, signature):
    reply = dbus.lowlevel.MethodReturnMessage(message)
    reply.append(value, signature=signature)
    connection.send_message(reply)


def on_message(connection, message):
    if message.get_member() != "Introspect":
        return dbus.lowlevel.HANDLER_RESULT_NOT_YET_HANDLED
    path = message.get_path()
    print(path, flush=True)
    if path == "/silent":
        unanswered.append(message)
    elif path == "/refuse" and not agreed:
        refusal = dbus.lowlevel.ErrorMessage(message, "org.freedesktop.DBus.Error.UnknownInterface", "not here")
        connection.send_message(refusal)
    elif path == "/number":
        answer(connection, message, 5, "u")
    elif path == "/broken":
        answer(connection, message, "<node>", "s")
    else:
        answer(connection, message, XML, "s")
    return dbus.lowlevel.HANDLER_RESULT_HANDLED


def on_command(source, _condition):
    global agreed
    command = source.readline().strip()
    if command == "agree":
        agreed = True
        print("agreed", flush=True)
    elif command == "answer":
        for message in unanswered:
            answer(bus, message, XML, "s")
        unanswered.clear()
    elif command == "mark":
        print("mark", flush=True)
    return command != ""


DBusGMainLoop(set_as_default=True)
loop = GLib.MainLoop()
bus = dbus.bus.BusConnection(ADDRESS)
bus.call_on_disconnection(lambda _connection: loop.quit())
bus.add_message_filter(on_message)
bus.request_name(NAME, REPLACE)
GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, on_command)
print("ready", bus.get_unique_name(), flush=True)
loop.run()
