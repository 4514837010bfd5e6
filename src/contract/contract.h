/*
 * The contract, executed.
 *
 * api/openapi.yaml is compiled at start: routes, gates (x-allow), parameters,
 * bodies, replies.  The server serves an operation only through what stands
 * here.  Nothing here knows HTTP's wire or the handlers: `serve` binds them by
 * operationId and compares both lists.
 */
#ifndef LI_CONTRACT_CONTRACT_H
#define LI_CONTRACT_CONTRACT_H

#include "contract/schema.h"

enum li_method { LI_GET, LI_HEAD, LI_POST, LI_PUT, LI_PATCH, LI_DELETE, LI_OPTIONS, LI_METHODS };

/* HEAD is answered by GET's operation.  OPTIONS by the server: routing it gives
 * -LI_E_METHOD with `allowed` set, like any method that a path does not have. */
enum li_method li_method_of(const char *name); /* LI_METHODS when unknown */

enum li_media {
    LI_MEDIA_NONE,
    LI_MEDIA_JSON,
    LI_MEDIA_FORM,
    LI_MEDIA_MULTIPART,
    LI_MEDIA_HTML,
    LI_MEDIA_TEXT,
    LI_MEDIA_XML,
    LI_MEDIA_ANY
};
/* By a Content-Type (parameters and case do not count): empty is NONE, "…+json"
 * JSON, "…+xml" XML, other "text/…" TEXT, everything else ANY. */
enum li_media li_media_of(struct li_str content_type);

/* Who may call (the first gate). */
enum li_allow { LI_ALLOW_ANYONE, LI_ALLOW_SIGNED_IN, LI_ALLOW_POST };

enum li_place { LI_IN_PATH, LI_IN_QUERY, LI_IN_HEADER };

struct li_parameter {
    struct li_str name;
    enum li_place place;
    bool required;
    const struct li_schema *schema;
};

struct li_operation {
    struct li_str id; /* operationId */
    int index;        /* 0-based place in the contract */
    enum li_method method;
    struct li_str path; /* the template */
    enum li_allow allow;
    const struct li_str *posts; /* x-allow: [post:desk, …] */
    size_t post_count;
    bool open; /* x-open: for programs of other sites: any origin, no session; what they add to
                  the query is passed over, and what they leave empty is not there */
    const struct li_parameter *parameters; /* those of the path first, in its order */
    size_t parameter_count;
    const struct li_schema *parameter_map; /* all of them as one map by name */
    size_t body_limit;                     /* bytes; x-body-limit, else 64 KiB; 0 without a body */
    bool body_required;
    const struct li_schema *body_json; /* NULL: that media type is not accepted */
    const struct li_schema *body_form;
    const struct li_schema *body_multipart;
    const struct li_reply *replies;
    size_t reply_count;
};

struct li_reply {
    int status; /* 0: "default", every status that is not listed */
    enum li_media media;
    const struct li_schema *schema; /* JSON only, may be NULL */
};

#define LI_PATH_PARAMETERS 4

struct li_match {
    const struct li_operation *operation;
    struct li_str values[LI_PATH_PARAMETERS]; /* raw, undecoded, in order of the template */
    unsigned allowed;                         /* bit per enum li_method, set when the path exists */
};

struct li_contract;

/* Compiles; everything lives in ctx's arena (kept for the life of the process).
 * -LI_E_INVALID / -LI_E_SYNTAX with name:line:column. */
int li_contract_load(struct li_ctx *ctx, const char *name, struct li_str yaml,
                     struct li_contract **ret) LI_MUST_CHECK;
size_t li_contract_count(const struct li_contract *contract);
const struct li_operation *li_contract_operation(const struct li_contract *contract, size_t index);
const struct li_operation *li_contract_find(const struct li_contract *contract, struct li_str id);
const struct li_schemas *li_contract_schemas(const struct li_contract *contract);

/*
 * The operation of a method and a path (without query).  Literal segments win
 * over templates; "{name}.json" style suffixes are literals within a segment.
 * 0, -LI_E_NOT_FOUND, or -LI_E_METHOD with ret->allowed set.  Quiet (tells
 * nothing): the router says it.
 */
int li_contract_route(const struct li_contract *contract, enum li_method method, struct li_str path,
                      struct li_match *ret);

/* Where parameters come from; header() returns an empty slice when absent. */
struct li_request_source {
    struct li_str query; /* raw, without '?' */
    struct li_str (*header)(void *arg, const char *name);
    void *arg;
};
/* Decoded, coerced and checked parameters as one map by name (headers by their
 * contract name).  Unknown query parameters are faults.  -LI_E_INVALID (faults
 * at "/parameters/NAME"), -LI_E_SYNTAX. */
int li_operation_parameters(struct li_ctx *ctx, const struct li_match *match,
                            const struct li_request_source *source,
                            struct li_node **ret) LI_MUST_CHECK;

/* Reads and checks a body.  A file of a multipart body is a text of its bytes, where
 * the schema says `format: binary`; no other text holds anything but UTF-8.  Files
 * are slices of `bytes`.  -LI_E_MEDIA, -LI_E_SYNTAX, -LI_E_INVALID, or
 * -LI_E_LIMIT.  *ret is NULL when there is none and none is required. */
int li_operation_body(struct li_ctx *ctx, const struct li_operation *operation,
                      struct li_str content_type, struct li_str bytes,
                      struct li_node **ret) LI_MUST_CHECK;

/* Whether a reply keeps the contract: the status is listed, the media type is
 * one of its, a JSON body fits its schema.  0 or -LI_E_INVALID. */
int li_operation_reply_check(struct li_ctx *ctx, const struct li_operation *operation, int status,
                             enum li_media media, struct li_str body) LI_MUST_CHECK;

#endif
