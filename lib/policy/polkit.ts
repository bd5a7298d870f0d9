/** A call that a service refused after asking polkit. */
export interface PolkitCall {
  /** Who called, by login name. */
  readonly user: string;
  readonly path: string | undefined;
  readonly interface: string | undefined;
  readonly member: string | undefined;
  readonly arguments: readonly unknown[];
}

const MANAGE_UNITS = "org.freedesktop.systemd1.manage-units";

const LOGIN = "org.freedesktop.login1";
const MOUNT = "org.freedesktop.udisks2.filesystem-mount";

/**
 * Actions of calls that flows make, from the services' own documentation: actions to `interface: members`.
 * Of several actions the service takes one by what it finds, such as another user who is logged in, or a
 * caller without a seat.
 */
const ACTIONS: readonly (readonly [actions: string, interfaceName: string, members: string])[] = [
  [
    MANAGE_UNITS,
    "systemd1.Manager",
    "StartUnit StopUnit RestartUnit ReloadUnit TryRestartUnit ReloadOrRestartUnit KillUnit ResetFailedUnit",
  ],
  [MANAGE_UNITS, "systemd1.Unit", "Start Stop Restart Reload TryRestart ReloadOrRestart Kill ResetFailed"],
  [
    "org.freedesktop.systemd1.manage-unit-files",
    "systemd1.Manager",
    "EnableUnitFiles DisableUnitFiles MaskUnitFiles UnmaskUnitFiles PresetUnitFiles LinkUnitFiles",
  ],
  ["org.freedesktop.systemd1.reload-daemon", "systemd1.Manager", "Reload Reexecute"],
  ["org.freedesktop.systemd1.set-environment", "systemd1.Manager", "SetEnvironment UnsetEnvironment"],
  [`${LOGIN}.power-off ${LOGIN}.power-off-multiple-sessions`, "login1.Manager", "PowerOff"],
  [`${LOGIN}.reboot ${LOGIN}.reboot-multiple-sessions`, "login1.Manager", "Reboot"],
  [`${LOGIN}.suspend ${LOGIN}.suspend-multiple-sessions`, "login1.Manager", "Suspend"],
  [`${LOGIN}.hibernate ${LOGIN}.hibernate-multiple-sessions`, "login1.Manager", "Hibernate"],
  ["org.freedesktop.timedate1.set-time", "timedate1", "SetTime"],
  ["org.freedesktop.timedate1.set-timezone", "timedate1", "SetTimezone"],
  ["org.freedesktop.timedate1.set-local-rtc", "timedate1", "SetLocalRTC"],
  ["org.freedesktop.timedate1.set-ntp", "timedate1", "SetNTP"],
  ["org.freedesktop.hostname1.set-hostname", "hostname1", "SetHostname"],
  ["org.freedesktop.hostname1.set-static-hostname", "hostname1", "SetStaticHostname SetPrettyHostname"],
  [
    "org.freedesktop.NetworkManager.network-control",
    "NetworkManager",
    "ActivateConnection AddAndActivateConnection DeactivateConnection",
  ],
  ["org.freedesktop.NetworkManager.settings.modify.system", "NetworkManager.Settings", "AddConnection"],
  ["org.freedesktop.NetworkManager.settings.modify.system", "NetworkManager.Settings.Connection", "Update Delete"],
  [`${MOUNT} ${MOUNT}-system ${MOUNT}-other-seat`, "UDisks2.Filesystem", "Mount"],
  ["org.freedesktop.ModemManager1.Messaging", "ModemManager1.Modem.Messaging", "Create Delete"],
];

const ACTIONS_OF: ReadonlyMap<string, readonly string[]> = new Map(
  ACTIONS.flatMap(([actions, interfaceName, members]) =>
    members
      .split(" ")
      .map((member): [string, readonly string[]] => [`org.freedesktop.${interfaceName}.${member}`, actions.split(" ")]),
  ),
);

/** The actions of which polkit is asked about one for this call; undefined where they are not known. */
export function polkitActions({ interface: interfaceName, member }: PolkitCall): readonly string[] | undefined {
  return ACTIONS_OF.get(`${interfaceName}.${member}`);
}

/** Rules of the administrator's; files there are read in the order of their names, and at once. */
export const POLKIT_RULES_FILE = "/etc/polkit-1/rules.d/50-node-red.rules";

/** A rule that allows just this ("polkit(8): AUTHORIZATION RULES"). Every value stands as a string literal. */
export function polkitRule(call: PolkitCall, actions: readonly string[]): string {
  const unit = actions.includes(MANAGE_UNITS) ? unitOf(call) : undefined;
  const literals = actions.map((action) => JSON.stringify(action));
  const conditions = [
    literals.length === 1 ? `action.id === ${literals}` : `[${literals.join(", ")}].indexOf(action.id) >= 0`,
    ...(unit === undefined ? [] : [`action.lookup("unit") === ${JSON.stringify(unit)}`]),
    `subject.user === ${JSON.stringify(call.user)}`,
  ];
  return `polkit.addRule(function (action, subject) {
  if (${conditions.join(" &&\n      ")}) {
    return polkit.Result.YES;
  }
});
`;
}

const UNIT_PATH = "/org/freedesktop/systemd1/unit/";

/** systemd's manager is given the unit's name first; a unit's own path holds it, escaped (sd_bus_path_encode(3)). */
function unitOf({ path, interface: interfaceName, arguments: [first] }: PolkitCall): string | undefined {
  if (interfaceName === "org.freedesktop.systemd1.Manager") return typeof first === "string" ? first : undefined;
  if (path === undefined || !path.startsWith(UNIT_PATH)) return undefined;
  return path
    .slice(UNIT_PATH.length)
    .replace(/_([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
