import type { ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type BusConfigOptions, busConfig } from "./bus-config";
import { busctl } from "./busctl";
import { endChild, firstLine, spawnChild } from "./child";
import { makeTempDir } from "./temp-dir";

export interface PrivateBusOptions extends BusConfigOptions {
  /** Addresses to listen at; by default one socket in the bus's own folder. */
  readonly listen?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A dbus-daemon of the test's own. It dies with the test process. */
export class PrivateBus {
  /** Where clients connect; alternatives separated by `;`, without the guid, which changes on restart. */
  readonly address: string;
  /** The bus's own folder. */
  readonly directory: string;
  /** Policy files (`*.conf`) dropped here are in force at once, or after `reload()`. */
  readonly policyDir: string;
  /** Service files for activation; read at start and on `reload()`. */
  readonly servicesDir: string;
  readonly #options: PrivateBusOptions;
  #daemon: ChildProcess;

  constructor(options: PrivateBusOptions, directory: string, daemon: ChildProcess, address: string) {
    this.#options = options;
    this.directory = directory;
    this.policyDir = path.join(directory, "policy");
    this.servicesDir = path.join(directory, "services");
    this.#daemon = daemon;
    this.address = address;
  }

  /** The daemon's process id; of the last one after `kill`. */
  get pid(): number {
    const { pid } = this.#daemon;
    if (pid === undefined) throw new Error("dbus-daemon did not start");
    return pid;
  }

  /** Resolves when the daemon has ended. SIGSTOP and SIGCONT: see `signal`. */
  kill(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    return endChild(this.#daemon, signal);
  }

  /** Sends a signal that does not end the daemon: SIGSTOP and SIGCONT make it hang and go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#daemon.kill(signal);
  }

  /** Starts a daemon at the same address, after the end of the present one. */
  async restart(): Promise<void> {
    await this.kill();
    const { daemon } = await startDaemon(this.#options, this.directory, this.address.split(";"));
    this.#daemon = daemon;
  }

  /** Makes the daemon read its configuration, policy and service files; resolves when it has. */
  async reload(): Promise<void> {
    const bus = "org.freedesktop.DBus";
    const { code, stderr } = await busctl(this, "call", bus, "/org/freedesktop/DBus", bus, "ReloadConfig");
    if (code !== 0) throw new Error(`dbus-daemon did not reload its configuration: ${stderr}`);
  }

  /** Ends the daemon and removes its folder. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Resolves when clients can connect. */
export async function startBus(options: PrivateBusOptions): Promise<PrivateBus> {
  const directory = makeTempDir();
  for (const folder of ["policy", "services"]) mkdirSync(path.join(directory, folder));
  const listen = options.listen ?? [`unix:path=${directory}/bus`];
  const { daemon, address } = await startDaemon(options, directory, listen);
  return new PrivateBus(options, directory, daemon, address);
}

async function startDaemon(
  options: PrivateBusOptions,
  directory: string,
  listen: readonly string[],
): Promise<{ readonly daemon: ChildProcess; readonly address: string }> {
  const configFile = path.join(directory, "bus.conf");
  const config = busConfig(options, listen, path.join(directory, "policy"), path.join(directory, "services"));
  writeFileSync(configFile, config);
  chmodSync(directory, 0o755);
  for (const entry of listen) removeStaleSocket(entry);
  const args = [`--config-file=${configFile}`, "--nofork", "--nopidfile", "--print-address=1"];
  const daemon = spawnChild("dbus-daemon", args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
  });
  const printed = await firstLine(daemon, "dbus-daemon");
  const address = printed
    .split(";")
    .map((entry) => entry.replace(/,guid=[0-9a-f]+/, ""))
    .join(";");
  return { daemon, address };
}

/** A daemon that was killed leaves its socket behind, and the next one could not bind. */
function removeStaleSocket(address: string): void {
  const file = /^unix:path=([^,]+)/.exec(address)?.[1];
  if (file !== undefined) rmSync(decodeURIComponent(file), { force: true });
}
