import { type Text, type TextParam, text } from "../shared/text";

export type LintSeverity = "error" | "warning";

/** `error`: the bus skips the file, or it opens or breaks more than it means to. `warning`: it may not do what is meant. */
const SEVERITIES = {
  /** Not well-formed XML: the bus skips the whole file. */
  "broken-xml": "error",
  /** Elements, attributes or text that the bus does not know: it skips the whole file. */
  "not-busconfig": "error",
  "unknown-element": "error",
  "unknown-attribute": "error",
  "stray-text": "error",
  "policy-scope": "error",
  "bad-value": "error",
  "no-condition": "error",
  "mixed-conditions": "error",
  "member-alone": "error",
  "never-matches": "error",
  "not-global": "error",
  /** `listen`, `auth`, `user`, `limit` and their like change the bus itself. */
  "daemon-setting": "error",
  "own-any": "error",
  "any-destination": "error",
  glob: "error",
  "no-destination": "error",
  "deny-no-destination": "error",
  eavesdrop: "error",
  monitoring: "error",
  "invalid-name": "error",
  "unique-name": "error",
  "unknown-user": "error",
  "unknown-group": "error",
  /** The bus reads no file whose name does not end in `.conf`. */
  "file-extension": "error",
  "reserved-name": "warning",
  "anyone-owns": "warning",
  receive: "warning",
  "at-console": "warning",
  "destination-prefix": "warning",
  "connect-rule": "warning",
  "own-only": "warning",
  "redundant-deny": "warning",
  "no-rules": "warning",
  "rule-in-comment": "warning",
  "file-name": "warning",
  mode: "warning",
} as const satisfies Readonly<Record<string, LintSeverity>>;

export type LintCode = keyof typeof SEVERITIES;
export const LINT_CODES = Object.keys(SEVERITIES) as readonly LintCode[];

/** One thing that lint found. Stable: `code` is printed and documented. */
export interface LintFinding {
  readonly code: LintCode;
  readonly severity: LintSeverity;
  /** 1-based; 1 for what is about the file as such. */
  readonly line: number;
  readonly text: Text;
}

export function lintFinding(
  code: LintCode,
  line: number,
  params: Readonly<Record<string, TextParam>> = {},
): LintFinding {
  return { code, severity: SEVERITIES[code], line, text: tamed(text(`policy.lint.${code}`, params)) };
}

/** Adds up findings; what a check hands out to those that it calls. */
export type Report = (code: LintCode, line: number, params?: Readonly<Record<string, TextParam>>) => void;

const MAX_PARAM_LENGTH = 255;

/** What a file says comes back in a finding's text: on one line, and of a length that a person reads. */
function tamed({ key, params = {} }: Text): Text {
  const entries = Object.entries(params).map(([name, param]) => {
    if (typeof param === "object") return [name, tamed(param)];
    return [name, typeof param === "string" ? shown(param) : param];
  });
  return text(key, Object.fromEntries(entries));
}

function shown(value: string): string {
  const short = value.length > MAX_PARAM_LENGTH ? `${value.slice(0, MAX_PARAM_LENGTH)}…` : value;
  return short.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "\u{fffd}");
}
