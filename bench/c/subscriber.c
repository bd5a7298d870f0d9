/**
 * subscriber ADDRESS PATH COUNT: says `ready` when it listens; then receives so many of the emitter's
 * signals, reads each, and prints the seconds from the first to the last and the processor time used.
 */
#include "bench.h"

static long received;
static double start, processor;

static int on_signal(sd_bus_message *message, void *data, sd_bus_error *error) {
  (void)data, (void)error;
  const char *number, *text, *more;
  check(sd_bus_message_read(message, "sss", &number, &text, &more), "read");
  if (atol(number) != received) {
    fprintf(stderr, "expected signal %ld, got %s\n", received, number);
    exit(1);
  }
  if (received++ == 0) {
    start = now();
    processor = used();
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  sd_bus *bus = connect_to(argv[1]);
  check(sd_bus_match_signal(bus, NULL, NULL, argv[2], INTERFACE, "Tick", on_signal, NULL), "match");
  long count = atol(argv[3]);
  puts("ready");
  fflush(stdout);
  while (received < count) work(bus);
  printf("%.9f %.6f\n", now() - start, used() - processor);
  return 0;
}
