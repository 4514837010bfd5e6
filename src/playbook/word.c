/* The closed lists; see word.h. */
#include "playbook/word.h"

#define POST_WORD(name, zh, en)  name,
#define POST_TEXTS(name, zh, en) {LI_S_INIT(zh), LI_S_INIT(en)},

const char *const li_post_words[LI_POST_WORD_COUNT] = {LI_POSTS(POST_WORD)};

static const struct li_texts post_texts[LI_POST_WORD_COUNT] = {LI_POSTS(POST_TEXTS)};

const char *const li_way_words[LI_WAY_WORD_COUNT] = {
    "web",   "qr",     "hotline", "desk",  "visit",   "card",
    "group", "letter", "deputy",  "upper", "open311", "sensor",
};

const char *const li_effect_words[LI_EFFECT_WORD_COUNT] = {"mark", "tell"};

const char *const li_page_kinds[LI_PAGE_KIND_COUNT] = {
    "notice", "listing", "showcase", "activity", "project", "wish", "board", "offer", "opinion"};
const char *const li_type_words[LI_TYPE_WORD_COUNT] = {
    "text",     "choice",    "area",   "phone",    "organization", "integer", "bool",
    "code",     "point",     "photos", "date",     "scale",        "subject", "money",
    "quantity", "checklist", "period", "datetime", "external_no",  "person",  "document",
};

int li_word_find(const char *const *words, size_t count, struct li_str word)
{
    for (size_t i = 0; i < count; i++)
        if (li_str_is(word, words[i]))
            return (int)i;
    return -1;
}

bool li_word_is_post(struct li_str word)
{
    return li_word_find(li_post_words, LI_POST_WORD_COUNT, word) >= 0;
}

bool li_word_is_duty(struct li_str word)
{
    return li_word_is_post(word) &&
           (li_str_starts(word, LI_S("duty_")) || li_str_is(word, "night_route"));
}

struct li_texts li_post_texts(struct li_str post)
{
    int at = li_word_find(li_post_words, LI_POST_WORD_COUNT, post);

    li_assert(at >= 0);
    return post_texts[at];
}

bool li_word_is_name(struct li_str word, char dash)
{
    if (!word.len || word.len > 40 || word.ptr[0] < 'a' || word.ptr[0] > 'z')
        return false;
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != dash)
            return false;
    }
    return true;
}

bool li_effect_fits(struct li_str name, struct li_str arg)
{
    if (li_str_is(name, "tell"))
        return li_str_is(arg, "reporter") || li_str_is(arg, "owner") || li_word_is_post(arg);
    return li_word_is_name(arg, '_');
}
