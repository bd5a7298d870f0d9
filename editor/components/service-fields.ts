import type { BusQuery, InterfaceEntry } from "../../lib/shared/admin";
import type { BusChoice } from "../../lib/shared/bus-choice";
import { signatureOfArguments } from "../../lib/shared/interface-definition";
import type { Text } from "../../lib/shared/text";
import { say } from "../say";
import { Completion } from "./completion";
import { LiveBus } from "./live-bus";
import type { MemberChoice, MemberUse } from "./member-choice";
import { ServiceOffers } from "./service-offers";
import type { Offer } from "./suggestion";

/** From what decides to what depends on it. */
const FIELDS = ["service", "path", "interface", "member", "signature"] as const;
type Field = (typeof FIELDS)[number];

export interface ServiceFieldsOptions {
  readonly fields: { readonly [F in Field]?: JQuery };
  /** Which bus the fields are about. */
  readonly bus: () => BusChoice;
  /** What a member is wanted for; those of the first use stand first. */
  readonly uses: () => readonly MemberUse[];
  /** Whether an object has to be an ObjectManager. */
  readonly managers?: () => boolean;
  /** After a member was chosen and its fields were filled in. */
  readonly chosen?: (member: MemberChoice) => void;
  /** Where it is said that nothing can be offered here at all. */
  readonly note: JQuery;
}

/**
 * The fields that name something on a bus. Each offers what is there; a choice fills in what follows from it.
 * What a person has typed is never replaced, only what is blank or came from an earlier choice.
 */
export class ServiceFields {
  readonly #options: ServiceFieldsOptions;
  readonly #live = new LiveBus();
  readonly #offers: ServiceOffers;
  /** What was filled in from here, by field. */
  readonly #filled = new Map<Field, string>();
  /** Filling in what follows from the last choice. */
  #following: Promise<void> = Promise.resolve();

  constructor(options: ServiceFieldsOptions) {
    this.#options = options;
    this.#offers = new ServiceOffers(this.#live, () => ({
      bus: queryOf(options.bus()),
      service: this.#value("service"),
      path: this.#value("path"),
      interfaceName: this.#value("interface"),
      uses: options.uses(),
      managers: options.managers?.() ?? false,
    }));
    this.#complete("service", (fresh) => this.#offers.names(fresh));
    this.#complete("path", (fresh) => this.#offers.paths(fresh));
    this.#complete("interface", (fresh) => this.#offers.interfaces(fresh));
    const { member } = options.fields;
    if (member !== undefined) this.completeMember(member, (choice) => this.#take(choice));
  }

  /** Lets a field of its own offer members of the object; `chosen` is called when one was taken. */
  completeMember(input: JQuery, chosen: (member: MemberChoice) => void = () => {}): void {
    new Completion(input, {
      load: async (fresh) => {
        await this.#following;
        await this.#adoptSignature();
        return this.#noted(await this.#offers.members(fresh, chosen));
      },
      chosen: () => {},
    });
  }

  /** The interface of the object that goes by this name, or why there is none. */
  interfaceNamed(name: string): Promise<InterfaceEntry | { readonly problem: Text }> {
    return this.#offers.interfaceNamed(name);
  }

  /** The dialog is closed. */
  close(): void {
    this.#live.close();
  }

  #complete(field: Field, load: (fresh: boolean) => Promise<Offer | undefined>): void {
    const input = this.#options.fields[field];
    if (input === undefined) return;
    new Completion(input, {
      load: async (fresh) => this.#noted(await load(fresh)),
      chosen: (byMouse) => {
        this.#filled.set(field, this.#value(field));
        this.#following = this.#follow(field, byMouse);
      },
    });
  }

  /** What depends on a choice: filled in where there is only one, and by mouse the next field shows what there is. */
  async #follow(field: Field, byMouse: boolean): Promise<void> {
    for (const behind of FIELDS.slice(FIELDS.indexOf(field) + 1)) this.#put(behind, "");
    let next = byMouse ? this.#goOn() : undefined;
    for (const behind of ["path", "interface"] as const) {
      if (this.#options.fields[behind] === undefined || this.#value(behind) !== "") continue;
      const asked = this.#before(behind);
      const only = await (behind === "path" ? this.#offers.onlyPath() : this.#offers.onlyInterface());
      // An answer to what was there is none to what is there now.
      if (only === undefined || this.#before(behind) !== asked) return;
      this.#put(behind, only);
      if (next?.is(":focus")) next = this.#goOn() ?? next.trigger("blur");
    }
  }

  /** All that decides what a field can be filled in with. */
  #before(field: Field): string {
    const values = FIELDS.slice(0, FIELDS.indexOf(field)).map((before) => this.#value(before));
    return JSON.stringify([queryOf(this.#options.bus()), ...values]);
  }

  /** The next field that says nothing yet; it opens as it gets the focus. A member brings its interface along. */
  #goOn(): JQuery | undefined {
    const order = ["service", "path", "member", "interface"] as const;
    const next = order
      .map((field) => this.#options.fields[field])
      .find((input) => input?.is(":visible") && input.val() === "");
    return next?.trigger("focus");
  }

  #take(member: MemberChoice): void {
    this.#filled.set("member", member.entry.name);
    // The choice says which interface is meant, whatever was there.
    this.#filled.set("interface", this.#value("interface"));
    this.#put("interface", member.interfaceName);
    this.#put("signature", member.use === "call" || member.use === "write" ? signatureOf(member) : "");
    this.#options.chosen?.(member);
  }

  /** A signature that is that of the present member came from choosing it, in an earlier dialog. */
  async #adoptSignature(): Promise<void> {
    const [signature, member] = [this.#value("signature"), this.#value("member")];
    if (signature === "" || member === "") return;
    const known = await this.#offers.named(member);
    if (known.some((choice) => signatureOf(choice) === signature)) this.#filled.set("signature", signature);
  }

  #put(field: Field, value: string): void {
    const input = this.#options.fields[field];
    const present = this.#value(field);
    if (input === undefined || present === value || (present !== "" && this.#filled.get(field) !== present)) return;
    this.#filled.set(field, value);
    input.val(value).trigger("change");
  }

  #value(field: Field): string {
    return String(this.#options.fields[field]?.val() ?? "");
  }

  #noted(offer: Offer | undefined): Offer | undefined {
    const { whyOff } = this.#live;
    if (whyOff !== undefined) this.#options.note.text(say(whyOff));
    return offer;
  }
}

function signatureOf(member: MemberChoice): string {
  switch (member.use) {
    case "call":
      return signatureOfArguments(member.entry.in);
    case "read":
    case "write":
      return member.entry.signature;
    case "listen":
      return signatureOfArguments(member.entry.args);
  }
}

/** undefined where the bus is not known before a message comes, or not said. */
function queryOf({ bus, address }: BusChoice): BusQuery | undefined {
  if (bus === "system" || bus === "session") return { bus };
  return bus === "address" && address !== "" ? { bus, address } : undefined;
}
