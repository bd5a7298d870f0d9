import type { NodeAPI } from "node-red";

/** Express, as Node-RED has it. */
type Handler = Extract<ReturnType<NodeAPI["auth"]["needsPermission"]>, (...args: never[]) => unknown>;
export type Request = Parameters<Handler>[0];
export type Response = Parameters<Handler>[1];
