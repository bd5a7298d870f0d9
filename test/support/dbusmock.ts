import type { ChildProcess } from "node:child_process";
import { gdbus, type HasAddress } from "./busctl";
import { spawnChild } from "./child";
import { PYTHON } from "./peer";

/** Templates of python3-dbusmock, and the bus name under which each shows itself. */
const NAMES = {
  bluez5: "org.bluez",
  logind: "org.freedesktop.login1",
  upower: "org.freedesktop.UPower",
} as const;

export type MockTemplate = keyof typeof NAMES;

/** Starts a mock of a system service; resolves when its name is on the bus. It dies with the test process. */
export async function startMock(bus: HasAddress, template: MockTemplate): Promise<ChildProcess> {
  const child = spawnChild(PYTHON, ["-m", "dbusmock", "--system", "--template", template], {
    // Its log of calls on standard output is not ours to read.
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bus.address },
  });
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4096);
  });
  const { code } = await gdbus(bus, "wait", "--timeout", "8", NAMES[template]);
  if (code === 0) return child;
  child.kill("SIGKILL");
  throw new Error(`the mock of ${template} did not appear: ${complaint}`);
}
