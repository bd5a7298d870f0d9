import type { BusQuery, InterfaceEntry, InterfacesAnswer, ObjectsAnswer, ObjectsQuery } from "../../lib/shared/admin";
import { checkBusName, checkObjectPath } from "../../lib/shared/names";
import { type Text, text } from "../../lib/shared/text";
import type { Live, LiveBus } from "./live-bus";
import { type MemberChoice, type MemberUse, membersFor } from "./member-choice";
import { startOffer } from "./start-offer";
import type { Offer, Suggestion } from "./suggestion";
import {
  interfaceSuggestion,
  memberSuggestion,
  nameSuggestion,
  onlyInterface,
  onlyPath,
  pathSuggestions,
} from "./suggestions";

/** What the fields of a dialog say already. */
export interface Place {
  /** undefined where the bus is not known before a message comes. */
  readonly bus: BusQuery | undefined;
  readonly service: string;
  readonly path: string;
  readonly interfaceName: string;
  /** What a member is wanted for; those of the first use stand first. */
  readonly uses: readonly MemberUse[];
  /** Only objects that are an ObjectManager. */
  readonly managers?: boolean;
}

const MANAGER = "org.freedesktop.DBus.ObjectManager";
/** An ObjectManager is at or near the root of a service's tree. */
const MOST_MANAGERS_ASKED = 8;

type Asked<Answer> = { readonly answer: Answer } | { readonly offer: Offer | undefined };

/** What each field of a call can be filled in with, narrowed by what the others say. */
export class ServiceOffers {
  readonly #live: LiveBus;
  readonly #place: () => Place;

  constructor(live: LiveBus, place: () => Place) {
    this.#live = live;
    this.#place = place;
  }

  async names(fresh = false): Promise<Offer | undefined> {
    const { bus } = this.#place();
    if (bus === undefined) return undefined;
    const live = await this.#live.names(bus, fresh);
    if ("problem" in live) return this.#failed(live.problem);
    return offer(live.answer.names.map(nameSuggestion), live.answer.leftOut);
  }

  async paths(fresh = false): Promise<Offer | undefined> {
    const asked = await this.#objects(fresh, () => this.paths());
    if ("offer" in asked) return asked.offer;
    const { service, managers } = this.#place();
    if (managers) return this.#managers(asked.answer, fresh);
    const { paths, leftOut, incomplete } = asked.answer;
    const found = offer(pathSuggestions(paths, service), leftOut);
    return incomplete === undefined ? found : { ...found, note: incomplete.problem };
  }

  async interfaces(fresh = false): Promise<Offer | undefined> {
    const { path, uses } = this.#place();
    if (path === "") return this.#anyInterface(fresh);
    const asked = await this.#interfaces(fresh, () => this.interfaces());
    if ("offer" in asked) return asked.offer;
    return offer(
      this.#ordered(asked.answer.interfaces).map((entry) => interfaceSuggestion(entry, uses)),
      asked.answer.leftOut,
    );
  }

  async members(fresh: boolean, choose: (member: MemberChoice) => void): Promise<Offer | undefined> {
    const asked = await this.#interfaces(fresh, () => this.members(false, choose));
    if ("offer" in asked) return asked.offer;
    const { uses } = this.#place();
    const interfaces = this.#narrowed(asked.answer.interfaces);
    const named = { use: uses.length > 1, interfaceName: interfaces.length > 1 };
    const members = interfaces.flatMap((entry) => uses.flatMap((use) => membersFor([entry], use)));
    return offer(members.map((member) => memberSuggestion(member, named, choose)));
  }

  /** The one object that is possible, where there is only one. */
  async onlyPath(): Promise<string | undefined> {
    const asked = await this.#objects(false, () => this.paths());
    if ("offer" in asked) return undefined;
    if (!this.#place().managers) return onlyPath(asked.answer);
    const { suggestions } = await this.#managers(asked.answer, false);
    return suggestions.length === 1 ? suggestions[0]?.value : undefined;
  }

  async onlyInterface(): Promise<string | undefined> {
    const asked = await this.#interfaces(false, () => this.interfaces());
    return "offer" in asked ? undefined : onlyInterface(asked.answer.interfaces, this.#place().uses);
  }

  /** The members that go by this name; none where the object is not known. */
  async named(member: string): Promise<readonly MemberChoice[]> {
    const asked = await this.#interfaces(false, () => this.interfaces());
    if ("offer" in asked) return [];
    const interfaces = this.#narrowed(asked.answer.interfaces);
    return this.#place()
      .uses.flatMap((use) => membersFor(interfaces, use))
      .filter(({ entry }) => entry.name === member);
  }

  /** The interface of the object that goes by this name, or why there is none. */
  async interfaceNamed(name: string): Promise<InterfaceEntry | { readonly problem: Text }> {
    const asked = await this.#interfaces(true, () => this.interfaces());
    if ("offer" in asked) return { problem: asked.offer?.note ?? this.#live.whyOff ?? text("live.no-answer") };
    const found = asked.answer.interfaces.find((entry) => entry.name === name);
    return found ?? { problem: text("live.no-interface", { name }) };
  }

  /** Those of the interface that is filled in; all where the object does not have it. */
  #narrowed(interfaces: readonly InterfaceEntry[]): readonly InterfaceEntry[] {
    const { interfaceName } = this.#place();
    const chosen = interfaces.filter(({ name }) => name === interfaceName);
    return chosen.length > 0 ? chosen : this.#ordered(interfaces);
  }

  /** What is named like the service is what a person comes for; the rest is in the order of the bus. */
  #ordered(interfaces: readonly InterfaceEntry[]): readonly InterfaceEntry[] {
    const { service } = this.#place();
    const isMain = ({ name }: InterfaceEntry) => name.startsWith(service);
    return [...interfaces.filter(isMain), ...interfaces.filter((entry) => !isMain(entry))];
  }

  /** No object is named: the interfaces of all objects that say them at once. */
  async #anyInterface(fresh: boolean): Promise<Offer | undefined> {
    const asked = await this.#objects(fresh, () => this.interfaces());
    if ("offer" in asked) return asked.offer;
    const names = new Set(asked.answer.paths.flatMap(({ interfaces = [] }) => interfaces));
    const suggestions = [...names].sort().map((value) => ({ value }));
    return suggestions.length > 0 ? offer(suggestions) : said(text("live.object-first"));
  }

  async #managers({ paths }: ObjectsAnswer, fresh: boolean): Promise<Offer> {
    const { bus, service } = this.#place();
    if (bus === undefined) return { suggestions: [] };
    const depth = (path: string) => (path === "/" ? 0 : path.split("/").length - 1);
    const near = [...paths].sort((a, b) => depth(a.path) - depth(b.path)).slice(0, MOST_MANAGERS_ASKED);
    const asked = near.map(async ({ path }): Promise<Suggestion | undefined> => {
      const live = await this.#live.interfaces({ ...bus, destination: service, path }, fresh);
      const managing = "answer" in live && live.answer.interfaces.some(({ name }) => name === MANAGER);
      return managing ? { value: path, detail: MANAGER } : undefined;
    });
    const suggestions = (await Promise.all(asked)).filter((suggestion) => suggestion !== undefined);
    return suggestions.length > 0 ? offer(suggestions) : said(text("live.no-managers"));
  }

  #objects(fresh: boolean, again: () => Promise<Offer | undefined>): Promise<Asked<ObjectsAnswer>> {
    return this.#ask((query) => this.#live.objects(query, fresh), again);
  }

  #interfaces(fresh: boolean, again: () => Promise<Offer | undefined>): Promise<Asked<InterfacesAnswer>> {
    const path = this.#place().path;
    return this.#ask((query) => {
      if (checkObjectPath(path) !== undefined) return undefined;
      return this.#live.interfaces({ ...query, path }, fresh);
    }, again);
  }

  /** `ask`: undefined where a path is needed for it; `again`: what is offered once the service runs. */
  async #ask<Answer extends { readonly state: "running" | "not-running" }>(
    ask: (query: ObjectsQuery) => Promise<Live<Answer>> | undefined,
    again: () => Promise<Offer | undefined>,
  ): Promise<Asked<Answer>> {
    const { bus, service: destination } = this.#place();
    if (bus === undefined) return { offer: undefined };
    if (checkBusName(destination) !== undefined) return { offer: said(text("live.service-first")) };
    const query = { ...bus, destination };
    const live = await ask(query);
    if (live === undefined) return { offer: said(text("live.object-first")) };
    if ("problem" in live) return { offer: this.#failed(live.problem) };
    return live.answer.state === "running" ? live : { offer: startOffer(this.#live, query, again) };
  }

  #failed(problem: Text): Offer | undefined {
    return this.#live.whyOff === undefined ? said(problem) : undefined;
  }
}

function offer(suggestions: readonly Suggestion[], leftOut = 0): Offer {
  return leftOut === 0 ? { suggestions } : { suggestions, note: text("live.left-out", { count: leftOut }) };
}

function said(note: Text): Offer {
  return { suggestions: [], note };
}
