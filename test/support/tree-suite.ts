import assert from "node:assert/strict";
import { acquireBus, type BusLease } from "../../lib/client/service";
import { type PrivateBus, startBus } from "./private-bus";
import { watchProcess } from "./process-health";
import { type Tree, TreeService } from "./tree-service";
import { connected } from "./watching";

/** What the tests of looking into a service work with. */
export interface TreeSuite {
  /** A connected share in the link to the suite's bus. */
  readonly lease: BusLease;
  /** The service of this test. */
  readonly service: TreeService;
  /** Puts a service that says this in the place of the one before; it ends with the test. */
  serve(tree: Tree): Promise<TreeService>;
}

/** Gives the enclosing suite a bus, and each of its tests a service of this name there. */
export function treeSuite(name: string): TreeSuite {
  let bus: PrivateBus | undefined;
  let lease: BusLease | undefined;
  let service: TreeService | undefined;
  watchProcess();
  before(async () => {
    bus = await startBus({ type: "session" });
    lease = acquireBus(bus.address);
    await connected(lease);
  });
  after(async () => {
    lease?.release();
    await bus?.stop();
  });
  afterEach(() => {
    service?.stop();
    service = undefined;
  });
  return {
    get lease() {
      return lease ?? assert.fail("there is a bus within a test only");
    },
    get service() {
      return service ?? assert.fail("no service was started");
    },
    async serve(tree) {
      service?.stop();
      service = await TreeService.start(bus ?? assert.fail("there is a bus within a test only"), name, tree);
      return service;
    },
  };
}
