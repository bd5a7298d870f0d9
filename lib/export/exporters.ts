import type { Connection } from "../bus/connection";
import { pool } from "../bus/pool";
import { Exporter } from "./exporter";

const exporters = new WeakMap<Connection, Exporter>();

/** The exporter, of all connections that there are, whose call has this token; undefined where it is over. */
export function exporterWith(token: string): Exporter | undefined {
  for (const connection of pool.connections.values()) {
    const exporter = exporters.get(connection);
    if (exporter?.has(token)) return exporter;
  }
  return undefined;
}

/** The one exporter of a connection: nodes that share it share its objects. */
export function exporterOf(connection: Connection): Exporter {
  let exporter = exporters.get(connection);
  if (exporter === undefined) {
    exporter = new Exporter(connection);
    exporters.set(connection, exporter);
  }
  return exporter;
}
