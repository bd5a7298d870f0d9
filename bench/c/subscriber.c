/**
 * subscriber ADDRESS PATH ticks|changes COUNT: says `ready` when it listens; then receives so many of the
 * emitter's signals, or as many as come before ten seconds without one. Reads each, and prints how many
 * they were, how many had not the number that was next, the seconds from the first to the last, and the
 * processor time used.
 */
#include "bench.h"

#define SILENCE (10 * 1000 * 1000)

static long received, misplaced;
static double start, last, processor;

static void count(long number) {
  last = now();
  if (received == 0) {
    start = last;
    processor = used();
  }
  if (number != received++) misplaced++;
}

static int on_tick(sd_bus_message *message, void *data, sd_bus_error *error) {
  (void)data, (void)error;
  const char *number, *text, *more;
  check(sd_bus_message_read(message, "sss", &number, &text, &more), "read");
  count(atol(number));
  return 0;
}

static int on_change(sd_bus_message *message, void *data, sd_bus_error *error) {
  (void)data, (void)error;
  const char *interface, *name;
  uint32_t number;
  check(sd_bus_message_read(message, "sa{sv}as", &interface, 1, &name, "u", &number, 0), "read");
  count(number);
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  sd_bus *bus = connect_to(argv[1]);
  int ticks = strcmp(argv[3], "ticks") == 0;
  check(sd_bus_match_signal(bus, NULL, NULL, argv[2], ticks ? INTERFACE : "org.freedesktop.DBus.Properties",
                            ticks ? "Tick" : "PropertiesChanged", ticks ? on_tick : on_change, NULL),
        "match");
  long wanted = atol(argv[4]);
  puts("ready");
  fflush(stdout);
  while (received < wanted) {
    if (check(sd_bus_process(bus, NULL), "process") > 0) continue;
    // Nothing is due before the first one: whoever started us bounds that wait.
    if (check(sd_bus_wait(bus, received == 0 ? UINT64_MAX : SILENCE), "wait") == 0) break;
  }
  printf("%ld %ld %.9f %.6f\n", received, misplaced, last - start, used() - processor);
  return 0;
}
