import type { Finding } from "./finding";

/** Answers of the editor's endpoints (`nodes/support/admin-routes.ts`), as JSON. */

/** `GET dbus/environment`, permission `dbus.read`: what the runtime's machine means for each choice of bus. */
export interface EnvironmentAnswer {
  /** The login name that the runtime runs as: whom a policy file has to allow. */
  readonly user: string;
  readonly system: BusEnvironment;
  readonly session: BusEnvironment;
}

export interface BusEnvironment {
  /** The address that a node would connect to; several alternatives are separated by `;`. "" where there is none. */
  readonly address: string;
  readonly findings: readonly Finding[];
}
