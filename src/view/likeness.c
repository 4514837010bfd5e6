/* How much two texts say the same; see likeness.h. */
#include "view/likeness.h"

#define GAP 0 /* between two passages */

int li_likeness_of(struct li_ctx *ctx, struct li_str text, struct li_likeness *ret)
{
    struct li_str folded;
    size_t at = 0;
    int r = li_utf8_fold(ctx, text, &folded);

    if (r) {
        return r;
    }
    ret->count = 0;
    while (at < folded.len && ret->count < LI_LIKENESS) {
        int32_t point = li_utf8_next(folded, &at);
        if (point < 0) {
            break;
        }
        if (!li_utf8_is_word(point)) {
            point = GAP;
        }
        if (point != GAP || (ret->count && ret->points[ret->count - 1] != GAP)) {
            ret->points[ret->count++] = point;
        }
    }
    return 0;
}

static bool is_pair(const struct li_likeness *text, size_t at)
{
    return text->points[at] != GAP && text->points[at + 1] != GAP;
}

static bool has_pair(const struct li_likeness *text, int32_t first, int32_t second)
{
    for (size_t i = 0; i + 1 < text->count; i++) {
        if (text->points[i] == first && text->points[i + 1] == second) {
            return true;
        }
    }
    return false;
}

int li_likeness_share(const struct li_likeness *a, const struct li_likeness *b)
{
    const struct li_likeness *shorter = a->count <= b->count ? a : b, *other = shorter == a ? b : a;
    int pairs = 0, shared = 0;

    for (size_t i = 0; i + 1 < shorter->count; i++) {
        if (is_pair(shorter, i)) {
            pairs++;
            shared += has_pair(other, shorter->points[i], shorter->points[i + 1]);
        }
    }
    return pairs ? shared * 100 / pairs : 0;
}

/* UTF-8 of some code points. */
static int text_of(struct li_ctx *ctx, const int32_t *points, size_t count, struct li_str *ret)
{
    char *bytes = li_alloc(ctx, 4 * count + 1);
    size_t len = 0;

    if (!bytes) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t point = (uint32_t)points[i];
        if (point < 0x80) {
            bytes[len++] = (char)point;
        } else if (point < 0x800) {
            bytes[len++] = (char)(0xC0 | point >> 6);
            bytes[len++] = (char)(0x80 | (point & 0x3F));
        } else if (point < 0x10000) {
            bytes[len++] = (char)(0xE0 | point >> 12);
            bytes[len++] = (char)(0x80 | (point >> 6 & 0x3F));
            bytes[len++] = (char)(0x80 | (point & 0x3F));
        } else {
            bytes[len++] = (char)(0xF0 | point >> 18);
            bytes[len++] = (char)(0x80 | (point >> 12 & 0x3F));
            bytes[len++] = (char)(0x80 | (point >> 6 & 0x3F));
            bytes[len++] = (char)(0x80 | (point & 0x3F));
        }
    }
    *ret = li_str_n(bytes, len);
    return 0;
}

int li_likeness_passage(struct li_ctx *ctx, const struct li_likeness *a,
                        const struct li_likeness *b, struct li_str *ret)
{
    uint8_t above[LI_LIKENESS + 1] = {0}, here[LI_LIKENESS + 1];
    size_t best = 0, end = 0;

    for (size_t i = 0; i < a->count; i++) {
        here[0] = 0;
        for (size_t k = 0; k < b->count; k++) {
            bool same = a->points[i] == b->points[k] && a->points[i] != GAP;
            here[k + 1] = same ? (uint8_t)(above[k] + 1) : 0;
            if (here[k + 1] > best) {
                best = here[k + 1];
                end = i + 1;
            }
        }
        memcpy(above, here, sizeof(here));
    }
    if (best < 3) {
        *ret = LI_S("");
        return 0;
    }
    return text_of(ctx, a->points + end - best, best, ret);
}
