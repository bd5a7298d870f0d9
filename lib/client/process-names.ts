import { promises as files } from "node:fs";
import { askBus } from "../bus/ask-bus";
import type { Connection } from "../bus/connection";
import { CallGroup } from "../bus/pending-calls";

/** So many names' owners are asked for, at most. */
const MOST_ASKED = 1_000;
/** Names are worth more than the processes behind them: what is not known by then is left out. */
const PATIENCE_MS = 500;

/**
 * The processes behind bus names, as far as bus and machine tell within half a second: "bluetoothd". None
 * where the bus counts processes otherwise than this machine does (in a container, on another machine): a
 * number of its own would be somebody else's here. Never rejects.
 */
export async function processNames(
  connection: Connection,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const group = new CallGroup();
  const timer = setTimeout(() => group.cancel(), PATIENCE_MS);
  const found = new Map<string, string>();
  /** Many names have the same process. */
  const programs = new Map<number, Promise<string>>();
  const processOf = async (name: string): Promise<number> => {
    const question = { member: "GetConnectionUnixProcessID", signature: "s", body: [name], answer: "u" };
    return await askBus<number>(connection, { ...question, timeoutMs: PATIENCE_MS, group }).catch(() => 0);
  };
  const ask = async (name: string): Promise<void> => {
    const pid = await processOf(name);
    if (pid === 0) return;
    const program = programs.get(pid) ?? programName(pid);
    programs.set(pid, program);
    const shown = await program;
    if (shown !== "") found.set(name, shown);
  };
  try {
    const own = connection.uniqueName;
    if (own === undefined || (await processOf(own)) !== process.pid) return found;
    await Promise.all(names.slice(0, MOST_ASKED).map(ask));
    return found;
  } finally {
    clearTimeout(timer);
  }
}

/** proc(5): at most 15 characters, which the process chooses itself. "" where it is not known. */
async function programName(pid: number): Promise<string> {
  try {
    const source = await files.readFile(`/proc/${pid}/comm`, "utf8");
    return source.replace(/\p{C}/gu, "").trim();
  } catch {
    return "";
  }
}
