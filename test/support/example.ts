import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { busctl, type HasAddress } from "./busctl";
import type { NodeRed, SeenMessage } from "./node-red";
import { ROOT } from "./platform";
import type { Bound } from "./until";

const FOLDER = path.join(ROOT, "examples");

/** A node as an example's file has it. */
export interface ExampleNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly z?: string;
  readonly wires?: readonly (readonly string[])[];
  readonly [field: string]: unknown;
}

/** The files of `examples/`, in the order in which the editor's menu shows them. */
export function exampleFiles(): string[] {
  return readdirSync(FOLDER).sort();
}

/** The nodes of one, by its number in the file's name. */
export function readExample(number: string): ExampleNode[] {
  const file = exampleFiles().find((name) => name.startsWith(`${number} - `));
  if (file === undefined) throw new Error(`there is no example ${number}`);
  return JSON.parse(readFileSync(path.join(FOLDER, file), "utf8"));
}

type Matches = (msg: SeenMessage["msg"]) => boolean;

/** An example that runs in a real Node-RED. Its debug and inject nodes go by their names. */
export class RunningExample {
  readonly #nodeRed: NodeRed;
  readonly #nodes: readonly ExampleNode[];
  /** What the Node-RED had received before. */
  readonly #before: number;

  constructor(nodeRed: NodeRed, nodes: readonly ExampleNode[]) {
    this.#nodeRed = nodeRed;
    this.#nodes = nodes;
    this.#before = nodeRed.messages.items.length;
  }

  /** Presses an inject node's button. */
  press(inject: string): Promise<void> {
    return this.#nodeRed.inject(this.#find("inject", inject).id);
  }

  /** The first message since the start of the example that reaches this debug node and matches. */
  async at(debug: string, matches: Matches = () => true, bound: Bound = {}): Promise<SeenMessage["msg"]> {
    this.#find("debug", debug);
    const { messages } = this.#nodeRed;
    const found = await messages.first(
      (seen) => seen.node === debug && messages.items.indexOf(seen) >= this.#before && matches(seen.msg),
      { what: `a message at “${debug}” for which ${matches.toString()}`, ...bound },
    );
    return found.msg;
  }

  /** The same for its payload alone. */
  async payloadAt(debug: string, matches: (payload: unknown) => boolean = () => true): Promise<unknown> {
    const msg = await this.at(debug, ({ payload }) => matches(payload));
    return msg["payload"];
  }

  /** What has reached a debug node so far. */
  payloads(debug: string): unknown[] {
    this.#find("debug", debug);
    const seen = this.#nodeRed.messages.items.slice(this.#before);
    return seen.filter(({ node }) => node === debug).map(({ msg }) => msg["payload"]);
  }

  #find(type: string, name: string): ExampleNode {
    const node = this.#nodes.find((candidate) => candidate.type === type && candidate.name === name);
    if (node === undefined) throw new Error(`the example has no ${type} node “${name}”`);
    return node;
  }
}

/** Deploys an example as it is imported, or as a reader of its first comment has changed it. */
export async function runExample(
  nodeRed: NodeRed,
  number: string,
  change: (nodes: ExampleNode[]) => ExampleNode[] = (nodes) => nodes,
): Promise<RunningExample> {
  const nodes = change(readExample(number));
  const example = new RunningExample(nodeRed, nodes);
  await nodeRed.deploy(nodes);
  return example;
}

/** Calls a method with `busctl`, e.g. `drive(bus, "org.bluez", "/", "org.bluez.Mock.AddAdapter", "ss", "hci0", "x")`. */
export async function drive(
  bus: HasAddress,
  destination: string,
  objectPath: string,
  method: string,
  ...args: readonly string[]
): Promise<string> {
  const dot = method.lastIndexOf(".");
  const names = [destination, objectPath, method.slice(0, dot), method.slice(dot + 1)];
  // A negative number is no option.
  const { code, stdout, stderr } = await busctl(bus, "call", ...names, ...args.slice(0, 1), "--", ...args.slice(1));
  if (code !== 0) throw new Error(`${method}: ${stderr}`);
  return stdout.trim();
}
