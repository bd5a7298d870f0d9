import { probeAgain } from "../../nodes/support/machine";
import { helper } from "./helper";

/** Makes these the buses of this machine for as long as it runs. */
export async function withBuses<T>(buses: Readonly<Record<string, string>>, run: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, buses);
  // What was found out before is not true any more, and so it is afterwards.
  probeAgain();
  try {
    return await run();
  } finally {
    await helper.unload();
    probeAgain();
    for (const name of Object.keys(buses)) delete process.env[name];
    Object.assign(process.env, before);
  }
}
