/** emitter ADDRESS PATH COUNT: emits so many signals of three strings, the first of which is their number. */
#include "bench.h"

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  sd_bus *bus = connect_to(argv[1]);
  long count = atol(argv[3]);
  for (long index = 0; index < count; index++) {
    char number[24];
    snprintf(number, sizeof number, "%ld", index);
    check(sd_bus_emit_signal(bus, argv[2], INTERFACE, "Tick", "sss", number, "some text", "some more text"), "emit");
  }
  check(sd_bus_flush(bus), "flush");
  return 0;
}
