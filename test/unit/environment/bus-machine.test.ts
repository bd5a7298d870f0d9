import assert from "node:assert/strict";
import { type BusMachine, systemBusMachine } from "../../../lib/environment/bus-machine";
import type { EnvironmentFacts } from "../../../lib/environment/facts";
import { desktop, docker, service, usableSystem } from "./facts-of";

const at = (address: string) => ({ env: { DBUS_SYSTEM_BUS_ADDRESS: address } });

const CASES: Readonly<Record<string, readonly [EnvironmentFacts, BusMachine]>> = {
  "a desktop": [desktop(), "here"],
  "a service": [service(), "here"],
  "no bus at all": [service({ sockets: {} }), "here"],
  "a container with the host's socket": [docker({ sockets: usableSystem }), "host"],
  "a container that is a machine of its own": [docker({ sockets: usableSystem, systemd: true }), "here"],
  "an abstract socket": [service(at("unix:abstract=/tmp/bus")), "here"],
  "another machine": [service(at("tcp:host=192.168.1.5,port=55884")), "remote"],
  "another machine, from a container": [docker(at("tcp:host=192.168.1.5,port=55884")), "remote"],
  "another machine by ssh": [service(at("unixexec:path=ssh,argv1=pi")), "remote"],
  "no address": [service(at("nonsense")), "here"],
};

describe("the system bus's machine", () => {
  for (const [name, [facts, machine]] of Object.entries(CASES)) {
    it(`is ${machine}: ${name}`, () => assert.equal(systemBusMachine(facts), machine));
  }
});
