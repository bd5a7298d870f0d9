import type { FileAccess } from "./file-access";

/** What logind and X11 tell of this user's sessions, from their files. */

/**
 * Whether this user has a graphical session. Reads what sd_uid_get_display(3) reads, because a
 * service that belongs to a desktop user often runs without DISPLAY.
 */
export function graphicalSession(files: FileAccess, uid: number, wsl: boolean): boolean {
  const bySession = files.list("/run/systemd/sessions").some((name) => {
    const session = assignments(files, `/run/systemd/sessions/${name}`);
    return (
      session.get("UID") === String(uid) &&
      session.get("STATE") !== "closing" &&
      ["x11", "wayland", "mir"].includes(session.get("TYPE") ?? "")
    );
  });
  if (bySession) return true;
  // WSL gives every user a compositor, but no desktop behind it.
  return !wsl && files.list(`/run/user/${uid}`).some((name) => /^wayland-\d+$/.test(name));
}

/**
 * The session bus's address in the file where dbus-launch leaves it for the X display; undefined
 * where there is none, or its bus has ended. libdbus names the file by display without the screen.
 */
export function autolaunchAddress(files: FileAccess, home: string, display: string | undefined): string | undefined {
  if (display === undefined || home === "") return undefined;
  const id = machineId(files);
  const name = /^(.*):(\d+)/.exec(display);
  if (id === undefined || name === null) return undefined;
  const suffix = name[1] === "" ? name[2] : `${name[1]}_${name[2]}`;
  const file = assignments(files, `${home}/.dbus/session-bus/${id}-${suffix}`);
  const process = file.get("DBUS_SESSION_BUS_PID");
  if (process !== undefined && !files.exists(`/proc/${process}`)) return undefined;
  return file.get("DBUS_SESSION_BUS_ADDRESS");
}

/** "UUIDs": 32 hexadecimal digits. */
function machineId(files: FileAccess): string | undefined {
  for (const path of ["/etc/machine-id", "/var/lib/dbus/machine-id"]) {
    const file = files.read(path);
    const id = "text" in file ? file.text.trim() : "";
    if (/^[0-9a-f]{32}$/.test(id)) return id;
  }
  return undefined;
}

/** `NAME=value` lines, as of a shell file: a value may be in quotes. */
function assignments(files: FileAccess, path: string): ReadonlyMap<string, string> {
  const file = files.read(path);
  const found = new Map<string, string>();
  if (!("text" in file)) return found;
  for (const [, name, value] of file.text.matchAll(/^([A-Z_]+)=(.*)$/gm)) {
    if (name !== undefined && value !== undefined) found.set(name, value.replace(/^(['"])(.*)\1;?$/, "$2"));
  }
  return found;
}
