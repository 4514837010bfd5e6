/* A QR code as a bitmap; see inside.h. */
#include <errno.h>
#include <qrencode.h>

#include "paper/inside.h"

#define QUIET 4  /* light modules around it, which readers want */
#define PIXEL 6  /* of a module */
#define HEAD  62 /* bytes before the rows: file header, picture header, two colours */

static void put(char *at, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        at[i] = (char)(value >> 8 * i);
    }
}

static void put_head(char *at, uint32_t size, uint32_t side)
{
    memcpy(at, "BM", 2);
    put(at + 2, size, 4);
    put(at + 10, HEAD, 4);
    put(at + 14, 40, 4);
    put(at + 18, side, 4);
    put(at + 22, side, 4);
    put(at + 26, 1, 2);
    put(at + 28, 1, 2);
    put(at + 34, size - HEAD, 4);
    put(at + 46, 2, 4);
    put(at + 58, 0xffffff, 4); /* colour 0 is black, 1 is white */
}

static bool is_dark(const QRcode *code, uint32_t x, uint32_t y)
{
    uint32_t width = (uint32_t)code->width;

    x = x / PIXEL - QUIET; /* what lies before the first module wraps, and is light */
    y = y / PIXEL - QUIET;
    return x < width && y < width && (code->data[y * width + x] & 1);
}

int li_paper_qr(struct li_ctx *ctx, struct li_str text, struct li_str *ret)
{
    QRcode *code =
        QRcode_encodeData((int)text.len, (const unsigned char *)text.ptr, 0, QR_ECLEVEL_Q);
    uint32_t side, row, size;
    char *bytes;

    if (!code) {
        return LI_FAIL(ctx, errno == ENOMEM ? LI_E_NOMEM : LI_E_LIMIT, "%zu bytes for a QR code",
                       text.len);
    }
    side = ((uint32_t)code->width + 2 * QUIET) * PIXEL;
    row = (side + 31) / 32 * 4;
    size = HEAD + row * side;
    bytes = li_alloc(ctx, size);
    if (bytes) {
        put_head(bytes, size, side);
    }
    for (uint32_t y = 0; bytes && y < side; y++) { /* rows stand from the bottom up */
        char *line = bytes + HEAD + (size_t)row * (side - 1 - y);
        for (uint32_t x = 0; x < side; x++) {
            if (!is_dark(code, x, y)) {
                line[x / 8] = (char)(line[x / 8] | 0x80 >> x % 8);
            }
        }
    }
    QRcode_free(code);
    if (!bytes) {
        return -LI_E_NOMEM;
    }
    *ret = li_str_n(bytes, size);
    return 0;
}
