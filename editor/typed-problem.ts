import type { ArgumentInputType } from "../lib/shared/dbus-call-config";

/** What the editor alone can judge of a typed input (JSONata, property names), in Node-RED's own words. */
export function typedProblem(value: string, type: ArgumentInputType): string | undefined {
  const found = RED.utils.validateTypedProperty(value, type, {});
  return typeof found === "string" ? found : undefined;
}
