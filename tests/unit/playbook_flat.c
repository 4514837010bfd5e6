/*
 * playbook/flat: what a file becomes with its base and libraries, and where its faults are.
 */
#include "playbook.h"

#include <stdlib.h>
#include <unistd.h>

#include "playbook/flat.h"

static const char library[] =
    "library: talk\n"
    "fields:\n"
    "  words: {type: text, label: {zh: 话, en: Words}}\n"
    "actions:\n"
    "  say: {label: {zh: 说, en: Say}, from: any, by: staff, needs: words}\n"
    "  shout: {label: {zh: 喊, en: Shout}, from: any, by: staff, needs: words}\n"
    "see:\n"
    "  hide: [{fields: words, but: staff}]\n";

static const char derived[] =
    "playbook: stool-repair\n"
    "version: 7\n"
    "extends: base\n"
    "title: {zh: 凳子维修}\n"
    "fields:\n"
    "  cost: {max: 9}\n"
    "  colour: {type: text, label: {zh: 颜色, en: Colour}}\n"
    "actions:\n"
    "  pay: {label: {zh: 付, en: Pay}, from: any, by: staff, needs: [cost, colour]}\n"
    "  comment: {label: {zh: 说, en: Say}, from: any, by: staff, asks: [cost, note, colour]}\n";

struct room {
    char *path; /* of the file itself */
    const char *names[4];
};

static void remove_room(void *arg)
{
    struct room *room = arg;

    for (size_t i = 0; i < COUNT(room->names) && room->names[i]; i++)
        unlink(room->names[i]);
    *strrchr(room->path, '/') = 0;
    rmdir(room->names[3]);
    rmdir(room->path);
}

/* A folder with base.yaml (the sample that uses a library) and library/talk.yaml. */
static const char *room(struct li_ctx *ctx, struct li_str base, const char *talk)
{
    struct room *room = li_alloc(ctx, sizeof(*room));
    const char *temp = getenv("TMPDIR");
    char *folder = (char *)li_strf(ctx, "%s/linli-flat-XXXXXX", temp ? temp : "/tmp").ptr;

    assert_non_null(mkdtemp(folder));
    room->path = (char *)li_strf(ctx, "%s/x.yaml", folder).ptr;
    room->names[0] = li_strf(ctx, "%s/base.yaml", folder).ptr;
    room->names[1] = li_strf(ctx, "%s/library/talk.yaml", folder).ptr;
    room->names[2] = room->path;
    room->names[3] = li_strf(ctx, "%s/library", folder).ptr;
    assert_int_equal(li_arena_defer(ctx->arena, remove_room, room), 0);
    assert_int_equal(li_dir_make(ctx, room->names[3]), 0);
    assert_int_equal(li_file_write(ctx, room->names[0], base, 0600), 0);
    assert_int_equal(li_file_write(ctx, room->names[1], li_str(talk), 0600), 0);
    return li_str_dup(ctx, li_str(room->path)).ptr;
}

static struct li_str talking(struct li_ctx *ctx)
{
    return changed(ctx, "fields:\n", "uses: talk\nfields:\n");
}

static struct li_playbook *load(struct li_ctx *ctx, struct li_str yaml, const char *path)
{
    struct li_playbook *playbook = NULL;

    if (li_playbook_load_beside(ctx, "x.yaml", yaml, path, &playbook) != 0) {
        struct li_str why = li_ctx_explain(ctx);

        fail_msg("it does not load: %.*s", LI_P(why));
    }
    return playbook;
}

static void a_library_is_merged_in(void **state)
{
    const char *path = room(*state, li_str(sample), library);
    struct li_playbook *playbook = load(*state, talking(*state), path);
    int say = li_playbook_action(playbook, LI_S("say"));

    assert_int_equal(say, (int)loaded_sample(*state)->action_count); /* behind its own */
    assert_true(li_playbook_field(playbook, LI_S("words")) > 0);
    assert_int_equal(playbook->hide_count, loaded_sample(*state)->hide_count + 1);
}

static void a_word_of_a_library_is_dropped_or_said_anew(void **state)
{
    const char *path = room(*state, li_str(sample), library);
    struct li_str yaml = changed_in(*state, talking(*state), "actions:\n",
                                    "actions:\n  shout: ~\n  say: {label: {zh: 讲, en: Tell}, "
                                    "from: fresh, by: staff, needs: words}\n");
    struct li_playbook *playbook = load(*state, yaml, path);

    assert_int_equal(li_playbook_action(playbook, LI_S("shout")), -1);
    assert_str(playbook->actions[li_playbook_action(playbook, LI_S("say"))].label.en, "Tell");
}

static void a_base_is_extended(void **state)
{
    const char *path = room(*state, talking(*state), library);
    struct li_playbook *base = loaded_sample(*state), *playbook;
    const struct li_field *cost;

    playbook = load(*state, li_str(derived), path);
    assert_str(playbook->name, "stool-repair");
    assert_int_equal(playbook->version, 7);
    assert_str(playbook->title.zh, "凳子维修");
    assert_str(playbook->title.en, "Bench repair");
    cost = &playbook->fields[li_playbook_field(playbook, LI_S("cost"))];
    assert_int_equal(cost->max, 9);
    assert_str(cost->label.zh, "费用");
    assert_int_equal(playbook->action_count, base->action_count + 3); /* pay, say, shout */
    assert_int_equal(li_playbook_action(playbook, LI_S("comment")),
                     li_playbook_action(base, LI_S("comment"))); /* where it stood */
}

static void what_is_adopted_is_flat(void **state)
{
    const char *path = room(*state, talking(*state), library);
    struct li_playbook *playbook = load(*state, li_str(derived), path);
    struct li_playbook *again = load(*state, playbook->source, NULL);

    assert_true(li_hash_eq(&playbook->hash, &again->hash));
    playbook = load(*state, li_str(sample), path);
    assert_true(li_str_is(playbook->source, sample)); /* as it was written */
}

/* A fault: its rule, and the file and line it is told at. */
static const struct broken {
    const char *yaml;
    const char *rule, *where;
} faults[] = {
    {"playbook: x\nversion: 1\nextends: nowhere\n", "no-such-base", "x.yaml:3:"},
    {"playbook: x\nversion: 1\nuses: [talk, nowhere]\n", "no-such-library", "x.yaml:3:"},
    {"playbook: x\nversion: 1\nextends: ../base\n", "no-such-base", "x.yaml:3:"},
    {"playbook: x\nversion: 1\nextends: base\nactions:\n  dance: ~\n", "drops-nothing",
     "x.yaml:5:"},
    {"playbook: x\nversion: 1\nextends: base\nkeep: soon\n", "keep-form", "x.yaml:4:"},
    {"playbook: x\nversion: 1\nextends: base\nfields: {words: ~}\n", "no-such-field",
     "library/talk.yaml:5:"},
    {"version: 1\nextends: base\n", "word-missing", "x.yaml:1:"},
};

static bool is_told(const struct li_ctx *ctx, const struct broken *fault)
{
    for (unsigned i = 0; i < ctx->error_count; i++) {
        struct li_str where = ctx->errors[i].where;
        const char *name = strrchr(fault->where, '/') ? fault->where : NULL;
        const char *at = where.ptr ? strstr(where.ptr, name ? name : fault->where) : NULL;

        if (ctx->errors[i].reason && !strcmp(ctx->errors[i].reason, fault->rule) && at)
            return true;
    }
    return false;
}

static void a_fault_is_told_where_it_stands(void **state)
{
    const char *path = room(*state, talking(*state), library);

    for (size_t i = 0; i < COUNT(faults); i++) {
        struct li_ctx *ctx = *state;
        struct li_playbook *playbook;

        li_ctx_clear(ctx);
        assert_int_equal(
            li_playbook_load_beside(ctx, "x.yaml", li_str(faults[i].yaml), path, &playbook),
            -LI_E_INVALID);
        if (!is_told(ctx, &faults[i])) {
            struct li_str why = li_ctx_explain(ctx);

            fail_msg("%s at %s is not told, but %.*s", faults[i].rule, faults[i].where, LI_P(why));
        }
    }
    li_ctx_clear(*state);
}

static void bases_and_libraries_are_what_they_say(void **state)
{
    static const char *const talks[][2] = {
        {"library: other\n", "library-name"},
        {"library: talk\nopen: {by: anyone}\n", "library-word"},
    };
    struct li_ctx *ctx = *state;
    struct li_playbook *playbook;

    for (size_t i = 0; i < COUNT(talks); i++) {
        const char *path = room(ctx, li_str(sample), talks[i][0]);

        assert_int_equal(li_playbook_load_beside(ctx, "x.yaml", talking(ctx), path, &playbook),
                         -LI_E_INVALID);
        assert_string_equal(ctx->errors[0].reason, talks[i][1]);
        li_ctx_clear(ctx);
    }
    assert_int_equal(li_playbook_load_beside(
                         ctx, "x.yaml", li_str(derived),
                         room(ctx, changed(ctx, "fields:\n", "extends: z\nfields:\n"), library),
                         &playbook),
                     -LI_E_INVALID);
    assert_string_equal(ctx->errors[0].reason, "base-deep");
    li_ctx_clear(ctx);
    assert_int_equal(li_playbook_load(ctx, "x.yaml", li_str(derived), &playbook), -LI_E_INVALID);
    assert_string_equal(ctx->errors[0].reason, "no-such-base");
    li_ctx_clear(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_library_is_merged_in),
        TEST(a_word_of_a_library_is_dropped_or_said_anew),
        TEST(a_base_is_extended),
        TEST(what_is_adopted_is_flat),
        TEST(a_fault_is_told_where_it_stands),
        TEST(bases_and_libraries_are_what_they_say),
    };

    return li_crypto_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
