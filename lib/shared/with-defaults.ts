/**
 * A saved node with every field of its type: one that is missing (a flow written by hand, or by an
 * earlier version) has its default. Other properties of the saved node are left out.
 */
export function withDefaults<Config extends object>(defaults: Config, saved: Partial<Config>): Config {
  const config = { ...defaults };
  for (const field of Object.keys(defaults) as (keyof Config)[]) {
    const value = saved[field];
    if (value !== undefined && value !== null) config[field] = value;
  }
  return config;
}
