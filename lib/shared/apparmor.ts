const SENDING = "An AppArmor policy prevents this ";
const OWNING = /is not allowed to own the service "[^"]*" due to AppArmor policy/;

/**
 * Whether a text of dbus-daemon says that AppArmor refused. It has no error name of its own for that:
 * it is AccessDenied, and only the text says by whom (bus/apparmor.c).
 */
export function isAppArmorRefusal(message: string): boolean {
  return message.includes(SENDING) || OWNING.test(message);
}
