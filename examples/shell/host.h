/* What the application offers to its guests: the module `host`. */
#ifndef SHELL_HOST_H
#define SHELL_HOST_H

#include <stdint.h>

#define FROM_HOST(name) __attribute__((import_module("host"), import_name(#name)))

/* Every parameter and response is at least one byte long and at most this. */
enum { HOST_LIMIT = 1024 };

/* Appends to the list of counts that every session shares. */
FROM_HOST(host_add) void host_add(int32_t count);

/* The sum of that list, 0 when it is empty. */
FROM_HOST(host_sum) int32_t host_sum(void);

/* Writes the value of a key, or an error text, into the response; returns the bytes written, 0 when it could not. */
FROM_HOST(host_kv_get)
int32_t host_kv_get(const char *key, uint32_t key_length, char *response, uint32_t response_length);

/* Sets a key; writes `ok`, or an error text, into the response; returns the bytes written, 0 when it could not. */
FROM_HOST(host_kv_set)
int32_t host_kv_set(const char *key, uint32_t key_length, const char *value, uint32_t value_length,
                    char *response, uint32_t response_length);

#endif
