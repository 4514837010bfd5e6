/*
 * Names as people say them.
 *
 * The national table names the body that runs a community ("…社区居委会", the
 * residents' committee); people name the community.  Only the ending of the body
 * is cut, and only where a community or a village remains: a name that says
 * neither keeps its official form.
 */
#include "area/area.h"

/* An ending, and how much of it is the body's. */
static const struct {
    struct li_str ending;
    size_t cut;
} endings[] = {
    {LI_S_INIT("社区居民委员会"), sizeof("居民委员会") - 1},
    {LI_S_INIT("社区居委会"), sizeof("居委会") - 1},
    {LI_S_INIT("村民委员会"), sizeof("民委员会") - 1},
    {LI_S_INIT("村委会"), sizeof("委会") - 1},
};

struct li_str li_area_plain_name(struct li_str name)
{
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        if (name.len > endings[i].ending.len && li_str_ends(name, endings[i].ending)) {
            return li_str_n(name.ptr, name.len - endings[i].cut);
        }
    }
    return name;
}
