/* One request to the gateway; see gateway.h. */
#include "work/gateway.h"

#include <curl/curl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/sys.h"

#define CONNECT_MS 5000L
#define ANSWER_MS  15000L
#define HEADER_MAX 160

/* ---- where ------------------------------------------------------------------------------- */

/* What is not encrypted does not leave this machine: a message holds a number. */
static bool is_here(struct li_str url)
{
    static const char *const here[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};

    for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
        size_t len = strlen(here[i]);
        if (li_str_starts(url, li_str(here[i])) &&
            (url.len == len || url.ptr[len] == ':' || url.ptr[len] == '/')) {
            return true;
        }
    }
    return false;
}

static int check_url(struct li_ctx *ctx, const char *url)
{
    bool secure = li_str_starts(li_str(url), LI_S("https://")) && strlen(url) > 8;

    if ((!secure && !is_here(li_str(url))) || strpbrk(url, " \"'<>@#")) {
        return LI_FAIL(ctx, LI_E_USAGE,
                       "--messages is an address like https://sms.example/send; http:// only to "
                       "this machine, and no name or password in it");
    }
    return 0;
}

int li_gateway_read(struct li_ctx *ctx, const char *url, const char *file, struct li_gateway *ret)
{
    static const struct li_str prefix = LI_S_INIT("whsec_");
    struct li_gateway gateway = {.url = url};
    struct li_str text;
    int r;

    if (!url && !file) {
        *ret = gateway;
        return 0;
    }
    if (!url || !file) {
        return LI_FAIL(ctx, LI_E_USAGE, "--messages and --messages-secret go together");
    }
    r = check_url(ctx, url);
    r = r ? r : li_file_read(ctx, file, 4096, &text);
    if (r) {
        return r;
    }
    text = li_str_trim(text);
    if (!li_str_starts(text, prefix) ||
        sodium_base642bin(gateway.secret, sizeof(gateway.secret), text.ptr + prefix.len,
                          text.len - prefix.len, NULL, &gateway.secret_len, NULL,
                          sodium_base64_VARIANT_ORIGINAL) ||
        gateway.secret_len < LI_GATEWAY_SECRET_MIN) {
        return LI_FAIL(ctx, LI_E_USAGE,
                       "--messages-secret is a file with whsec_ and 24 to 64 bytes in base64");
    }
    *ret = gateway;
    return 0;
}

/* ---- what is sent ------------------------------------------------------------------------ */

void li_gateway_sign(const struct li_gateway *gateway, const char *id, int64_t second,
                     struct li_str body, char ret[LI_GATEWAY_SIGNED])
{
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    char head[HEADER_MAX];
    int len = snprintf(head, sizeof(head), "%s.%lld.", id, (long long)second);

    li_assert(len > 0 && (size_t)len < sizeof(head));
    crypto_auth_hmacsha256_init(&state, gateway->secret, gateway->secret_len);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)head, (size_t)len);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)body.ptr, body.len);
    crypto_auth_hmacsha256_final(&state, mac);
    memcpy(ret, "v1,", 3);
    sodium_bin2base64(ret + 3, LI_GATEWAY_SIGNED - 3, mac, sizeof(mac),
                      sodium_base64_VARIANT_ORIGINAL);
}

static struct curl_slist *headers_of(const struct li_gateway *gateway, const char *id,
                                     int64_t second, struct li_str body)
{
    char lines[3][HEADER_MAX], sign[LI_GATEWAY_SIGNED];
    const char *all[] = {"Content-Type: application/json", "Expect:", lines[0], lines[1], lines[2]};
    struct curl_slist *list = NULL;

    li_gateway_sign(gateway, id, second, body, sign);
    snprintf(lines[0], HEADER_MAX, "webhook-id: %s", id);
    snprintf(lines[1], HEADER_MAX, "webhook-timestamp: %lld", (long long)second);
    snprintf(lines[2], HEADER_MAX, "webhook-signature: %s", sign);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        struct curl_slist *more = curl_slist_append(list, all[i]);
        if (!more) {
            curl_slist_free_all(list);
            return NULL;
        }
        list = more;
    }
    return list;
}

static size_t pass_over(char *bytes, size_t size, size_t count, void *arg)
{
    (void)bytes;
    (void)arg;
    return size * count;
}

static void start_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

int li_gateway_post(struct li_ctx *ctx, const struct li_gateway *gateway, const char *id,
                    int64_t second, struct li_str body, long *ret_status)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct curl_slist *headers;
    CURL *curl;
    long status = 0;

    pthread_once(&once, start_curl);
    curl = curl_easy_init();
    headers = curl ? headers_of(gateway, id, second, body) : NULL;
    if (!headers) {
        curl_easy_cleanup(curl);
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a message");
    }
    curl_easy_setopt(curl, CURLOPT_URL, gateway->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    if (is_here(li_str(gateway->url))) {
        curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* whatever the environment says */
    }
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, ANSWER_MS);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.ptr);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, pass_over);
    if (curl_easy_perform(curl) == CURLE_OK) {
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    *ret_status = status;
    return 0;
}
