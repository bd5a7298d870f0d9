import { encodeMessage } from "../lib/wire/encode-message";
import { decodeMessage } from "../lib/wire/incoming-message";
import { METHOD_CALL, METHOD_RETURN, type OutgoingMessage, SIGNAL } from "../lib/wire/types";

/**
 * Nanoseconds to encode and to decode one message, without a bus: run with `npx tsx bench/codec.ts`.
 * Medians of several rounds in one process; compare runs on one machine only.
 */
const ROUNDS = 7;
const ROUND_MS = 120;

const call = {
  type: METHOD_CALL,
  flags: 0,
  path: "/org/example/Echo",
  interface: "org.example.Echo",
  destination: ":1.7",
};
const settings = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [
    `Setting${index}`,
    [index, `value ${index}`, index % 2 === 0, index + 0.5][index % 4],
  ]),
);
const changed = { Percentage: 81.5, State: 2, TimeToEmpty: 5400, IconName: "battery-good-symbolic" };

const messages: Readonly<Record<string, OutgoingMessage>> = {
  "call, short string": { ...call, member: "Echo", signature: "s", body: ["hello world"] },
  "return, short string": {
    type: METHOD_RETURN,
    flags: 1,
    replySerial: 9,
    destination: ":1.7",
    signature: "s",
    body: ["hello world"],
  },
  "call, a{sv} of 20": { ...call, member: "EchoDict", signature: "a{sv}", body: [settings] },
  "call, 64 KiB ay": { ...call, member: "EchoBytes", signature: "ay", body: [Buffer.alloc(65_536, 7)] },
  "signal, sss": {
    type: SIGNAL,
    flags: 1,
    path: "/org/freedesktop/DBus",
    interface: "org.freedesktop.DBus",
    member: "NameOwnerChanged",
    signature: "sss",
    body: ["org.example.Service", ":1.41", ":1.42"],
  },
  "signal, PropertiesChanged": {
    type: SIGNAL,
    flags: 1,
    path: "/org/freedesktop/UPower/devices/battery_BAT0",
    interface: "org.freedesktop.DBus.Properties",
    member: "PropertiesChanged",
    signature: "sa{sv}as",
    body: ["org.freedesktop.UPower.Device", changed, ["UpdateTime"]],
  },
  "call, ai of 1000": {
    ...call,
    member: "Numbers",
    signature: "ai",
    body: [Array.from({ length: 1000 }, (_, index) => index)],
  },
};

for (const [name, message] of Object.entries(messages)) {
  const frame = Buffer.concat(encodeMessage(message, 1));
  const encode = median(() => encodeMessage(message, 1));
  const decode = median(() => decodeMessage(frame).body({ int64: "auto", keepTypes: false }));
  const header = median(() => decodeMessage(frame));
  console.log(
    `${name.padEnd(28)} encode ${String(encode).padStart(7)} ns   decode ${String(decode).padStart(7)} ns   header alone ${String(header).padStart(6)} ns`,
  );
}

function median(run: () => unknown): number {
  const rounds = Array.from({ length: ROUNDS }, () => nanoseconds(run)).sort((one, other) => one - other);
  return Math.round(rounds[ROUNDS >> 1] ?? 0);
}

function nanoseconds(run: () => unknown): number {
  const start = process.hrtime.bigint();
  const until = start + BigInt(ROUND_MS * 1e6);
  let count = 0;
  let now = start;
  while (now < until) {
    for (let index = 0; index < 50; index++) run();
    count += 50;
    now = process.hrtime.bigint();
  }
  return Number(now - start) / count;
}
