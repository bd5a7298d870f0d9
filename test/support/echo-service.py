"""A service for the nodes' tests: it gives back what it gets, and does what it is told.

Arguments: address, bus name. Prints "ready <unique name>", then a JSON line for each method call that comes in
(and for what is told by "mark"). Reads JSON lines:
  {"emit": [path, interface, member, signature, arguments], "to": destination}
  {"own": name}, {"disown": name}
  {"values": {property: value}}   changes properties, silently
  {"objects": {path: {interface: {property: value}}}}   what GetManagedObjects tells
  {"answer": true}   answers the calls of Wait
  {"silent": true}   answers no Introspect from now on
  {"mark": anything}   is printed as it is read
"""

import json
import os
import sys

import dbus
import dbus.bus
import dbus.lowlevel
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

ADDRESS, NAME = sys.argv[1:]
PROPERTIES = {
    "Text": ("s", "readwrite", "calm"),
    "Byte": ("y", "readwrite", 1),
    "Short": ("n", "readwrite", -2),
    "Word": ("q", "readwrite", 3),
    "Int": ("i", "readwrite", -4),
    "Count": ("u", "readwrite", 5),
    "Long": ("x", "readwrite", -(2**60)),
    "Huge": ("t", "readwrite", 2**60),
    "Ratio": ("d", "readwrite", 0.5),
    "Flag": ("b", "readwrite", True),
    "Where": ("o", "readwrite", "/a"),
    "Shape": ("g", "readwrite", "a{sv}"),
    "Bytes": ("ay", "readwrite", [1, 2]),
    "Names": ("as", "readwrite", ["a"]),
    "Point": ("(ii)", "readwrite", (1, 2)),
    "Any": ("v", "readwrite", 7),
    "Fixed": ("s", "read", "so"),
}
XML = """<node>
  <interface name="com.example.Echo">
    <method name="Nothing"/>
    <method name="Join"><arg type="s" name="first"/><arg type="s" name="second"/>
      <arg type="s" name="joined" direction="out"/></method>
    <method name="Pair"><arg type="u" name="number" direction="in"/>
      <arg direction="out" type="s" name="text"/><arg direction="out" name="number" type="u"/></method>
    <method name="Options"><arg name="options" type="a{sv}"/><arg type="a{sv}" name="options" direction="out"/></method>
    <method name="Overload"><arg type="s" name="text"/><arg type="s" direction="out"/></method>
    <method name="Overload"><arg type="s" name="text"/><arg type="u" name="times"/><arg type="s" direction="out"/></method>
    <method name="Twice"/>
    <method name="Wait"><arg type="s" direction="out"/></method>
    <method name="Fail"><arg type="s" name="name"/><arg type="s" name="message"/></method>
    <signal name="Said"><arg type="s" name="text"/><arg type="u" name="times"/></signal>
    %s
  </interface>
  <interface name="com.example.Other"><method name="Twice"/><property name="Extra" type="s" access="read"/></interface>
</node>""" % "".join('<property name="%s" type="%s" access="%s"/>' % (n, t, a) for n, (t, a, _) in PROPERTIES.items())
STANDARD = "org.freedesktop.DBus."

values = {name: value for name, (_, _, value) in PROPERTIES.items()}
objects = {}
waiting = []
silent = False
unread = b""


def tell(**line):
    print(json.dumps(line, default=str), flush=True)


def reply(message, signature="", *args):
    answer = dbus.lowlevel.MethodReturnMessage(message)
    answer.append(*args, signature=signature)
    bus.send_message(answer)


def fail(message, name, text):
    bus.send_message(dbus.lowlevel.ErrorMessage(message, name, text))


def typed(name):
    signature = PROPERTIES[name][0]
    return of_type(signature, values[name])


def of_type(signature, value):
    """As a variant's content, of exactly this type."""
    if isinstance(value, dbus.String | dbus.Boolean) or hasattr(value, "variant_level") and value.variant_level:
        return value
    basic = dict(s=dbus.String, y=dbus.Byte, n=dbus.Int16, q=dbus.UInt16, i=dbus.Int32, u=dbus.UInt32, x=dbus.Int64)
    basic.update(t=dbus.UInt64, d=dbus.Double, b=dbus.Boolean, o=dbus.ObjectPath, g=dbus.Signature)
    if signature in basic:
        return basic[signature](value, variant_level=1)
    if signature == "v":
        return dbus.Int32(value, variant_level=2) if isinstance(value, int) else value
    if signature == "(ii)":
        return dbus.Struct(value, signature="ii", variant_level=1)
    return dbus.Array(value, signature=signature[1:], variant_level=1)


def on_call(message):
    member, interface = message.get_member(), message.get_interface()
    args = message.get_args_list()
    if interface == STANDARD + "Introspectable" and silent:
        return
    if interface == STANDARD + "Introspectable":
        reply(message, "s", XML)
    elif interface == STANDARD + "ObjectManager":
        reply(message, "a{oa{sa{sv}}}", dbus.Dictionary(objects, signature="oa{sa{sv}}"))
    elif interface == STANDARD + "Properties":
        on_property(message, member, args)
    elif member == "Join":
        reply(message, "s", args[0] + args[1])
    elif member == "Pair":
        reply(message, "su", str(args[0]), args[0])
    elif member == "Overload":
        reply(message, "s", message.get_signature())
    elif member == "Wait":
        waiting.append(message)
    elif member == "Fail":
        fail(message, args[0], args[1])
    else:
        reply(message, message.get_signature(), *args)


def on_property(message, member, args):
    interface = args[0]
    if member == "GetAll":
        known = {name: typed(name) for name in PROPERTIES} if interface == "com.example.Echo" else {"Extra": "e"}
        reply(message, "a{sv}", dbus.Dictionary(known, signature="sv"))
    elif args[1] not in PROPERTIES:
        fail(message, STANDARD + "Error.UnknownProperty", "no property %s" % args[1])
    elif member == "Get":
        reply(message, "v", typed(args[1]))
    elif PROPERTIES[args[1]][1] == "read":
        fail(message, STANDARD + "Error.PropertyReadOnly", "%s is read-only" % args[1])
    else:
        values[args[1]] = args[2]
        tell(set=args[1], type=type(args[2]).__name__, value=args[2])
        reply(message)


def on_message(_connection, message):
    if message.get_type() != 1:
        return dbus.lowlevel.HANDLER_RESULT_NOT_YET_HANDLED
    seen = {"call": message.get_member(), "path": message.get_path(), "interface": message.get_interface()}
    tell(**seen, signature=message.get_signature(), sender=message.get_sender(), noReply=message.get_no_reply())
    on_call(message)
    return dbus.lowlevel.HANDLER_RESULT_HANDLED


def on_input(_source, _condition):
    """Several lines may come at once, and a buffered read would keep all but the first from us."""
    global unread
    chunk = os.read(0, 1 << 16)
    if chunk == b"":
        loop.quit()
        return False
    *lines, unread = (unread + chunk).split(b"\n")
    for line in lines:
        on_command(json.loads(line))
    return True


def on_command(command):
    global silent
    if "emit" in command:
        path, interface, member, signature, args = command["emit"]
        signal = dbus.lowlevel.SignalMessage(path, interface, member)
        if "to" in command:
            signal.set_destination(command["to"])
        signal.append(*args, signature=signature)
        for _ in range(command.get("times", 1)):
            bus.send_message(signal)
    if "own" in command:
        bus.request_name(command["own"], dbus.bus.NAME_FLAG_ALLOW_REPLACEMENT)
    if "disown" in command:
        bus.release_name(command["disown"])
    silent = command.get("silent", silent)
    values.update(command.get("values", {}))
    objects.update(command.get("objects", {}))
    if "answer" in command:
        while waiting:
            reply(waiting.pop(0), "s", "answered")
    if "mark" in command:
        # Its answer means that the bus has handed on all that was sent before.
        bus.call_blocking(dbus.BUS_DAEMON_NAME, dbus.BUS_DAEMON_PATH, dbus.BUS_DAEMON_IFACE, "GetId", "", ())
        tell(mark=command["mark"])


DBusGMainLoop(set_as_default=True)
loop = GLib.MainLoop()
bus = dbus.bus.BusConnection(ADDRESS)
bus.call_on_disconnection(lambda _connection: loop.quit())
bus.add_message_filter(on_message)
bus.request_name(NAME, dbus.bus.NAME_FLAG_REPLACE_EXISTING)
if "DBUS_STARTER_ADDRESS" not in os.environ:  # Started by the bus, nobody tells it anything.
    GLib.io_add_watch(0, GLib.IO_IN | GLib.IO_HUP, on_input)
print("ready", bus.get_unique_name(), flush=True)
loop.run()
