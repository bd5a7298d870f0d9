/**
 * emitter ADDRESS PATH ticks|changes COUNT: emits so many signals, numbered from 0: `Tick` with three
 * strings, the first of which is the number, or PropertiesChanged with the number as a property's value.
 */
#include "bench.h"

static int tick(sd_bus *bus, const char *path, long index) {
  char number[24];
  snprintf(number, sizeof number, "%ld", index);
  return sd_bus_emit_signal(bus, path, INTERFACE, "Tick", "sss", number, "some text", "some more text");
}

static int change(sd_bus *bus, const char *path, long index) {
  const uint32_t number = (uint32_t)index;
  return sd_bus_emit_signal(bus, path, "org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as", INTERFACE,
                            1, "Number", "u", number, 0);
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  sd_bus *bus = connect_to(argv[1]);
  int (*emit)(sd_bus *, const char *, long) = strcmp(argv[3], "ticks") == 0 ? tick : change;
  long count = atol(argv[4]);
  for (long index = 0; index < count; index++) check(emit(bus, argv[2], index), "emit");
  check(sd_bus_flush(bus), "flush");
  return 0;
}
