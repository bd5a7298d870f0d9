import { asNodeError, type DBusErrorCode, type DBusNodeError } from "../../../lib/errors";
import type { FailureAnswer } from "../../../lib/shared/admin";
import type { BusTarget } from "../../../lib/shared/bus-choice";
import type { Text } from "../../../lib/shared/text";
import { seriousFindings } from "../machine";

/** Why a request gets no answer: thrown by endpoints, besides what the bus says. */
export class RequestRefused extends Error {
  readonly status: number;
  readonly answer: FailureAnswer;

  constructor(status: number, code: string, problem: Text) {
    super(code);
    this.status = status;
    this.answer = { code, problem };
  }
}

/** There was no connection to the bus. */
export class BusUnreachable extends Error {
  readonly answer: FailureAnswer;

  constructor(target: BusTarget, error: DBusNodeError) {
    super(error.code, { cause: error });
    const [finding] = seriousFindings(target, error);
    this.answer = finding === undefined ? failureOf(error) : { ...failureOf(error), finding };
  }
}

export function failureOf({ code, text: problem }: DBusNodeError): FailureAnswer {
  return { code, problem };
}

/** Whatever was thrown, as status and answer. */
export function failureAnswer(thrown: unknown): { readonly status: number; readonly answer: FailureAnswer } {
  if (thrown instanceof RequestRefused) return thrown;
  if (thrown instanceof BusUnreachable) return { status: 503, answer: thrown.answer };
  const error = asNodeError(thrown);
  return { status: STATUS[error.code] ?? 502, answer: failureOf(error) };
}

/** 502, as of a gateway, for what the bus or a service has answered. */
const STATUS: Partial<Record<DBusErrorCode, number>> = {
  DBUS_INVALID_FIELD: 400,
  DBUS_INVALID_ADDRESS: 400,
  DBUS_NAME_NOT_FOUND: 404,
  DBUS_OBJECT_NOT_FOUND: 404,
  DBUS_NO_BUS: 503,
  DBUS_DISCONNECTED: 503,
  DBUS_TIMEOUT: 504,
  DBUS_INTERNAL: 500,
};
