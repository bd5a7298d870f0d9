import type { Node, NodeAPI, NodeDef } from "node-red";
import { asNodeError, type DBusNodeError } from "../../lib/errors";
import type { FieldProblem } from "../../lib/shared/field-problem";
import { withDefaults } from "../../lib/shared/with-defaults";
import { adminRoutes } from "./admin-routes";
import { configErrors, wrongKinds } from "./config-errors";
import { noteAddress } from "./deployed-addresses";
import { flowError, noteError } from "./report-error";
import { problemShown, Status } from "./status";

export interface NodeKind<Config extends object> {
  readonly type: string;
  /** What a saved node of an older version, or one made by hand, leaves out. */
  readonly defaults: Config;
  readonly check: (config: Config) => readonly FieldProblem<string>[];
  /** Makes a node whose fields are good. What it throws makes it a broken one. */
  readonly start: (RED: NodeAPI, node: Node, config: Config, status: Status) => void;
}

/** Registers a node type with what every node of this package does alike. */
export function registerNode<Config extends object>(RED: NodeAPI, kind: NodeKind<Config>): void {
  adminRoutes(RED);
  RED.nodes.registerType(kind.type, function (this: Node, def: NodeDef) {
    RED.nodes.createNode(this, def);
    const config = withDefaults(kind.defaults, def as unknown as Partial<Config>);
    const status = new Status(this);
    const problems = [...configErrors(wrongKinds(kind.defaults, config))];
    try {
      if (problems.length === 0) problems.push(...configErrors(kind.check(config)));
      if (problems.length === 0) noteAddress(this, config);
      if (problems.length === 0) kind.start(RED, this, config, status);
    } catch (error) {
      problems.push(asNodeError(error));
    }
    const [first, ...others] = problems;
    if (first !== undefined) brokenNode(RED, this, [first, ...others], status);
  });
}

/** A node that cannot work says why: all of it at deploy, the first of it to every message. */
function brokenNode(
  RED: NodeAPI,
  node: Node,
  problems: readonly [DBusNodeError, ...DBusNodeError[]],
  status: Status,
): void {
  for (const problem of problems) node.error(flowError(RED, problem));
  status.show(problemShown(problems[0]));
  node.on("input", (message, _send, done: (error?: Error) => void) => {
    const error = flowError(RED, problems[0]);
    noteError(message, error);
    done(error);
  });
  node.on("close", () => status.close());
}
