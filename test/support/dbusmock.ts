import type { ChildProcess } from "node:child_process";
import { gdbus, type HasAddress } from "./busctl";
import { spawnChild } from "./child";
import { PYTHON } from "./peer";

/** Templates of python3-dbusmock, and the bus name under which each shows itself. */
const NAMES = {
  bluez5: "org.bluez",
  logind: "org.freedesktop.login1",
  networkmanager: "org.freedesktop.NetworkManager",
  notification_daemon: "org.freedesktop.Notifications",
  timedated: "org.freedesktop.timedate1",
  upower: "org.freedesktop.UPower",
} as const;

export type MockTemplate = keyof typeof NAMES;

/** Starts a mock of a well-known service; resolves when its name is on the bus. It dies with the test process. */
export function startMock(bus: HasAddress, template: MockTemplate): Promise<ChildProcess> {
  return start(bus, NAMES[template], ["--template", template]);
}

/** The same for a service with one object, whose methods and properties `org.freedesktop.DBus.Mock` adds. */
export function startMockObject(
  bus: HasAddress,
  name: string,
  path: string,
  interfaceName: string,
): Promise<ChildProcess> {
  return start(bus, name, [name, path, interfaceName]);
}

async function start(bus: HasAddress, name: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawnChild(PYTHON, ["-m", "dbusmock", "--system", ...args], {
    // Its log of calls on standard output is not ours to read.
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bus.address },
  });
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4096);
  });
  const { code } = await gdbus(bus, "wait", "--timeout", "8", name);
  if (code === 0) return child;
  child.kill("SIGKILL");
  throw new Error(`the mock of ${name} did not appear: ${complaint}`);
}
