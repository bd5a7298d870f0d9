/**
 * The arguments of the methods that every object may have ("Standard Interfaces"). Services often
 * answer these without listing them in their introspection.
 */
const METHODS: ReadonlyMap<string, string> = new Map([
  ["org.freedesktop.DBus.Peer.Ping", ""],
  ["org.freedesktop.DBus.Peer.GetMachineId", ""],
  ["org.freedesktop.DBus.Introspectable.Introspect", ""],
  ["org.freedesktop.DBus.Properties.Get", "ss"],
  ["org.freedesktop.DBus.Properties.GetAll", "s"],
  ["org.freedesktop.DBus.Properties.Set", "ssv"],
  ["org.freedesktop.DBus.ObjectManager.GetManagedObjects", ""],
]);

/** The signature of the arguments; undefined for any other method. */
export function standardMethod(interfaceName: string, member: string): string | undefined {
  return METHODS.get(`${interfaceName}.${member}`);
}
