/* SPDX-License-Identifier: Apache-2.0 */
/* site.h - what the cases ask for, on the simulation and, as a module, on the real server:
     /            "hello"
     /say         the method, path, query and host as the server understood them
     /echo        the request's body and its trailer fields
     /stream      a body without a length, and a trailer field X-Sum
     /sized       a body that is written bit by bit, with its length announced
     /status/NNN  that status and nothing else
   and, on routes with methods of their own, /get (GET) and /own (PROPFIND, TRACE): "hello". */
#ifndef TENON_TESTS_HTTP1_SITE_H
#define TENON_TESTS_HTTP1_SITE_H
#include <tenon/module.h>

#include <string.h>

typedef struct http1_text {
  char bytes[4096];
  size_t size;
} http1_text;

static void http1_add(http1_text* text, tenon_str more) {
  if (more.len > sizeof text->bytes - text->size) more.len = sizeof text->bytes - text->size;
  if (more.len != 0) memcpy(text->bytes + text->size, more.ptr, more.len);
  text->size += more.len;
}

static int http1_is(tenon_str text, const char* wanted) {
  return text.len == strlen(wanted) && memcmp(text.ptr, wanted, text.len) == 0;
}

static tenon_buf http1_buf(const char* text) {
  const tenon_buf result = {text, strlen(text)};
  return result;
}

static tenon_verdict http1_done(tenon_status status) {
  return status == TENON_OK ? TENON_FINISHED : TENON_FAILED;
}

static tenon_verdict http1_say(
    const tenon_host* host, tenon_req* request, const tenon_req_info* info
) {
  http1_text text;
  const tenon_str space = {" ", 1};
  tenon_buf body;
  text.size = 0;
  http1_add(&text, info->method);
  http1_add(&text, space);
  http1_add(&text, info->path);
  http1_add(&text, space);
  http1_add(&text, info->query);
  http1_add(&text, space);
  http1_add(&text, info->host);
  body.ptr = text.bytes;
  body.len = text.size;
  return http1_done(host->respond(request, 200, NULL, 0, body));
}

static tenon_verdict http1_echo(const tenon_host* host, tenon_req* request) {
  const tenon_header* trailers = NULL;
  size_t n_trailers = 0;
  tenon_buf body;
  if (host->body(request, &body) != TENON_OK) return TENON_FAILED;
  if (host->headers(request, TENON_REQUEST_TRAILERS, &trailers, &n_trailers) != TENON_OK) {
    n_trailers = 0;
  }
  return http1_done(host->respond(request, 200, trailers, n_trailers, body));
}

/* The rest of a body; at once where its length was announced, else when the head is out, so that
   the kernel cannot know the length beforehand. */
static tenon_verdict http1_write_rest(const tenon_host* host, tenon_req* request) {
  const tenon_header sum = {TENON_LIT("X-Sum"), TENON_LIT("42"), 0, 0};
  const tenon_buf rest = http1_buf("second");
  if (host->write(request, &rest, 1, NULL, NULL) < 0) return TENON_FAILED;
  return http1_done(host->finish(request, &sum, 1));
}

static tenon_verdict TENON_CALL
http1_go_on(void* instance, tenon_req* request, const tenon_req_info* info, void* host) {
  (void)instance;
  (void)info;
  return http1_write_rest((const tenon_host*)host, request);
}

static tenon_verdict http1_stream(const tenon_host* host, tenon_req* request, int64_t length) {
  const tenon_buf first = http1_buf("first,");
  if (host->start(request, 200, NULL, 0, length) != TENON_OK) return TENON_FAILED;
  if (host->write(request, &first, 1, NULL, NULL) < 0) return TENON_FAILED;
  if (length >= 0) return http1_write_rest(host, request);
  if (host->want(request, TENON_WANT_WRITABLE, http1_go_on, (void*)host) != TENON_OK) {
    return TENON_FAILED;
  }
  return TENON_PENDING;
}

static tenon_verdict http1_status(const tenon_host* host, tenon_req* request, const char* digits) {
  const tenon_buf nothing = {NULL, 0};
  const int32_t status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
  return http1_done(host->respond(request, status, NULL, 0, nothing));
}

static tenon_verdict http1_answer(
    const tenon_host* host, tenon_req* request, const tenon_req_info* info
) {
  const tenon_str path = info->path;
  if (http1_is(path, "/say")) return http1_say(host, request, info);
  if (http1_is(path, "/echo")) return http1_echo(host, request);
  if (http1_is(path, "/stream")) return http1_stream(host, request, -1);
  if (http1_is(path, "/sized")) return http1_stream(host, request, 12);
  if (path.len == 11 && memcmp(path.ptr, "/status/", 8) == 0) {
    return http1_status(host, request, path.ptr + 8);
  }
  if (http1_is(path, "/") || http1_is(path, "/get") || http1_is(path, "/own")) {
    return http1_done(host->respond(request, 200, NULL, 0, http1_buf("hello")));
  }
  return TENON_NEXT;
}

#endif
