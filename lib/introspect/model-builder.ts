import { checkInterfaceName, checkMemberName, checkObjectPath, checkPropertyName } from "../shared/names";
import { checkSignature, checkSingleType, MAX_SIGNATURE_LENGTH } from "../shared/signature";
import type {
  EmitsChanged,
  IntrospectedArgument,
  IntrospectedInterface,
  IntrospectedMethod,
  IntrospectedObject,
  IntrospectedProperty,
  IntrospectedSignal,
  PropertyAccess,
} from "./model";

type Attributes = Readonly<Record<string, string | undefined>>;

interface MemberDraft {
  readonly kind: "method" | "signal";
  readonly name: string;
  readonly in: IntrospectedArgument[];
  readonly out: IntrospectedArgument[];
  readonly annotations: Map<string, string>;
  /** One argument that cannot be used makes the whole member unusable. */
  valid: boolean;
}

type PropertyDraft = Omit<IntrospectedProperty, "emitsChanged"> & {
  readonly kind: "property";
  readonly annotations: Map<string, string>;
};

interface InterfaceDraft {
  readonly name: string;
  /** By name and signature, so that what a service lists twice is there once. */
  readonly methods: Map<string, IntrospectedMethod>;
  readonly signals: Map<string, IntrospectedSignal>;
  readonly properties: Map<string, PropertyDraft>;
  readonly annotations: Map<string, string>;
}

/** What an open element is; the contents of one that is `passed` over are documentation, or not valid. */
type Place = "root" | "interface" | "member" | "passed";

const EMITS_CHANGED = "org.freedesktop.DBus.Property.EmitsChangedSignal";

/** Builds the model from a document's elements as they open and close ("Introspection Data Format"). */
export class ModelBuilder {
  readonly #interfaces = new Map<string, InterfaceDraft>();
  readonly #children = new Set<string>();
  readonly #places: Place[] = [];
  #interface: InterfaceDraft | undefined;
  #member: MemberDraft | PropertyDraft | undefined;
  #leftOut = 0;

  open(element: string, attributes: Attributes): void {
    this.#places.push(this.#enter(this.#places.at(-1), element, attributes));
  }

  close(): void {
    const place = this.#places.pop();
    if (place === "interface") this.#interface = undefined;
    if (place === "member") this.#endMember();
  }

  finish(): IntrospectedObject {
    const interfaces = new Map(Array.from(this.#interfaces, ([name, draft]) => [name, interfaceOf(draft)]));
    return { interfaces, children: [...this.#children], leftOut: this.#leftOut };
  }

  #enter(parent: Place | undefined, element: string, attributes: Attributes): Place {
    switch (parent) {
      case undefined:
        return "root";
      case "root":
        if (element === "interface") return this.#openInterface(attributes);
        if (element === "node") this.#addChild(attributes);
        return "passed";
      case "interface":
        if (element === "method" || element === "signal") return this.#openMember(element, attributes);
        if (element === "property") return this.#openProperty(attributes);
        if (element === "annotation") this.#annotate(this.#interface, attributes);
        return "passed";
      case "member":
        if (element === "arg") this.#addArgument(attributes);
        if (element === "annotation") this.#annotate(this.#member, attributes);
        return "passed";
      case "passed":
        return "passed";
    }
  }

  #leaveOut(): Place {
    this.#leftOut++;
    return "passed";
  }

  /** What a service lists in two parts (Qt does, for one adaptor each) becomes one interface. */
  #openInterface({ name = "" }: Attributes): Place {
    if (checkInterfaceName(name) !== undefined) return this.#leaveOut();
    this.#interface = this.#interfaces.get(name) ?? {
      name: own(name),
      methods: new Map(),
      signals: new Map(),
      properties: new Map(),
      annotations: new Map(),
    };
    this.#interfaces.set(this.#interface.name, this.#interface);
    return "interface";
  }

  /** A child's name is a relative object path; only the root's, which the caller knows, is absolute. */
  #addChild({ name = "" }: Attributes): void {
    if (name === "" || checkObjectPath(`/${name}`) !== undefined) this.#leftOut++;
    else this.#children.add(own(name));
  }

  #openMember(kind: "method" | "signal", { name = "" }: Attributes): Place {
    if (checkMemberName(name) !== undefined) return this.#leaveOut();
    this.#member = { kind, name: own(name), in: [], out: [], annotations: new Map(), valid: true };
    return "member";
  }

  #openProperty({ name = "", type = "", access = "" }: Attributes): Place {
    if (checkPropertyName(name) !== undefined || !isSingleType(type) || !isAccess(access)) return this.#leaveOut();
    this.#member = { kind: "property", name: own(name), signature: own(type), access, annotations: new Map() };
    return "member";
  }

  /** Without a direction a method's argument goes in, a signal's out; a signal's can go nowhere else. */
  #addArgument({ name = "", type = "", direction = "in" }: Attributes): void {
    const member = this.#member;
    if (member === undefined || member.kind === "property") return;
    if (!isSingleType(type) || (direction !== "in" && direction !== "out")) {
      member.valid = false;
      return;
    }
    const list = member.kind === "signal" || direction === "out" ? member.out : member.in;
    list.push({ name: own(name), signature: own(type) });
  }

  #annotate(where: { readonly annotations: Map<string, string> } | undefined, { name, value }: Attributes): void {
    if (name === undefined || value === undefined) this.#leftOut++;
    else where?.annotations.set(own(name), own(value));
  }

  #endMember(): void {
    const [member, home] = [this.#member, this.#interface];
    this.#member = undefined;
    if (member === undefined || home === undefined) return;
    if (member.kind === "property") {
      if (!home.properties.has(member.name)) home.properties.set(member.name, member);
      return;
    }
    const inSignature = joined(member.in);
    const outSignature = joined(member.out);
    if (!member.valid || inSignature === undefined || outSignature === undefined) {
      this.#leftOut++;
      return;
    }
    const { name, annotations } = member;
    if (member.kind === "signal") {
      addOnce(home.signals, outSignature, { name, args: member.out, signature: outSignature, annotations });
    } else {
      const method = { name, in: member.in, out: member.out, inSignature, outSignature, annotations };
      addOnce(home.methods, inSignature, method);
    }
  }
}

function addOnce<Member extends { readonly name: string }>(
  members: Map<string, Member>,
  signature: string,
  member: Member,
): void {
  const key = `${member.name}(${signature})`;
  if (!members.has(key)) members.set(key, member);
}

function interfaceOf(draft: InterfaceDraft): IntrospectedInterface {
  const inherited = draft.annotations.get(EMITS_CHANGED);
  const properties = new Map<string, IntrospectedProperty>();
  for (const { name, signature, access, annotations } of draft.properties.values()) {
    const emitsChanged = emitsChangedOf(annotations.get(EMITS_CHANGED)) ?? emitsChangedOf(inherited) ?? "true";
    properties.set(name, { name, signature, access, emitsChanged, annotations });
  }
  return {
    name: draft.name,
    methods: [...draft.methods.values()],
    signals: [...draft.signals.values()],
    properties,
    annotations: draft.annotations,
  };
}

function emitsChangedOf(word: string | undefined): EmitsChanged | undefined {
  return word === "true" || word === "invalidates" || word === "const" || word === "false" ? word : undefined;
}

function isAccess(word: string): word is PropertyAccess {
  return word === "read" || word === "write" || word === "readwrite";
}

/** The length comes first: parseSignature remembers what it was given, and this text can be a mebibyte. */
function isSingleType(signature: string): boolean {
  return signature.length <= MAX_SIGNATURE_LENGTH && checkSingleType(signature) === undefined;
}

/** The arguments' types as one signature; undefined where that is too long for a message's body. */
function joined(args: readonly IntrospectedArgument[]): string | undefined {
  const signature = args.map((arg) => arg.signature).join("");
  return signature.length <= MAX_SIGNATURE_LENGTH && checkSignature(signature) === undefined ? signature : undefined;
}

/**
 * A copy. V8 makes a piece of a string point into the whole, so without it one name that is kept
 * would keep its document, up to a mebibyte.
 */
function own(piece: string): string {
  return piece.length < SLICED_FROM ? piece : Buffer.from(piece).toString();
}

/** V8 copies shorter pieces by itself (SlicedString::kMinLength). */
const SLICED_FROM = 13;
