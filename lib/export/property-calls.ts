import type { PropertyDefinition } from "../shared/interface-definition";
import { text } from "../shared/text";
import { isTypedVariant } from "../shared/typed-variant";
import { setOwn } from "../values/containers";
import { type StoredValue, storeValue } from "../wire/stored-value";
import type { ExportedInterface } from "./exported-interface";
import { ERROR_NAMES, PeerError } from "./standard-errors";
import { STANDARD_DEFINITIONS } from "./standard-interfaces";

type Interfaces = ReadonlyMap<string, ExportedInterface>;

/** A variant as the encoder takes it. */
export interface Variant {
  readonly signature: string;
  readonly value: unknown;
}

export function asVariant({ signature, exact }: StoredValue): Variant {
  return { signature, value: exact };
}

/** "Properties.Get". Throws PeerError. */
export function getProperty(interfaces: Interfaces, interfaceName: string, name: string): Variant {
  const { exported, property } = find(interfaces, interfaceName, name);
  if (property.access === "write")
    throw new PeerError(ERROR_NAMES.accessDenied, `Property ${name} can only be written`);
  return asVariant(exported.value(property));
}

/** "Properties.GetAll"; a blank interface name means all of them. Throws PeerError. */
export function getAllProperties(interfaces: Interfaces, interfaceName: string): Record<string, Variant> {
  const values: Record<string, Variant> = {};
  for (const exported of named(interfaces, interfaceName)) {
    for (const [name, value] of exported.readable()) setOwn(values, name, asVariant(value));
  }
  return values;
}

export interface WrittenProperty {
  readonly exported: ExportedInterface;
  readonly property: PropertyDefinition;
  readonly value: StoredValue;
}

/** "Properties.Set", up to the value's storing. `value` is the variant with its type. Throws PeerError. */
export function checkWrite(
  interfaces: Interfaces,
  interfaceName: string,
  name: string,
  value: unknown,
): WrittenProperty {
  const { exported, property } = find(interfaces, interfaceName, name);
  if (property.access === "read") throw new PeerError(ERROR_NAMES.propertyReadOnly, `Property ${name} is read-only`);
  if (!isTypedVariant(value) || value.signature !== property.signature) {
    const got = isTypedVariant(value) ? value.signature : "?";
    throw new PeerError(ERROR_NAMES.invalidArgs, `Property ${name} has the type ${property.signature}, got ${got}`);
  }
  const stored = storeValue(property.signature, value.value, text("places.property", { name }));
  return { exported, property, value: stored };
}

function find(interfaces: Interfaces, interfaceName: string, name: string): Omit<WrittenProperty, "value"> {
  for (const exported of named(interfaces, interfaceName)) {
    const property = exported.property(name);
    if (property !== undefined) return { exported, property };
  }
  throw new PeerError(ERROR_NAMES.unknownProperty, `No property ${name} on interface ${interfaceName}`);
}

function named(interfaces: Interfaces, interfaceName: string): readonly ExportedInterface[] {
  if (interfaceName === "") return [...interfaces.values()];
  const exported = interfaces.get(interfaceName);
  if (exported !== undefined) return [exported];
  // They have none.
  if (STANDARD_DEFINITIONS.some(({ name }) => name === interfaceName)) return [];
  throw new PeerError(ERROR_NAMES.unknownInterface, `No interface ${interfaceName}`);
}
