import { Connection, type ConnectionStatus } from "./connection";

/** Connects once, hands the connection over, and leaves. Rejects with why connecting failed; it bounds its own attempt. */
export async function withConnection<T>(address: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = new Connection(address);
  try {
    const settled = new Promise<ConnectionStatus>((resolve) => {
      connection.onStatus((status) => {
        if (status.state === "connected" || status.error !== undefined) resolve(status);
      });
    });
    connection.open();
    const { error } = await settled;
    if (error !== undefined) throw error;
    return await use(connection);
  } finally {
    connection.close();
  }
}
