import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { bounded, endChild, spawnChild } from "./child";
import { type NodeRedVersion, type Platform, platform, ROOT } from "./platform";
import { makeTempDir } from "./temp-dir";
import { type Bound, Collector, eventuallyAsync } from "./until";

const START_TIMEOUT_MS = 60_000;
/** Node-RED gives every node 15 s to close. */
const STOP_TIMEOUT_MS = 20_000;

export interface NodeRedOptions {
  readonly version: NodeRedVersion;
  /** On top of this process's environment, which is passed on without what names a bus. */
  readonly env?: Readonly<Record<string, string>>;
  /** Deployed as Node-RED starts; without them, those of the user folder. */
  readonly flows?: readonly object[];
  /** On top of what a headless test needs; plain data. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** By default a new one, into which this checkout is installed as it was built. */
  readonly userDir?: string;
  /** By default one that is free. */
  readonly port?: number;
  /** Tells of messages at debug nodes (default true); off where speed is measured. */
  readonly messages?: boolean;
}

/** A line of Node-RED's log, or with level 0 something that was written past it. */
export interface LogEntry {
  /** 10 fatal, 20 error, 30 warn, 40 info, 50 debug. */
  readonly level: number;
  readonly msg: unknown;
  readonly id?: string;
  readonly type?: string;
  readonly name?: string;
}

/** A message that reached a debug node. */
export interface SeenMessage {
  /** The debug node's name, or its id where it has none. */
  readonly node: string;
  readonly msg: Readonly<Record<string, unknown>>;
}

interface FlowsState {
  readonly state: string;
  readonly error?: string;
  readonly types?: readonly string[];
}

interface Line {
  readonly log?: LogEntry;
  readonly message?: SeenMessage;
  readonly flows?: FlowsState;
}

/** A real Node-RED in a process of its own, which dies with this one. */
export class NodeRed {
  readonly log = new Collector<LogEntry>();
  readonly messages = new Collector<SeenMessage>();
  readonly userDir: string;
  readonly child: ChildProcess;
  #url: string | undefined;
  readonly #states = new Collector<FlowsState>();

  constructor(child: ChildProcess, userDir: string) {
    this.child = child;
    this.userDir = userDir;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on("line", (line) => this.#read(line));
    }
  }

  /** `http://127.0.0.1:port`, without a slash at its end. */
  get url(): string {
    if (this.#url === undefined) throw new Error("Node-RED does not listen yet");
    return this.#url;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  onLog(listener: (entry: LogEntry) => void): () => void {
    return this.log.onItem(listener);
  }

  /** Resolves when it listens and its flows run. Fails with the log when it ends before, or lacks a node type. */
  async ready(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      const check = () => {
        const state = this.#states.items.find(isSettled);
        if (state?.error !== undefined) reject(new Error(problemOf(state)));
        else if (state !== undefined && this.#url !== undefined) resolve();
      };
      this.log.onItem(check);
      this.#states.onItem(check);
      this.child.once("error", reject);
      this.child.once("close", (code, signal) => reject(new Error(`Node-RED ended with ${signal ?? code}`)));
    });
    try {
      await bounded(ready, "Node-RED to start", START_TIMEOUT_MS);
    } catch (error) {
      this.child.kill("SIGKILL");
      const log = this.log.items.map(({ msg }) => String(msg)).join("\n");
      throw new Error(`${error instanceof Error ? error.message : error}; its log:\n${log}`);
    }
  }

  /** A request to the admin API, e.g. `api("/flows")`. */
  api(route: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.url + route, { signal: AbortSignal.timeout(START_TIMEOUT_MS), ...init });
  }

  /** Replaces all flows. Resolves when they run. */
  async deploy(flows: readonly object[]): Promise<void> {
    const before = this.#states.items.length;
    const answer = await this.api("/flows", {
      method: "POST",
      headers: { "content-type": "application/json", "node-red-deployment-type": "full" },
      body: JSON.stringify(flows),
    });
    if (!answer.ok) throw new Error(`deploy: ${answer.status} ${await answer.text()}`);
    const state = await this.#states.first((item) => isSettled(item) && this.#states.items.indexOf(item) >= before, {
      within: START_TIMEOUT_MS,
      what: "the flows to start",
    });
    if (state.error !== undefined) throw new Error(problemOf(state));
  }

  /** Presses an inject node's button, as soon as it is there: a deploy is answered before its nodes run. */
  inject(id: string): Promise<void> {
    const press = async () => {
      const answer = await this.api(`/inject/${id}`, { method: "POST" });
      if (!answer.ok && answer.status !== 404) throw new Error(`inject: ${answer.status} ${await answer.text()}`);
      return answer.ok;
    };
    return eventuallyAsync(press, { what: `the inject node ${id}` });
  }

  /** The first message at the debug node of this name (or id) that matches, past or to come. */
  async messageAt(node: string, matches: (msg: SeenMessage["msg"]) => boolean = () => true, bound: Bound = {}) {
    const found = await this.messages.first((seen) => seen.node === node && matches(seen.msg), {
      what: `a message at ${node}`,
      ...bound,
    });
    return found.msg;
  }

  /** The process's resident memory in bytes, now and at its peak. */
  memory(): { readonly rss: number; readonly peak: number } {
    const status = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
    const bytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) * 1024;
    return { rss: bytes("VmRSS"), peak: bytes("VmHWM") };
  }

  /** Ends it as an init system does, so that nodes close. Killed, and an error, when that takes too long. */
  async stop(): Promise<void> {
    try {
      await endChild(this.child, "SIGTERM", STOP_TIMEOUT_MS);
    } finally {
      this.child.kill("SIGKILL");
    }
  }

  #read(source: string): void {
    const { log, message, flows } = parseLine(source);
    if (log !== undefined) {
      this.#url ??= /http:\/\/127\.0\.0\.1:\d+(?=\/?(?:$|\s))/.exec(String(log.msg))?.[0];
      this.log.add(log);
    }
    if (message !== undefined) this.messages.add(message);
    if (flows !== undefined) this.#states.add(flows);
  }
}

/** Starts Node-RED and resolves when its flows run. */
export async function startNodeRed(options: NodeRedOptions): Promise<NodeRed> {
  const runtime = platform(options.version);
  const userDir = options.userDir ?? makeUserDir();
  const settingsFile = path.join(userDir, "settings.js");
  writeFileSync(settingsFile, settingsSource(runtime, options));
  if (options.flows !== undefined) writeFileSync(path.join(userDir, "flows.json"), JSON.stringify(options.flows));
  const red = path.join(runtime.nodeRed, "red.js");
  const child = spawnChild(runtime.node, [red, "--userDir", userDir, "--settings", settingsFile], {
    cwd: userDir,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...environment(), HOME: userDir, ...options.env },
  });
  const nodeRed = new NodeRed(child, userDir);
  await nodeRed.ready();
  return nodeRed;
}

/** A user folder of its own, with this checkout as an installed package. */
export function makeUserDir(userDir = makeTempDir()): string {
  const modules = path.join(userDir, "node_modules");
  mkdirSync(modules, { recursive: true });
  const link = path.join(modules, "node-red-contrib-dbus");
  // In a folder that is kept, it may lead to where this checkout was before.
  rmSync(link, { force: true });
  symlinkSync(ROOT, link);
  const manifest = {
    name: "node-red-project",
    private: true,
    dependencies: { "node-red-contrib-dbus": `file:${ROOT}` },
  };
  const manifestFile = path.join(userDir, "package.json");
  if (!existsSync(manifestFile)) writeFileSync(manifestFile, JSON.stringify(manifest));
  return userDir;
}

function settingsSource(runtime: Platform, { messages = true, port = 0, settings }: NodeRedOptions): string {
  const config = {
    util: require.resolve("@node-red/util", { paths: [runtime.nodeRed] }),
    messages,
    settings: { uiPort: port, ...settings },
  };
  const module = JSON.stringify(path.join(__dirname, "observed-settings.cjs"));
  return `module.exports = require(${module})(${JSON.stringify(config)});\n`;
}

/** Our own, without what names a bus, and without what a test run means for itself only. */
function environment(): Record<string, string | undefined> {
  const own = /^(DBUS_|XDG_RUNTIME_DIR$|DISPLAY$|WAYLAND_DISPLAY$|NODE_OPTIONS$|NODE_V8_COVERAGE$|npm_|TSX_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

/** While flows are replaced there is a `stop` on the way. */
function isSettled({ state, error }: FlowsState): boolean {
  return state === "start" || error !== undefined;
}

function problemOf({ error, types }: FlowsState): string {
  return `the flows did not start: ${error} ${types?.join(", ") ?? ""}`;
}

function parseLine(source: string): Line {
  try {
    const line: unknown = JSON.parse(source);
    if (typeof line === "object" && line !== null) return line;
  } catch {
    // Not ours: something wrote past the log.
  }
  return { log: { level: 0, msg: source } };
}
