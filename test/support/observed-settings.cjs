const { inspect } = require("node:util");

/**
 * Settings of a Node-RED that tells what happens in it: on standard output, one JSON object a line,
 * `{log}`, `{flows}` (the state of the runtime) and, with `messages`, `{message}` for each message that
 * reaches a debug node. Loaded by Node-RED's settings file, inside its process.
 *
 * `util` is the path of that Node-RED's own `@node-red/util`.
 */
module.exports = function observedSettings({ util, messages, settings }) {
  const { events, hooks } = require(util);
  const tell = (line) => process.stdout.write(`${JSON.stringify(line, plain)}\n`);

  events.on("runtime-event", ({ id, payload }) => {
    // Without a payload it takes an earlier warning back.
    if (id === "runtime-state" && payload) tell({ flows: payload });
  });
  if (messages) {
    hooks.add("onReceive", ({ msg, destination: { id, node } }) => {
      if (node?.type === "debug") tell({ message: { node: node.name || id, msg: shown(msg) } });
    });
  }

  return {
    uiHost: "127.0.0.1",
    flowFile: "flows.json",
    credentialSecret: false,
    editorTheme: { tours: false, palette: { catalogues: [] } },
    telemetry: { enabled: false, updateNotification: false },
    ...settings,
    logging: {
      // A console logger would write between our lines.
      console: { level: "off" },
      lines: { level: "debug", metrics: false, handler: () => (entry) => tell({ log: entry }) },
    },
  };
};

/** Without what an http-in node puts on a message. */
function shown({ req, res, ...msg }) {
  return msg;
}

/** What JSON cannot carry, as text. */
function plain(_key, value) {
  if (typeof value === "bigint") return String(value);
  return value instanceof Error || typeof value === "function" ? inspect(value) : value;
}
