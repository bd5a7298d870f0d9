/** What the programs of the benchmark share: names, a bus to work on, time. */
#pragma once
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <systemd/sd-bus.h>
#include <time.h>

#define NAME "org.example.Bench"
#define INTERFACE "org.example.Bench"
#define SERVICE_PATH "/org/example/Bench"

static inline int check(int result, const char *what) {
  if (result >= 0) return result;
  fprintf(stderr, "%s: %s\n", what, strerror(-result));
  exit(1);
}

static inline double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/** Seconds of processor time that this process has used. */
static inline double used(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static inline sd_bus *connect_to(const char *address) {
  sd_bus *bus = NULL;
  check(sd_bus_new(&bus), "sd_bus_new");
  check(sd_bus_set_address(bus, address), "address");
  check(sd_bus_set_bus_client(bus, 1), "bus client");
  check(sd_bus_start(bus), "start");
  const char *name;
  check(sd_bus_get_unique_name(bus, &name), "Hello");
  return bus;
}

/** Works on one thing that has arrived, or waits for one. */
static inline void work(sd_bus *bus) {
  if (check(sd_bus_process(bus, NULL), "process") == 0) check(sd_bus_wait(bus, UINT64_MAX), "wait");
}
