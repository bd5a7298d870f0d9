/** service ADDRESS: the peer of all callers. Sends back what it gets, and has a property. */
#include "bench.h"

static int echo_string(sd_bus_message *call, void *data, sd_bus_error *error) {
  (void)data, (void)error;
  const char *text;
  check(sd_bus_message_read(call, "s", &text), "read");
  return sd_bus_reply_method_return(call, "s", text);
}

static int echo_bytes(sd_bus_message *call, void *data, sd_bus_error *error) {
  (void)data, (void)error;
  const void *bytes;
  size_t size;
  sd_bus_message *reply = NULL;
  check(sd_bus_message_read_array(call, 'y', &bytes, &size), "read");
  check(sd_bus_message_new_method_return(call, &reply), "reply");
  check(sd_bus_message_append_array(reply, 'y', bytes, size), "append");
  int result = sd_bus_send(NULL, reply, NULL);
  sd_bus_message_unref(reply);
  return result;
}

static int echo_dict(sd_bus_message *call, void *data, sd_bus_error *error) {
  (void)data, (void)error;
  sd_bus_message *reply = NULL;
  check(sd_bus_message_new_method_return(call, &reply), "reply");
  check(sd_bus_message_copy(reply, call, 1), "copy");
  int result = sd_bus_send(NULL, reply, NULL);
  sd_bus_message_unref(reply);
  return result;
}

static const char *const property = "a short string";

static const sd_bus_vtable members[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("EchoString", "s", "s", echo_string, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("EchoBytes", "ay", "ay", echo_bytes, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("EchoDict", "a{sv}", "a{sv}", echo_dict, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("Text", "s", NULL, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END,
};

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  sd_bus *bus = connect_to(argv[1]);
  check(sd_bus_add_object_vtable(bus, NULL, SERVICE_PATH, INTERFACE, members, (void *)&property), "vtable");
  check(sd_bus_request_name(bus, NAME, 0), "name");
  puts("ready");
  fflush(stdout);
  for (;;) work(bus);
}
