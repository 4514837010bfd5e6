/* Writing samples; see exposition.h. */
#include "serve/exposition.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/ctx.h"

#define LABELS_MAX 4

static void put_escaped(struct li_buf *buf, struct li_str text, bool quotes)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\n') {
            li_buf_text(buf, "\\n");
            continue;
        }
        if (c == '\\' || (quotes && c == '"')) {
            li_buf_char(buf, '\\');
        }
        li_buf_char(buf, c);
    }
}

void li_expose_family(struct li_buf *buf, const char *name, const char *type, const char *help)
{
    li_buf_fmt(buf, "# HELP %s ", name);
    put_escaped(buf, li_str(help), false);
    li_buf_fmt(buf, "\n# TYPE %s %s\n", name, type);
}

static void put_name(struct li_buf *buf, const char *name, const char *suffix,
                     const struct li_label *labels, size_t label_count)
{
    li_buf_fmt(buf, "%s%s", name, suffix);
    for (size_t i = 0; i < label_count; i++) {
        li_buf_fmt(buf, "%c%s=\"", i ? ',' : '{', labels[i].name);
        put_escaped(buf, labels[i].value, true);
        li_buf_char(buf, '"');
    }
    li_buf_text(buf, label_count ? "} " : " ");
}

void li_expose_int(struct li_buf *buf, const char *name, const struct li_label *labels,
                   size_t label_count, int64_t value)
{
    put_name(buf, name, "", labels, label_count);
    li_buf_fmt(buf, "%" PRId64 "\n", value);
}

void li_expose_real(struct li_buf *buf, const char *name, const struct li_label *labels,
                    size_t label_count, double value)
{
    put_name(buf, name, "", labels, label_count);
    li_buf_fmt(buf, "%.15g\n", value);
}

/* The count is summed from the buckets, so that it agrees with the last of them
 * whatever is added meanwhile. */
void li_expose_meter(struct li_buf *buf, const char *name, const struct li_label *labels,
                     size_t label_count, const struct li_meter *meter,
                     const struct li_bounds *bounds, double unit)
{
    struct li_label all[LABELS_MAX + 1];
    int64_t sum = 0;

    li_assert(label_count <= LABELS_MAX);
    for (size_t i = 0; i < label_count; i++) {
        all[i] = labels[i];
    }
    for (int i = 0; i <= bounds->count; i++) {
        char end[32];
        snprintf(end, sizeof(end), "%.15g", (double)bounds->ends[i % bounds->count] / unit);
        all[label_count] = (struct li_label){"le", i < bounds->count ? li_str(end) : LI_S("+Inf")};
        sum += li_counted(&meter->counts[i]);
        put_name(buf, name, "_bucket", all, label_count + 1);
        li_buf_fmt(buf, "%" PRId64 "\n", sum);
    }
    put_name(buf, name, "_sum", labels, label_count);
    li_buf_fmt(buf, "%.15g\n", (double)li_counted(&meter->sum) / unit);
    put_name(buf, name, "_count", labels, label_count);
    li_buf_fmt(buf, "%" PRId64 "\n", sum);
}

void li_expose_counter(struct li_buf *buf, const char *name, const char *help, int64_t value)
{
    li_expose_family(buf, name, "counter", help);
    li_expose_int(buf, name, NULL, 0, value);
}

void li_expose_gauge(struct li_buf *buf, const char *name, const char *help, double value)
{
    li_expose_family(buf, name, "gauge", help);
    li_expose_real(buf, name, NULL, 0, value);
}
