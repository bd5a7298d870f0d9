import assert from "node:assert/strict";
import { busctl, run } from "../support/busctl";
import { ECHO, ECHO_NAME, ECHO_PATH, type EchoService, startEcho } from "../support/echo-service";
import { type LoadedFlow, type Message, useNodeRed } from "../support/helper";
import { PYTHON } from "../support/peer";
import { type PrivateBus, startBus } from "../support/private-bus";
import { caughtUp, listening, loadSignal, plain, signalNode, topics } from "../support/signal-flow";
import { eventually } from "../support/until";

describe("dbus-signal: signals", () => {
  useNodeRed();
  let bus: PrivateBus;
  let echo: EchoService;
  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    echo = await startEcho(bus);
  });
  afterEach(async () => {
    await echo.stop();
    await bus.stop();
  });

  const listen = async (fields: object): Promise<LoadedFlow> => {
    const flow = await loadSignal(signalNode(bus, { listen: "signal", ...fields }));
    await listening(flow);
    return flow;
  };
  /** What comes out until the service's signal End, which each of these nodes hears. */
  const heard = async (flow: LoadedFlow): Promise<Message[]> => {
    echo.emit("End", "s", ["end"]);
    await flow.outputs("out").first(({ topic }) => topic === "End");
    return flow.outputs("out").items.slice(0, -1);
  };

  it("come with what they hold and where they come from", async () => {
    const flow = await listen({ sender: ECHO_NAME, path: ECHO_PATH });
    echo.emit("Said", "su", ["hello", 3]);
    const [message] = await flow.outputs("out").until(1);
    const { arguments: named, ...dbus } = Object(message?.["dbus"]);
    assert.deepEqual(plain({ ...message, dbus }), {
      topic: "Said",
      payload: ["hello", 3],
      event: "signal",
      dbus: {
        bus: "address",
        address: bus.address,
        sender: echo.unique,
        path: ECHO_PATH,
        interface: ECHO,
        member: "Said",
        signature: "su",
      },
    });
    assert.ok(named === undefined || JSON.stringify(named) === '{"text":"hello","times":3}');
  });

  it("have their arguments by name once the object's introspection is known, none is held up for that", async () => {
    const flow = await listen({ sender: ECHO_NAME, path: ECHO_PATH });
    echo.emit("Other", "s", ["not declared"]);
    const named = () =>
      flow.outputs("out").items.find(({ topic, dbus }) => topic === "Said" && Object.hasOwn(Object(dbus), "arguments"));
    let count = 0;
    // Each signal asks for the next, until the background's answer is in.
    const stop = flow.outputs("out").onItem(() => {
      if (named() === undefined) echo.emit("Said", "su", ["hello", ++count]);
    });
    await eventually(() => named() !== undefined);
    stop();
    const { arguments: args } = Object(named()?.["dbus"]);
    assert.deepEqual(args, { text: "hello", times: count });
    const times = flow
      .outputs("out")
      .items.filter(({ topic }) => topic === "Said")
      .map(({ payload }) => (payload as number[])[1]);
    assert.deepEqual(
      times,
      Array.from({ length: count }, (_, index) => index + 1),
      "in order, and none lost",
    );
    assert.equal(echo.introspections, 1);
    assert.ok(!Object.hasOwn(Object(flow.outputs("out").items[0]?.["dbus"]), "arguments"));
  });

  it("have their names again after the service has changed hands", async () => {
    const flow = await listen({ sender: ECHO_NAME, path: ECHO_PATH });
    await echo.lines.first(({ call }) => call === "Introspect");
    await echo.stop();
    echo = await startEcho(bus);
    await echo.lines.first(({ call }) => call === "Introspect");
    const stop = flow.outputs("out").onItem(() => echo.emit("Said", "su", ["a", 1]));
    echo.emit("Said", "su", ["a", 1]);
    await flow.outputs("out").first(({ dbus }) => Object.hasOwn(Object(dbus), "arguments"));
    stop();
  });

  it("are not asked for names where any object may be the sender", async () => {
    const flow = await listen({ sender: ECHO_NAME, path: "/com", pathNamespace: true });
    await heard(flow);
    assert.equal(echo.introspections, 0);
  });

  it("have nothing, a value, or an array as payload", async () => {
    const flow = await listen({ interface: ECHO });
    echo.emit("None");
    echo.emit("One", "a{sv}", [{ k: 1 }]);
    echo.emit("Several", "sas", ["a", ["b"]]);
    assert.deepEqual(
      (await heard(flow)).map(({ payload }) => payload),
      [undefined, { k: 1 }, ["a", ["b"]]],
    );
  });

  it("have 64-bit integers and types as the node wants them", async () => {
    const flow = await listen({ interface: ECHO, int64: "bigint", keepTypes: true });
    echo.emit("Many", "xv", [5, "text"]);
    const [message] = await heard(flow);
    assert.deepEqual(message?.["payload"], [5n, { signature: "s", value: "text" }]);
  });

  const CHOICES: readonly (readonly [what: string, fields: object, heard: readonly string[]])[] = [
    ["a member", { interface: ECHO, member: "Two" }, ["Two"]],
    ["an interface", { interface: ECHO }, ["One", "Two", "Three"]],
    ["a path", { path: ECHO_PATH }, ["One", "Two", "Three"]],
    ["a path and all below", { path: "/com", pathNamespace: true }, ["One", "Two", "Three", "Below"]],
    ["every path", { path: "/", pathNamespace: true, interface: ECHO }, ["One", "Two", "Three"]],
    ["a unique sender", { sender: ":unique" }, ["One", "Two", "Three", "Below"]],
    ["a condition", { interface: ECHO, args: [{ index: 0, kind: "equal", value: "b" }] }, ["Two"]],
    [
      "a condition on a later argument",
      { interface: ECHO, args: [{ index: 1, kind: "equal", value: "x y'z" }] },
      ["Three"],
    ],
    ["a path condition", { interface: ECHO, args: [{ index: 2, kind: "path", value: "/a/" }] }, ["Three"]],
    [
      "a namespace condition",
      { interface: ECHO, args: [{ index: 0, kind: "namespace", value: "com.example" }] },
      ["Three"],
    ],
  ];
  for (const [what, fields, expected] of CHOICES) {
    it(`are chosen by ${what}`, async () => {
      const chosen = "sender" in fields ? { ...fields, sender: echo.unique } : fields;
      const flow = await listen(chosen);
      echo.emit("One", "s", ["a"]);
      echo.emit("Two", "s", ["b"]);
      echo.emit("Three", "sso", ["com.example.Name", "x y'z", "/a/b"]);
      echo.tell({ emit: ["/com/example/Below", "com.example.Another", "Below", "", []] });
      await caughtUp(echo);
      assert.deepEqual(
        topics(flow.outputs("out")).filter((topic) => topic !== "End"),
        expected,
      );
    });
  }

  it("of a well-known sender are those of its present owner", async () => {
    const flow = await listen({ sender: "com.example.Moving", interface: ECHO });
    const other = await startEcho(bus, "com.example.Second");
    try {
      echo.tell({ own: "com.example.Moving" });
      echo.emit("FromFirst");
      other.emit("NotOwner");
      await flow.outputs("out").first(({ topic }) => topic === "FromFirst");
      echo.tell({ disown: "com.example.Moving" });
      await echo.done();
      other.tell({ own: "com.example.Moving" });
      other.emit("FromSecond");
      await flow.outputs("out").first(({ topic }) => topic === "FromSecond");
      echo.emit("NoLonger");
      other.emit("Last");
      await echo.done();
      await flow.outputs("out").first(({ topic }) => topic === "Last");
      assert.deepEqual(topics(flow.outputs("out")), ["FromFirst", "FromSecond", "Last"]);
    } finally {
      await other.stop();
    }
  });

  it("come from any program, in order, however many at once", async () => {
    const flow = await listen({ interface: ECHO });
    await busctl(bus, "emit", "/any", ECHO, "FromBusctl", "s", "hi");
    await flow.outputs("out").first(({ topic }) => topic === "FromBusctl");
    for (let index = 0; index < 2000; index++) echo.emit("Numbered", "u", [index]);
    const numbered = (await heard(flow)).filter(({ topic }) => topic === "Numbered").map(({ payload }) => payload);
    assert.deepEqual(
      numbered,
      Array.from({ length: 2000 }, (_, index) => index),
    );
  });

  it("come again after the bus was away, with no redeploy", async () => {
    const flow = await listen({ sender: ECHO_NAME });
    await echo.stop();
    await bus.restart();
    await flow.log.first(({ msg }) => String(msg).endsWith("log.back"));
    echo = await startEcho(bus);
    echo.emit("Back");
    await flow.outputs("out").first(({ topic }) => topic === "Back");
  });

  it("with a file descriptor do not reach us, and the next is heard", async () => {
    const flow = await listen({ interface: ECHO });
    const source = [
      "import dbus.bus, dbus.lowlevel, sys",
      "bus = dbus.bus.BusConnection(sys.argv[1])",
      'signal = dbus.lowlevel.SignalMessage("/a", sys.argv[2], "Bad")',
      'signal.append(dbus.types.UnixFd(0), signature="h")',
      "bus.send_message(signal)",
      "bus.flush()",
    ];
    assert.equal((await run(PYTHON, ["-c", source.join("\n"), bus.address, ECHO])).code, 0);
    echo.emit("Good");
    await flow.outputs("out").first(({ topic }) => topic === "Good");
    assert.equal(flow.outputs("caught").items.length, 0);
  });

  describe("rate limit", () => {
    it("sends the first at once and of those that follow the latest, per path and member", async () => {
      const flow = await listen({ interface: ECHO, rateLimit: 300 });
      for (let index = 1; index <= 50; index++) echo.emit("Fast", "u", [index]);
      echo.emit("Other", "u", [0]);
      const outputs = await flow.outputs("out").until(3);
      assert.deepEqual(
        outputs.map(({ topic, payload }) => [topic, payload]),
        [
          ["Fast", 1],
          ["Other", 0],
          ["Fast", 50],
        ],
      );
      const status = await flow.statuses("signal").first((shown) => shown?.text?.includes("/") === true);
      assert.match(status.text ?? "", /^\d+\/\d+ (Fast|Other)$/);
    });
  });

  describe("status", () => {
    it("counts, shortly, and a few times a second at the most", async () => {
      const flow = await listen({ interface: ECHO });
      const start = performance.now();
      for (let index = 0; index < 3000; index++) echo.emit("AVeryLongSignalNameIndeed", "u", [index]);
      await heard(flow);
      const seconds = (performance.now() - start) / 1000;
      assert.ok(flow.statuses("signal").items.length <= 4 + seconds * 4);
      for (const { text = "" } of flow.statuses("signal").items) {
        if (/^\d/.test(text)) assert.ok(text.length < 20, text);
      }
      await flow.statuses("signal").first((shown) => shown?.text === "3001 End");
    });
  });
});
