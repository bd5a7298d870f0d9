import assert from "node:assert/strict";
import type { DBusNodeError } from "../../lib/errors";
import type { Link } from "../../lib/wire/link";
import { authenticates, type BusScript, type FakeBus, startFakeBus } from "./fake-bus";
import { LinkRecorder } from "./link-recorder";
import { failure } from "./raw-peer";

/** Nothing that a peer sends may cost more than this. */
export const MEMORY_BYTES = 16 * 1024 * 1024;

/** A test's bus that misbehaves, and what the links to it tell. */
export class HostileLink {
  readonly recorder = new LinkRecorder();
  #fake: FakeBus | undefined;
  #links: Link[] = [];

  get bus(): FakeBus {
    return this.#fake ?? assert.fail("no bus plays yet");
  }

  /** Plays this bus until the test's end. */
  async play(script: BusScript, transport: "unix" | "tcp" = "unix"): Promise<FakeBus> {
    this.#fake = await startFakeBus(script, transport);
    return this.#fake;
  }

  /** The same link, which ends with the test. */
  keep(link: Link): Link {
    this.#links.push(link);
    return link;
  }

  async open(script: BusScript, timeoutMs = 5_000, transport: "unix" | "tcp" = "unix"): Promise<Link> {
    const { address } = await this.play(script, transport);
    return this.keep(await this.recorder.open(address, timeoutMs));
  }

  /** Why the link could not be opened. */
  refusal(script: BusScript, timeoutMs?: number): Promise<DBusNodeError> {
    return failure(this.open(script, timeoutMs));
  }

  /** What is told when an authenticated bus sends this and hangs up. */
  async end(bytes: Uint8Array): Promise<DBusNodeError> {
    await this.open(authenticates((socket) => void socket.end(bytes)));
    const [error] = await this.recorder.closed.until(1);
    return error ?? assert.fail();
  }

  async stop(): Promise<void> {
    for (const link of this.#links) link.close();
    await this.#fake?.stop();
    assert.ok(this.recorder.closed.items.length <= 1, "told at most once that the link has ended");
  }
}
