/**
 * Fills the `__name__` placeholders of a catalogue text, as Node-RED's i18next does in its own
 * processes; the command line and the tests have no Node-RED. A placeholder without a parameter
 * stays as it is written, so that it is seen.
 */
export function interpolate(template: string, params: Readonly<Record<string, string | number>>): string {
  return template.replace(/__([A-Za-z0-9]+)__/g, (placeholder, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : placeholder,
  );
}
