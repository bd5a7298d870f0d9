/** The well-known error names that an object answers with ("Standard Interfaces", libdbus). */
export const ERROR_NAMES = {
  failed: "org.freedesktop.DBus.Error.Failed",
  invalidArgs: "org.freedesktop.DBus.Error.InvalidArgs",
  noReply: "org.freedesktop.DBus.Error.NoReply",
  propertyReadOnly: "org.freedesktop.DBus.Error.PropertyReadOnly",
  accessDenied: "org.freedesktop.DBus.Error.AccessDenied",
  limitsExceeded: "org.freedesktop.DBus.Error.LimitsExceeded",
  unknownInterface: "org.freedesktop.DBus.Error.UnknownInterface",
  unknownMethod: "org.freedesktop.DBus.Error.UnknownMethod",
  unknownObject: "org.freedesktop.DBus.Error.UnknownObject",
  unknownProperty: "org.freedesktop.DBus.Error.UnknownProperty",
} as const;

export type ErrorName = (typeof ERROR_NAMES)[keyof typeof ERROR_NAMES];

/**
 * What a peer is told. The text is English, as every service's is: the peer is a program on the bus,
 * whose language is not known.
 */
export class PeerError extends Error {
  override readonly name = "PeerError";
  readonly errorName: string;

  constructor(errorName: string, message: string) {
    super(message);
    this.errorName = errorName;
  }
}
