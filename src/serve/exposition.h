/*
 * Prometheus' text format 0.0.4: one family after the other, each with its HELP and
 * TYPE, then its samples.  Values of labels are escaped here; names are ours.
 */
#ifndef LI_SERVE_EXPOSITION_H
#define LI_SERVE_EXPOSITION_H

#include "base/buf.h"
#include "base/meter.h"

/* Begins a family: type "counter", "gauge" or "histogram". */
void li_expose_family(struct li_buf *buf, const char *name, const char *type, const char *help);

struct li_label {
    const char *name;
    struct li_str value;
};
/* One sample of the family begun last. */
void li_expose_int(struct li_buf *buf, const char *name, const struct li_label *labels,
                   size_t label_count, int64_t value);
void li_expose_real(struct li_buf *buf, const char *name, const struct li_label *labels,
                    size_t label_count, double value);
/* All samples of a histogram; bounds and sum are divided by `unit`. */
void li_expose_meter(struct li_buf *buf, const char *name, const struct li_label *labels,
                     size_t label_count, const struct li_meter *meter,
                     const struct li_bounds *bounds, double unit);

/* A family of one sample without labels. */
void li_expose_counter(struct li_buf *buf, const char *name, const char *help, int64_t value);
void li_expose_gauge(struct li_buf *buf, const char *name, const char *help, double value);

#endif
