/*
 * Photos: a small picture, made here, put up the way a resident's would be after
 * `linli picture` has made it anew.
 *
 * A baseline JPEG of grey blocks, written by hand: two Huffman codes of one bit are
 * enough for a step of brightness and "nothing more in this block" (ITU-T T.81).
 */
#include "record/photo.h"
#include "base/buf.h"
#include "base/id.h"
#include "simulate/inside.h"

#define SIDE 8 /* pixels of a block */

/* Entropy-coded bits; a 0xff byte is followed by 0x00. */
struct bits {
    struct li_buf *buf;
    unsigned held, count;
};

static void put_bits(struct bits *bits, unsigned value, unsigned count)
{
    while (count-- > 0) {
        bits->held = bits->held << 1 | (value >> count & 1);
        if (++bits->count == 8) {
            li_buf_char(bits->buf, (char)bits->held);
            if (bits->held == 0xff) {
                li_buf_char(bits->buf, 0);
            }
            bits->held = bits->count = 0;
        }
    }
}

static void put_header(struct li_buf *buf, unsigned width, unsigned height)
{
    static const unsigned char begin[] = {0xff, 0xd8, 0xff, 0xdb, 0, 67, 0};
    const unsigned char frame[] = {
        0xff, 0xc0, 0, 11, 8, 0, (unsigned char)height, 0, (unsigned char)width, 1, 1, 0x11, 0};
    /* DC: differences of five bits; AC: end of block */
    static const unsigned char tables[] = {
        0xff, 0xc4, 0, 20, 0x00, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5,
        0xff, 0xc4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    static const unsigned char scan[] = {0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0};

    li_buf_add(buf, begin, sizeof(begin));
    for (int i = 0; i < 64; i++) {
        li_buf_char(buf, 16);
    }
    li_buf_add(buf, frame, sizeof(frame));
    li_buf_add(buf, tables, sizeof(tables));
    li_buf_add(buf, scan, sizeof(scan));
}

/* Grey that goes up and down by 16 to 31 steps a block and stays in the middle. */
static struct li_str draw(struct li_ctx *ctx, unsigned width, unsigned height, uint64_t pattern)
{
    struct li_buf *buf = li_buf_new(ctx, 65536);
    struct bits bits = {.buf = buf};
    int level = 0;

    if (!buf) {
        return (struct li_str){0};
    }
    put_header(buf, width, height);
    for (unsigned i = 0; i < width / SIDE * (height / SIDE); i++) {
        unsigned step = 16 + (unsigned)(pattern >> (i % 15 * 4) & 15);
        bool up = level < 0;
        level += up ? (int)step : -(int)step;
        put_bits(&bits, 0, 1);
        put_bits(&bits, up ? step : 31 - step, 5);
        put_bits(&bits, 0, 1);
    }
    put_bits(&bits, 0x7f, bits.count ? 8 - bits.count : 0);
    li_buf_add(buf, "\xff\xd9", 2);
    return buf->error ? (struct li_str){0} : li_buf_view(buf);
}

static int put_up(struct li_sim *sim, int64_t tenant, struct li_upload *upload, uint64_t pattern)
{
    struct li_str full = draw(&sim->ctx, 64, 48, pattern);
    struct li_str thumb = draw(&sim->ctx, 32, 24, pattern);
    int r = full.ptr && thumb.ptr ? 0 : -LI_E_NOMEM;

    r = r ? r : li_blob_put(&sim->ctx, sim->house->blobs, tenant, full, &upload->full);
    r = r ? r : li_blob_put(&sim->ctx, sim->house->blobs, tenant, thumb, &upload->thumb);
    upload->width = 64;
    upload->height = 48;
    upload->bytes = (int64_t)full.len;
    return r;
}

int li_sim_photo(struct li_sim *sim, int64_t tenant, struct li_dice *dice, struct li_str *ret)
{
    static const struct li_viewer anyone = {.kind = LI_VIEWER_ANYONE};
    struct li_upload upload = {0};
    struct li_job job = {
        .tenant = tenant, .command = &li_upload_put, .args = &upload, .viewer = &anyone};
    uint64_t pattern = li_dice_roll(dice);
    char text[LI_BASE32_SIZE(16)];
    int status = 0, r;

    li_assert(sim->house->blobs);
    li_dice_token(dice, upload.token);
    r = put_up(sim, tenant, &upload, pattern);
    r = r ? r : li_sim_submit(sim, &job, pattern, &status);
    if (r == -LI_E_UNIQUE && sim->trouble) {
        li_ctx_clear(&sim->ctx); /* it was put up before the trouble, and nobody was told */
        r = 0;
    }
    if (r || status) {
        return r ? r : LI_FAIL(&sim->ctx, LI_E_INTERNAL, "a photo was refused");
    }
    sim->figures.photos++;
    li_base32(upload.token, sizeof(upload.token), text);
    *ret = li_str_dup(&sim->ctx, li_str(text));
    return ret->ptr ? 0 : -LI_E_NOMEM;
}
