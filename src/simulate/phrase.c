/*
 * Phrases: what people say, put together from tables (data/simulate/phrases.yaml).
 *
 * A text may hold {a.b}, which is a text of that list in turn, and {2-9}, a number.
 * The tables are the language; here is only how they are read.
 */
#include "base/asset.h"
#include "base/buf.h"
#include "base/node.h"
#include "simulate/inside.h"

#define FILE_NAME "data/simulate/phrases.yaml"
#define DEPTH     8

int li_phrases_read(struct li_ctx *ctx, const struct li_node **ret)
{
    const struct li_asset *asset = li_asset_find(LI_S(FILE_NAME));
    struct li_node *tree;
    int r;

    li_assert(asset);
    r = li_yaml_read(ctx, FILE_NAME, asset->bytes, &tree);
    if (r == 0) {
        *ret = tree;
    }
    return r;
}

struct speech {
    struct li_ctx *ctx;
    const struct li_node *phrases;
    struct li_dice *dice;
    struct li_buf *buf;
};

static const struct li_node *list_at(const struct speech *speech, struct li_str path)
{
    const struct li_node *node = speech->phrases;

    while (path.len > 0 && node) {
        node = li_node_get_str(node, li_str_cut(&path, '.'));
    }
    return node && node->kind == LI_LIST && node->list.count > 0 ? node : NULL;
}

static int say(struct speech *speech, struct li_str path, int depth);

/* What stands between braces: a range or a path. */
static int fill(struct speech *speech, struct li_str slot, int depth)
{
    struct li_str rest = slot, low = li_str_cut(&rest, '-');
    int64_t from, to;

    if (li_str_to_i64(low, &from) && li_str_to_i64(rest, &to) && from <= to) {
        li_buf_i64(speech->buf, li_dice_between(speech->dice, from, to));
        return 0;
    }
    return say(speech, slot, depth + 1);
}

static int say(struct speech *speech, struct li_str path, int depth)
{
    const struct li_node *list = list_at(speech, path);
    struct li_str text;
    int r = 0;

    if (!list || depth > DEPTH) {
        return LI_FAIL(speech->ctx, LI_E_INTERNAL, "%s says nothing at %.*s", FILE_NAME,
                       LI_P(path));
    }
    text = list->list.items[li_dice_roll(speech->dice) % list->list.count]->text;
    while (r == 0 && text.len > 0) {
        ptrdiff_t open = li_str_find(text, '{');
        size_t plain = open < 0 ? text.len : (size_t)open;
        li_buf_add(speech->buf, text.ptr, plain);
        text = li_str_n(text.ptr + plain, text.len - plain);
        if (text.len > 0) {
            struct li_str slot = li_str_cut(&text, '}');
            r = fill(speech, li_str_n(slot.ptr + 1, slot.len - 1), depth);
        }
    }
    return r;
}

int li_phrase_say(struct li_ctx *ctx, const struct li_node *phrases, const char *path,
                  struct li_dice *dice, struct li_str *ret)
{
    struct speech speech = {.ctx = ctx, .phrases = phrases, .dice = dice};
    int r;

    speech.buf = li_buf_new(ctx, 16384);
    r = speech.buf ? say(&speech, li_str(path), 0) : -LI_E_NOMEM;
    r = r ? r : li_buf_check(ctx, speech.buf);
    if (r == 0) {
        *ret = li_buf_view(speech.buf);
    }
    return r;
}
