import assert from "node:assert/strict";
import type { Link } from "../../lib/wire/link";
import { LinkRecorder } from "./link-recorder";
import { type PrivateBus, startBus } from "./private-bus";

/** A link that has joined the bus, and what it tells. */
export interface Joined {
  readonly recorder: LinkRecorder;
  readonly link: Link;
  /** Its unique name. */
  readonly name: string;
}

/** What the tests of links on a real bus work with. */
export interface LinkSuite {
  /** A session bus of this test. */
  readonly bus: PrivateBus;
  /** A link that has joined the bus and ends with the test. */
  join(recorder?: LinkRecorder, address?: string): Promise<Joined>;
}

/** Gives each test of the enclosing suite a bus, and ends what it has opened there. */
export function linkSuite(): LinkSuite {
  const links: Link[] = [];
  let bus: PrivateBus | undefined;
  beforeEach(async () => {
    bus = await startBus({ type: "session" });
  });
  afterEach(async () => {
    for (const link of links.splice(0)) link.close();
    await bus?.stop();
    bus = undefined;
  });
  const suite: LinkSuite = {
    get bus() {
      return bus ?? assert.fail("there is a bus within a test only");
    },
    async join(recorder = new LinkRecorder(), address = suite.bus.address) {
      const joined = await recorder.join(address);
      links.push(joined.link);
      return { recorder, ...joined };
    },
  };
  return suite;
}
