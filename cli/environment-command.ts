import { parseArgs } from "node:util";
import type { EnvironmentFacts } from "../lib/environment/facts";
import { findingsAfterConnecting } from "../lib/environment/failure";
import { findings } from "../lib/environment/findings";
import { type Place, placesOf, reachablePlace } from "../lib/environment/places";
import { probeEnvironment } from "../lib/environment/probe";
import { resolveAddress } from "../lib/shared/bus-address";
import type { Finding } from "../lib/shared/finding";
import { renderText, type Text, type Translate, text } from "../lib/shared/text";
import { type BusCheck, checkBus } from "./check-bus";
import { badOptions, type CommandContext, type ExitCode, UsageError } from "./command";

type Bus = "system" | "session";
const BUSES: readonly Bus[] = ["system", "session"];

/** What was found out about one bus. */
interface Report {
  readonly bus: Bus;
  readonly places: readonly Place[];
  /** Undefined where there was no place to connect to. */
  readonly check: BusCheck | undefined;
  readonly findings: readonly Finding[];
}

/**
 * `environment [--bus system|session] [--json]`: where the buses are looked for, what answers there,
 * and what this machine means for using them. Exit code 1: an error finding, a bus that is there and could
 * not be connected to, or one that was asked for by `--bus` and is not there.
 */
export async function environmentCommand(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = readOptions(args);
  const facts = probeEnvironment();
  const reports = await Promise.all(
    (options.bus === undefined ? BUSES : [options.bus]).map((bus) => examine(bus, facts)),
  );
  if (options.json) context.print(JSON.stringify(asJson(reports, context.translate), undefined, 2));
  else
    context.print(
      reports
        .flatMap((report) => [...asLines(report, context.translate), ""])
        .join("\n")
        .trimEnd(),
    );
  const isBroken = (report: Report) =>
    report.findings.some(({ severity }) => severity === "error") ||
    report.check?.state === "failed" ||
    (options.bus !== undefined && report.check?.state !== "connected");
  return reports.some(isBroken) ? 1 : 0;
}

function readOptions(args: readonly string[]): { readonly bus: Bus | undefined; readonly json: boolean } {
  const values = parse(args);
  const bus = BUSES.find((known) => known === values.bus);
  if (values.bus !== undefined && bus === undefined) throw new UsageError(text("cli.unknown-bus", { bus: values.bus }));
  return { bus, json: values.json ?? false };
}

function parse(args: readonly string[]): { readonly bus?: string | undefined; readonly json?: boolean | undefined } {
  try {
    return parseArgs({ args: [...args], options: { bus: { type: "string" }, json: { type: "boolean" } } }).values;
  } catch (error) {
    throw new UsageError(badOptions(args, error));
  }
}

async function examine(bus: Bus, facts: EnvironmentFacts): Promise<Report> {
  const target = { kind: bus };
  const places = placesOf(bus, facts);
  if (reachablePlace(places) === undefined) return { bus, places, check: undefined, findings: findings(facts, target) };
  const check = await checkBus(resolveAddress(target, facts));
  const failure = check.state === "failed" ? check.error : undefined;
  return { bus, places, check, findings: findingsAfterConnecting(facts, target, failure) };
}

function asLines({ bus, places, check, findings: found }: Report, translate: Translate): readonly string[] {
  const say = (source: Text) => renderText(source, translate);
  const lines = [say(text(`cli.${bus}`))];
  for (const place of places) lines.push(`  ${say(placeText(place))}`);
  if (places.length === 0) lines.push(`  ${say(text("cli.no-place"))}`);
  if (check?.state === "connected") {
    lines.push(`  ${say(text("cli.connected", { address: check.address, names: check.names }))}`);
  }
  if (check?.state === "failed") lines.push(`  ${say(text("cli.failed", { reason: check.error.text }))}`);
  for (const { code, severity, params } of found) {
    const part = (name: string) => say(text(`findings.${code}.${name}`, params));
    lines.push(
      "",
      `  ${say(text(`cli.${severity}`, { title: part("title") }))}`,
      `    ${part("cause")}`,
      `    ${part("remedy")}`,
    );
  }
  return lines;
}

function placeText({ candidate, path, state }: Place): Text {
  const address = path === undefined ? candidate.address : `unix:path=${path}`;
  const source = candidate.source.includes("_") ? candidate.source : text(`cli.source.${candidate.source}`);
  return text("cli.place", { address, source, state: text(`cli.state.${state}`) });
}

function asJson(reports: readonly Report[], translate: Translate): unknown {
  const entries = reports.map(({ bus, places, check, findings: found }) => {
    const rendered = found.map((finding) => {
      const part = (name: string) => translate(`findings.${finding.code}.${name}`, finding.params);
      return { ...finding, title: part("title"), cause: part("cause"), remedy: part("remedy") };
    });
    const tried = places.map(({ candidate, path, state }) => ({ ...candidate, path, state }));
    return [bus, { tried, connection: connectionJson(check, translate), findings: rendered }];
  });
  return Object.fromEntries(entries);
}

function connectionJson(check: BusCheck | undefined, translate: Translate): unknown {
  if (check === undefined) return null;
  if (check.state === "connected") return check;
  return { state: check.state, code: check.error.code, error: renderText(check.error.text, translate) };
}
