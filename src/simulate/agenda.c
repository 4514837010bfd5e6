/*
 * The agenda: what will happen when, as a heap.
 *
 * Two events of one instant go by their keys, which come from the seed, and never by
 * which was entered first: then one more event moves no other.
 */
#include "base/grow.h"
#include "simulate/inside.h"

static bool is_before(const struct li_event *a, const struct li_event *b)
{
    return a->at != b->at ? a->at < b->at : a->key < b->key;
}

static void swap(struct li_event *a, struct li_event *b)
{
    struct li_event both = *a;

    *a = *b;
    *b = both;
}

int li_agenda_add(struct li_sim *sim, const struct li_event *event)
{
    struct li_event *events =
        li_grow(&sim->own, sim->events, sim->event_count, &sim->event_cap, sizeof(*events));
    size_t at = sim->event_count;

    if (!events) {
        return -LI_E_NOMEM;
    }
    sim->events = events;
    events[sim->event_count++] = *event;
    while (at > 0 && is_before(&events[at], &events[(at - 1) / 2])) {
        swap(&events[at], &events[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    return 0;
}

bool li_agenda_take(struct li_sim *sim, int64_t until, struct li_event *ret)
{
    struct li_event *events = sim->events;
    size_t at = 0;

    if (sim->event_count == 0 || events[0].at > until) {
        return false;
    }
    *ret = events[0];
    events[0] = events[--sim->event_count];
    for (;;) {
        size_t least = at, left = 2 * at + 1;
        for (size_t child = left; child < left + 2 && child < sim->event_count; child++) {
            least = is_before(&events[child], &events[least]) ? child : least;
        }
        if (least == at) {
            return true;
        }
        swap(&events[at], &events[least]);
        at = least;
    }
}
