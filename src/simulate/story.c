/*
 * Stories: what the demo's streets have besides reports, told step by step by the people whose
 * turn it is, through the same commands as everything else.
 *
 * data/demo/stories.yaml says who does what so many days before today; its head says how.  Every
 * street gets the same ones.  A step that is refused ends its story there and is logged: what
 * can be done depends on the day (holidays, the turn of a year), and the demo comes up on any.
 * What each step does is in story_step.c and story_ballot.c.
 */
#include "simulate/story.h"

#include "base/asset.h"
#include "base/grow.h"
#include "base/id.h"
#include "base/log.h"

#define STORIES "data/demo/stories.yaml"

/* ---- names ------------------------------------------------------------------------------- */

struct li_story_name *li_story_find(struct li_story_step *step, struct li_str name)
{
    struct li_story *story = step->sim->story;

    for (size_t i = story->name_count; i-- > 0;) {
        if (story->names[i].tenant == step->town->id && li_str_eq(story->names[i].name, name)) {
            return &story->names[i];
        }
    }
    return NULL;
}

int li_story_keep(struct li_story_step *step, struct li_str name, int64_t id,
                  const uint8_t token[16])
{
    struct li_sim *sim = step->sim;
    struct li_story *story = sim->story;
    struct li_story_name *names =
        li_grow(&sim->own, story->names, story->name_count, &story->name_cap, sizeof(*names));
    struct li_story_name one = {.tenant = step->town->id, .id = id};

    one.name = li_str_dup(&sim->own, name);
    if (!names || !one.name.ptr) {
        return -LI_E_NOMEM;
    }
    if (token) {
        memcpy(one.token, token, sizeof(one.token));
    }
    story->names = names;
    names[story->name_count++] = one;
    return 0;
}

/* ---- words that stand for something -------------------------------------------------------- */

int li_story_instant(const struct li_story *story, struct li_ctx *ctx, struct li_str text,
                     int64_t *ret)
{
    struct li_str rest = text;
    int64_t days, hours, minutes;

    if (!li_str_to_i64(li_str_cut(&rest, ' '), &days) ||
        !li_str_to_i64(li_str_cut(&rest, ':'), &hours) || !li_str_to_i64(rest, &minutes)) {
        return LI_FAIL(ctx, LI_E_INVALID, "%.*s is no moment of a story", LI_P(text));
    }
    *ret = li_day_start(story->today + (int32_t)days) + hours * LI_HOUR + minutes * LI_MINUTE;
    return 0;
}

/* Communities in turn: the first one again behind the last. */
static const struct li_area *community(const struct li_sim_tenant *town, int64_t no)
{
    const struct li_sim_street *street = &town->streets[0];
    size_t count = 0;

    for (size_t i = 0; i < street->place_count; i++) {
        count += li_str_is(street->places[i].kind, "community");
    }
    li_assert(count);
    no = (no - 1) % (int64_t)count;
    for (size_t i = 0; i < street->place_count; i++) {
        if (li_str_is(street->places[i].kind, "community") && no-- == 0) {
            return &street->places[i];
        }
    }
    li_assert(!"a community that was counted");
}

static bool holds(struct li_str text, struct li_str part)
{
    return memmem(text.ptr, text.len, part.ptr, part.len) != NULL;
}

static int64_t unit_of(const struct li_sim_tenant *town, struct li_str word)
{
    for (size_t i = 0; i < town->unit_count; i++) {
        if (holds(town->units[i].name, word)) {
            return town->units[i].id;
        }
    }
    return 0;
}

static int id_text(struct li_story_step *step, struct li_str what, int64_t id, struct li_str *ret)
{
    char text[LI_ID_TEXT + 1];

    if (!id) {
        return LI_FAIL(&step->sim->ctx, LI_E_INVALID, "a story names %.*s, which is not there",
                       LI_P(what));
    }
    li_id_format(id, text);
    *ret = li_str_dup(&step->sim->ctx, li_str(text));
    return ret->ptr ? 0 : -LI_E_NOMEM;
}

static int moment_text(struct li_story_step *step, struct li_str text, bool hour,
                       struct li_str *ret)
{
    struct li_ctx *ctx = &step->sim->ctx;
    char at[LI_TIME_TEXT];
    struct li_civil civil;
    int64_t instant = 0;
    int r = li_story_instant(step->sim->story, ctx,
                             hour ? text : li_strf(ctx, "%.*s 0:0", LI_P(text)), &instant);

    if (r) {
        return r;
    }
    civil = li_civil_at(instant);
    li_time_format(instant, at);
    *ret = hour ? li_str_dup(ctx, li_str(at))
                : li_strf(ctx, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
    return ret->ptr ? 0 : -LI_E_NOMEM;
}

/* A word behind its "@". */
static int word(struct li_story_step *step, struct li_str text, struct li_str *ret)
{
    struct li_dice dice = li_dice_of(step->key, "photo", 0);
    struct li_str rest = text, what = li_str_cut(&rest, ' ');
    int64_t no = 0;

    if (li_str_is(what, "row")) {
        const struct li_story_name *name = li_story_find(step, rest);
        return id_text(step, text, name ? name->id : 0, ret);
    }
    if (li_str_is(what, "unit")) {
        return id_text(step, text, unit_of(step->town, rest), ret);
    }
    if (li_str_is(what, "place")) {
        *ret = li_str_to_i64(rest, &no) ? community(step->town, no)->code : step->place->code;
        return 0;
    }
    if (li_str_is(what, "photo")) {
        return li_sim_photo(step->sim, step->town->id, &dice, ret);
    }
    return moment_text(step, rest, li_str_is(what, "at"), ret);
}

/* A point near the middle of the story's community. */
static int point(struct li_story_step *step, struct li_node **ret)
{
    struct li_dice dice = li_dice_of(step->key, "point", 0);
    const struct li_point *middle = &step->place->point;
    struct li_str text =
        li_strf(&step->sim->ctx, "{\"lon\":%.7f,\"lat\":%.7f,\"crs\":\"cgcs2000\",\"accuracy\":10}",
                (double)(middle->lon + li_dice_between(&dice, -20000, 20000)) / 1e7,
                (double)(middle->lat + li_dice_between(&dice, -20000, 20000)) / 1e7);

    return text.ptr ? li_json_read(&step->sim->ctx, text, ret) : -LI_E_NOMEM;
}

static int say_text(struct li_story_step *step, const struct li_node *node, struct li_node **ret)
{
    struct li_str text = node->text;
    int r = 0;

    if (li_str_is(text, "@point")) {
        return point(step, ret);
    }
    if (text.len && text.ptr[0] == '@') {
        r = word(step, li_str_n(text.ptr + 1, text.len - 1), &text);
    }
    if (r) {
        return r;
    }
    *ret = li_node_new_text(&step->sim->ctx, text);
    return *ret ? 0 : -LI_E_NOMEM;
}

int li_story_say(struct li_story_step *step, const struct li_node *node, struct li_node **ret)
{
    struct li_ctx *ctx = &step->sim->ctx;
    struct li_node *made, *value = NULL;
    int r = 0;

    if (node->kind == LI_TEXT) {
        return say_text(step, node, ret);
    }
    made = node->kind == LI_MAP    ? li_node_new_map(ctx)
           : node->kind == LI_LIST ? li_node_new_list(ctx)
                                   : li_alloc(ctx, sizeof(*made));
    if (!made) {
        return -LI_E_NOMEM;
    }
    if (node->kind != LI_MAP && node->kind != LI_LIST) {
        *made = *node;
    }
    for (size_t i = 0; r == 0 && node->kind == LI_MAP && i < node->map.count; i++) {
        r = li_story_say(step, node->map.items[i].value, &value);
        r = r ? r : li_node_put(ctx, made, node->map.items[i].key, value);
    }
    for (size_t i = 0; r == 0 && node->kind == LI_LIST && i < node->list.count; i++) {
        r = li_story_say(step, node->list.items[i], &value);
        r = r ? r : li_node_push(ctx, made, value);
    }
    *ret = made;
    return r;
}

/* ---- who ----------------------------------------------------------------------------------- */

static const struct li_sim_officer *officer(struct li_story_step *step, struct li_str post,
                                            int64_t unit)
{
    const struct li_sim_tenant *town = step->town;

    for (size_t i = 0; i < town->officer_count; i++) {
        const struct li_sim_officer *one = &town->officers[i];
        if (li_str_eq(one->post, post) && li_str_starts(step->place->path, one->area_path) &&
            (unit == 0 || one->org == unit)) {
            return one;
        }
    }
    return NULL;
}

static int reporter(struct li_story_step *step, struct li_viewer *ret)
{
    const struct li_story_name *name =
        li_story_find(step, li_strf(&step->sim->ctx, "#%lld", (long long)step->story));
    struct li_viewer viewer = {.kind = LI_VIEWER_PARTY, .tenant = step->town->id};
    int r = name ? li_case_by_token(&step->sim->ctx, step->conn, step->town->id, name->token,
                                    &viewer.case_id, &viewer.party)
                 : LI_FAIL(&step->sim->ctx, LI_E_INVALID, "a story has no case yet");

    if (r == 0) {
        *ret = viewer;
    }
    return r;
}

int li_story_viewer(struct li_story_step *step, struct li_str by, struct li_viewer *ret)
{
    const struct li_sim_officer *found;
    struct li_str rest = by, post = li_str_cut(&rest, ' ');

    if (li_str_is(by, "reporter")) {
        return reporter(step, ret);
    }
    if (!by.len || li_str_is(by, "anyone")) {
        *ret = (struct li_viewer){.kind = LI_VIEWER_ANYONE, .tenant = step->town->id};
        return 0;
    }
    found = officer(step, post, rest.len ? unit_of(step->town, rest) : 0);
    if (!found) {
        return LI_FAIL(&step->sim->ctx, LI_E_INVALID, "nobody in %.*s is %.*s",
                       LI_P(step->place->name), LI_P(by));
    }
    return li_sim_viewer(step->sim, step->conn, step->town->id, found, ret);
}

/* ---- told ---------------------------------------------------------------------------------- */

int li_story_submit(struct li_story_step *step, struct li_job *job)
{
    int status = 0, r;

    job->tenant = step->town->id;
    step->key = li_dice_mix(step->key, 1);
    r = li_sim_submit(step->sim, job, step->key, &status);
    step->refused = r || status;
    return r;
}

/* What was asked wrongly or at the wrong time, and no trouble of the house. */
static bool is_refusal(int r)
{
    const struct li_error_info *info = li_error_info(r);

    return info->http >= 400 && info->http < 500;
}

static int broken(struct li_story_step *step, int r)
{
    struct li_ctx *ctx = &step->sim->ctx;

    li_log(LI_LOG_WARN, "simulate.story", "tenant=%.*s story=%lld line=%d why=\"%.*s\"",
           LI_P(step->town->tenant->slug), (long long)step->story, step->node->line,
           LI_P(r ? li_ctx_explain(ctx) : LI_S("refused")));
    li_ctx_clear(ctx);
    step->sim->figures.untold++;
    return li_story_keep(step, li_strf(ctx, "!%lld", (long long)step->story), 1, NULL);
}

static int tell(struct li_story_step *step)
{
    struct li_str over = li_strf(&step->sim->ctx, "!%lld", (long long)step->story);
    int r;

    if (!over.ptr) {
        return -LI_E_NOMEM;
    }
    if (li_story_find(step, over)) {
        return 0;
    }
    r = li_story_tell(step);
    if (step->refused || (r && is_refusal(r))) {
        return broken(step, r);
    }
    step->sim->figures.told += r == 0;
    return r;
}

int li_story_happen(struct li_sim *sim, const struct li_event *event)
{
    struct li_story_step step = {.sim = sim,
                                 .town = li_world_tenant(sim, event->tenant),
                                 .node = event->what,
                                 .story = event->subject,
                                 .key = li_dice_mix(sim->config.seed, event->key)};
    const struct li_node *place = li_node_get(step.node, "place");
    int r;

    step.place =
        community(step.town, place && place->kind == LI_INT ? place->number : event->subject + 1);
    r = li_sim_reader(sim, &step.conn);
    if (r == 0) {
        r = tell(&step);
        li_sim_reader_back(sim, step.conn);
    }
    return r;
}

static int plan(struct li_sim *sim, const struct li_sim_tenant *town, size_t story, size_t no,
                const struct li_node *node)
{
    struct li_event event = {
        .key = (uint64_t)town->id << 40 | (uint64_t)story << 16 | no,
        .kind = LI_EVENT_STORY,
        .tenant = town->id,
        .subject = (int64_t)story,
        .what = node,
    };
    int r = li_story_instant(sim->story, &sim->own, li_node_text(node, "at"), &event.at);

    if (r == 0 && event.at < sim->from) {
        r = LI_FAIL(&sim->own, LI_E_INVALID, "line %d is before the demo begins", node->line);
    }
    return r ? r : li_agenda_add(sim, &event);
}

int li_story_begin(struct li_sim *sim, int64_t until)
{
    const struct li_asset *asset = li_asset_find(LI_S(STORIES));
    const struct li_node *stories;
    struct li_node *tree;
    int r;

    li_assert(asset);
    sim->story = li_alloc(&sim->own, sizeof(*sim->story));
    r = sim->story ? li_yaml_read(&sim->own, STORIES, asset->bytes, &tree) : -LI_E_NOMEM;
    if (r) {
        return r;
    }
    *sim->story = (struct li_story){.today = li_day_at(until)};
    stories = li_node_get(tree, "stories");
    for (size_t i = 0; stories && i < stories->list.count; i++) {
        for (size_t k = 0; r == 0 && k < stories->list.items[i]->list.count; k++) {
            for (size_t t = 0; r == 0 && t < sim->tenant_count; t++) {
                r = sim->tenants[t].street_count
                        ? plan(sim, &sim->tenants[t], i, k, stories->list.items[i]->list.items[k])
                        : 0;
            }
        }
    }
    return r;
}
