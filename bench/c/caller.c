/**
 * caller ADDRESS DESTINATION string|bytes|dict|get IN_FLIGHT COUNT: calls the service of that name, with
 * so many calls under way at a time, reads each reply to its end, and prints the seconds that all took.
 */
#include "bench.h"

#define BYTES 65536
#define ENTRIES 20

enum kind { STRING, BYTES_, DICT, GET };

static sd_bus *bus;
static const char *destination;
static enum kind kind;
static long to_send, to_receive;
static uint8_t bytes[BYTES];
static char keys[ENTRIES][32];

static void call(void);

static void wrong(const char *what) {
  fprintf(stderr, "the reply's %s is not what was sent\n", what);
  exit(1);
}

static void append_dict(sd_bus_message *message) {
  check(sd_bus_message_open_container(message, 'a', "{sv}"), "open");
  for (int index = 0; index < ENTRIES; index++) {
    switch (index % 4) {
      case 0: check(sd_bus_message_append(message, "{sv}", keys[index], "s", "some text"), "append"); break;
      case 1: check(sd_bus_message_append(message, "{sv}", keys[index], "i", index), "append"); break;
      case 2: check(sd_bus_message_append(message, "{sv}", keys[index], "b", 1), "append"); break;
      case 3: check(sd_bus_message_append(message, "{sv}", keys[index], "d", index + 0.5), "append"); break;
    }
  }
  check(sd_bus_message_close_container(message), "close");
}

static void read_dict(sd_bus_message *message) {
  int entries = 0;
  check(sd_bus_message_enter_container(message, 'a', "{sv}"), "array");
  while (check(sd_bus_message_enter_container(message, 'e', "sv"), "entry") > 0) {
    const char *key, *type, *text;
    int number;
    double real;
    check(sd_bus_message_read(message, "s", &key), "key");
    check(sd_bus_message_peek_type(message, NULL, &type), "type");
    switch (type[0]) {
      case 's': check(sd_bus_message_read(message, "v", "s", &text), "value"); break;
      case 'i': check(sd_bus_message_read(message, "v", "i", &number), "value"); break;
      case 'b': check(sd_bus_message_read(message, "v", "b", &number), "value"); break;
      case 'd': check(sd_bus_message_read(message, "v", "d", &real), "value"); break;
      default: wrong("value");
    }
    check(sd_bus_message_exit_container(message), "entry's end");
    entries++;
  }
  check(sd_bus_message_exit_container(message), "array's end");
  if (entries != ENTRIES) wrong("number of entries");
}

static int on_reply(sd_bus_message *reply, void *data, sd_bus_error *error) {
  (void)data, (void)error;
  check(-sd_bus_message_get_errno(reply), "call");
  const char *text;
  const void *array;
  size_t size;
  switch (kind) {
    case STRING:
      check(sd_bus_message_read(reply, "s", &text), "read");
      if (strcmp(text, "a short string") != 0) wrong("text");
      break;
    case BYTES_:
      check(sd_bus_message_read_array(reply, 'y', &array, &size), "read");
      if (size != BYTES) wrong("size");
      break;
    case DICT:
      read_dict(reply);
      break;
    case GET:
      check(sd_bus_message_read(reply, "v", "s", &text), "read");
      if (strcmp(text, "a short string") != 0) wrong("property");
      break;
  }
  to_receive--;
  if (to_send > 0) call();
  return 0;
}

static void call(void) {
  static const char *const members[] = {"EchoString", "EchoBytes", "EchoDict", "Get"};
  const char *interface = kind == GET ? "org.freedesktop.DBus.Properties" : INTERFACE;
  sd_bus_message *message = NULL;
  check(sd_bus_message_new_method_call(bus, &message, destination, SERVICE_PATH, interface, members[kind]), "new");
  switch (kind) {
    case STRING: check(sd_bus_message_append(message, "s", "a short string"), "append"); break;
    case BYTES_: check(sd_bus_message_append_array(message, 'y', bytes, BYTES), "append"); break;
    case DICT: append_dict(message); break;
    case GET: check(sd_bus_message_append(message, "ss", INTERFACE, "Text"), "append"); break;
  }
  check(sd_bus_call_async(bus, NULL, message, on_reply, NULL, 0), "call");
  sd_bus_message_unref(message);
  to_send--;
}

static double run(long count, long in_flight) {
  to_send = to_receive = count;
  double start = now();
  while (in_flight-- > 0 && to_send > 0) call();
  while (to_receive > 0) work(bus);
  return now() - start;
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  static const char *const kinds[] = {"string", "bytes", "dict", "get"};
  while (strcmp(argv[3], kinds[kind]) != 0) {
    if (kind++ == GET) return 2;
  }
  destination = argv[2];
  for (int index = 0; index < ENTRIES; index++) snprintf(keys[index], sizeof keys[index], "Property%d", index);
  bus = connect_to(argv[1]);
  run(100, 1);
  printf("%.9f\n", run(atol(argv[5]), atol(argv[4])));
  return 0;
}
