/* QR codes as SVG; see matrix.h. */
#include "serve/page/matrix.h"

#include <errno.h>
#include <qrencode.h>

#include "base/buf.h"

#define QUIET 4

static void put_row(struct li_buf *buf, const unsigned char *row, int width, int y)
{
    for (int x = 0; x < width; x++) {
        int from = x;
        while (x < width && row[x] & 1) {
            x++;
        }
        if (x > from) {
            li_buf_fmt(buf, "M%d %d.5h%d", from + QUIET, y + QUIET, x - from);
        }
    }
}

int li_matrix_path(struct li_ctx *ctx, struct li_str text, struct li_str *ret_path, int *ret_size)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    QRcode *code;
    int r;

    if (!buf) {
        return -LI_E_NOMEM;
    }
    code = QRcode_encodeData((int)text.len, (const unsigned char *)text.ptr, 0, QR_ECLEVEL_Q);
    if (!code) {
        return errno == ENOMEM ? LI_FAIL(ctx, LI_E_NOMEM, "no memory for a QR code")
                               : LI_FAIL(ctx, LI_E_LIMIT, "%zu bytes for a QR code", text.len);
    }
    for (int y = 0; y < code->width; y++) {
        put_row(buf, code->data + (size_t)y * (size_t)code->width, code->width, y);
    }
    *ret_size = code->width + 2 * QUIET;
    QRcode_free(code);
    r = li_buf_check(ctx, buf);
    if (r == 0) {
        *ret_path = li_buf_view(buf);
    }
    return r;
}
