import { Connection } from "../../lib/bus/connection";
import type { ExportListener, MethodCall } from "../../lib/export/exported-interface";
import { Exporter } from "../../lib/export/exporter";
import type {
  InterfaceDefinition,
  MethodDefinition,
  PropertyAccess,
  PropertyDefinition,
} from "../../lib/shared/interface-definition";
import type { HasAddress } from "./busctl";
import { Collector, eventually } from "./until";

export const NAME = "com.example.Exported1";
export const PATH = "/com/example/Exported1";

/** An exporter on a connection of its own that owns NAME. */
export interface Exporting {
  readonly connection: Connection;
  readonly exporter: Exporter;
  readonly calls: Collector<MethodCall>;
  readonly writes: Collector<{ readonly name: string; readonly value: unknown; readonly sender: string }>;
  readonly listener: ExportListener;
  /** From now on each call is answered with what this makes of it. */
  answer(payload: (call: MethodCall) => unknown): void;
}

export async function startExporting(bus: HasAddress): Promise<Exporting> {
  const connection = new Connection(bus.address);
  const exporter = new Exporter(connection);
  const calls: Exporting["calls"] = new Collector();
  const writes: Exporting["writes"] = new Collector();
  const options = { allowReplacement: false, replaceExisting: false, doNotQueue: false };
  const claim = connection.names.request(NAME, options, () => {});
  connection.open();
  await eventually(() => claim.state === "owned", { what: NAME });
  await eventually(() => connection.status.state === "connected", { what: "the connection" });
  const decode = { int64: "auto", keepTypes: false } as const;
  const listener: ExportListener = {
    decode,
    called: calls.add,
    over: () => {},
    unanswered: () => {},
    written: ({ name }, value, sender) => writes.add({ name, value: value.read(decode), sender }),
  };
  const answer = (payload: (call: MethodCall) => unknown) => {
    calls.onItem((call) => exporter.reply(call.token, { kind: "return", payload: payload(call) }));
  };
  return { connection, exporter, calls, writes, listener, answer };
}

export function definition(parts: Partial<InterfaceDefinition>): InterfaceDefinition {
  return { name: NAME, methods: [], properties: [], signals: [], ...parts };
}

/** A method with these single types as arguments, named a0, a1, ... and r0, r1, ... */
export function method(
  name: string,
  input: readonly string[],
  output: readonly string[],
  timeout = 5,
): MethodDefinition {
  const args = (signatures: readonly string[], prefix: string) =>
    signatures.map((signature, index) => ({ name: `${prefix}${index}`, signature }));
  return { name, in: args(input, "a"), out: args(output, "r"), timeout };
}

export function property(
  name: string,
  signature: string,
  value: unknown,
  access: PropertyAccess = "readwrite",
  emitsChanged: PropertyDefinition["emitsChanged"] = "true",
): PropertyDefinition {
  return { name, signature, value, access, emitsChanged };
}
