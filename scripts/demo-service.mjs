/**
 * The demo's D-Bus service: `com.example.Demo` at `/com/example/Demo`, on each bus whose address is
 * given. A peer of its own, on the plain D-Bus library: it shares no code with what it is called by.
 *
 *   node scripts/demo-service.mjs ADDRESS...      prints "ready" when its name is there on every bus
 */
import { Message, NameFlag, RequestNameReply, sessionBus, Variant } from "dbus-next";

const NAME = "com.example.Demo";
const PATH = "/com/example/Demo";
const PROPERTIES = "org.freedesktop.DBus.Properties";
const TICK_MS = 1000;
const TEMPERATURE_MS = 2000;

const INTROSPECTION = `<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
<node>
  <interface name="${NAME}">
    <method name="Greet">
      <arg name="name" type="s" direction="in"/>
      <arg name="greeting" type="s" direction="out"/>
    </method>
    <method name="Add">
      <arg name="a" type="i" direction="in"/>
      <arg name="b" type="i" direction="in"/>
      <arg name="sum" type="i" direction="out"/>
    </method>
    <property name="Temperature" type="d" access="read"/>
    <property name="Level" type="u" access="readwrite"/>
    <signal name="Tick">
      <arg name="count" type="u"/>
    </signal>
  </interface>
  <interface name="${PROPERTIES}">
    <method name="Get">
      <arg name="interface_name" type="s" direction="in"/>
      <arg name="property_name" type="s" direction="in"/>
      <arg name="value" type="v" direction="out"/>
    </method>
    <method name="GetAll">
      <arg name="interface_name" type="s" direction="in"/>
      <arg name="properties" type="a{sv}" direction="out"/>
    </method>
    <method name="Set">
      <arg name="interface_name" type="s" direction="in"/>
      <arg name="property_name" type="s" direction="in"/>
      <arg name="value" type="v" direction="in"/>
    </method>
    <signal name="PropertiesChanged">
      <arg name="interface_name" type="s"/>
      <arg name="changed_properties" type="a{sv}"/>
      <arg name="invalidated_properties" type="as"/>
    </signal>
  </interface>
  <interface name="org.freedesktop.DBus.Introspectable">
    <method name="Introspect">
      <arg name="xml_data" type="s" direction="out"/>
    </method>
  </interface>
</node>`;

/** A request that cannot be served, with the D-Bus error name that says why. */
class Refusal extends Error {
  constructor(errorName, message) {
    super(message);
    this.errorName = `org.freedesktop.DBus.Error.${errorName}`;
  }
}

class DemoService {
  #bus;
  #ticks = 0;
  #properties = { Temperature: new Variant("d", 20), Level: new Variant("u", 50) };

  constructor(bus) {
    this.#bus = bus;
    bus.addMethodHandler((message) => this.#serve(message));
    setInterval(() => this.#tick(), TICK_MS);
    setInterval(() => this.#warm(), TEMPERATURE_MS);
  }

  #serve(message) {
    if (message.path !== PATH && !PATH.startsWith(message.path === "/" ? "/" : `${message.path}/`)) return false;
    try {
      const [signature, body] = this.#answer(message);
      this.#bus.send(Message.newMethodReturn(message, signature, body));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#bus.send(Message.newError(message, error.errorName, error.message));
    }
    return true;
  }

  /** Signature and body of the reply. A call may come without an interface. */
  #answer({ path, member, signature, body }) {
    if (member === "Introspect") return ["s", [path === PATH ? INTROSPECTION : nodeBelow(path)]];
    if (path !== PATH) throw new Refusal("UnknownObject", `There is nothing at ${path} but objects below it`);
    const expect = (wanted) => {
      if (signature !== wanted) throw new Refusal("InvalidArgs", `${member} takes "${wanted}", not "${signature}"`);
    };
    switch (member) {
      case "Greet":
        expect("s");
        return ["s", [`Hello, ${body[0]}!`]];
      case "Add":
        expect("ii");
        // As the int32 that it has to be.
        return ["i", [(body[0] + body[1]) | 0]];
      case "Get":
        expect("ss");
        return ["v", [this.#property(body[1])]];
      case "GetAll":
        expect("s");
        return ["a{sv}", [this.#properties]];
      case "Set":
        expect("ssv");
        this.#write(body[1], body[2]);
        return ["", []];
      default:
        throw new Refusal("UnknownMethod", `There is no method ${member}`);
    }
  }

  #property(name) {
    const value = this.#properties[name];
    if (value === undefined) throw new Refusal("UnknownProperty", `There is no property ${name}`);
    return value;
  }

  #write(name, value) {
    const old = this.#property(name);
    if (name !== "Level") throw new Refusal("PropertyReadOnly", `${name} can only be read`);
    if (value.signature !== old.signature) {
      throw new Refusal("InvalidArgs", `${name} is of type "${old.signature}", not "${value.signature}"`);
    }
    this.#change(name, value);
  }

  #change(name, value) {
    this.#properties[name] = value;
    this.#emit(PROPERTIES, "PropertiesChanged", "sa{sv}as", [NAME, { [name]: value }, []]);
  }

  #tick() {
    this.#ticks++;
    this.#emit(NAME, "Tick", "u", [this.#ticks]);
  }

  /** Up and down between 18 and 22 degrees, a round in a minute. */
  #warm() {
    const degrees = 20 + 2 * Math.sin((2 * Math.PI * Date.now()) / 60_000);
    this.#change("Temperature", new Variant("d", Math.round(degrees * 100) / 100));
  }

  #emit(interfaceName, member, signature, body) {
    this.#bus.send(Message.newSignal(PATH, interfaceName, member, signature, body));
  }
}

/** Introspection of an object above ours: it has one child. */
function nodeBelow(path) {
  const below = PATH.slice(path === "/" ? 1 : path.length + 1).split("/")[0];
  return `<node><node name="${below}"/></node>`;
}

for (const busAddress of process.argv.slice(2)) {
  const bus = sessionBus({ busAddress });
  bus.on("error", (error) => {
    console.error(`demo service: ${error.message}`);
    process.exit(1);
  });
  const reply = await bus.requestName(NAME, NameFlag.DO_NOT_QUEUE);
  if (reply !== RequestNameReply.PRIMARY_OWNER) throw new Error(`${NAME} is taken on ${busAddress}`);
  new DemoService(bus);
}
console.log("ready");
