/*
 * A condition in words: "no answer given or answered by none".
 *
 * Names are said by their labels, so that the page can be read by somebody who
 * never saw the file.  Every operator has its words; nothing is left out.
 */
#include "playbook/explain_inside.h"
#include "playbook/expression_tree.h"

struct saying {
    struct li_page *page;
    const struct li_machine *kind; /* of the parts walked over; NULL outside */
};

/* The cases that came of it: their states are known to other playbooks. */
static const struct li_machine children = {
    .name = LI_S_INIT("child"),
    .label = {LI_S_INIT("派生的事项"), LI_S_INIT("case that came of it")},
};
/* The others beneath the same case: their states are this playbook's. */
static const struct li_machine siblings = {
    .name = LI_S_INIT("sibling"),
    .label = {LI_S_INIT("同一件下的其他登记"), LI_S_INIT("other one beneath the same case")},
};

static void say(struct saying *s, const struct li_expression *x);

static void words(struct saying *s, const char *zh, const char *en)
{
    li_page_put(s->page, li_page_say(s->page, zh, en));
}

static struct li_str behind(struct li_str name, const char *prefix)
{
    struct li_str start = li_str(prefix);

    if (!li_str_starts(name, start))
        return (struct li_str){0};
    return li_str_n(name.ptr + start.len, name.len - start.len);
}

static const struct li_field *field_of(const struct saying *s, struct li_str fact)
{
    struct li_str name = behind(fact, "field."), own = behind(fact, "its.");
    struct li_str word = name.ptr ? name : own;
    int place = word.ptr ? li_playbook_field(s->page->playbook, word) : -1;

    return place < 0 ? NULL : &s->page->playbook->fields[place];
}

/* A counter has no label; the first action that raises it has. */
static void say_counter(struct saying *s, struct li_str counter)
{
    const struct li_playbook *playbook = s->page->playbook;

    for (size_t i = 0; i < playbook->action_count; i++) {
        if (!li_str_eq(playbook->actions[i].counts, counter))
            continue;
        words(s, "“", "times of “");
        li_page_put_texts(s->page, playbook->actions[i].label);
        words(s, "”的次数", "”");
        return;
    }
}

/* “换什么”的“所需积分” / “Points” of “For what” */
static void say_column(struct saying *s, const struct li_field *field, const struct li_read *column)
{
    bool zh = s->page->zh;

    li_page_put(s->page, "“");
    li_page_put_texts(s->page, zh ? field->label : column->label);
    words(s, "”的“", "” of “");
    li_page_put_texts(s->page, zh ? column->label : field->label);
    li_page_put(s->page, "”");
}

static void say_balance(struct saying *s, struct li_str name)
{
    const struct li_playbook *playbook = s->page->playbook;

    for (size_t i = 0; i < playbook->balance_count; i++) {
        if (!li_str_eq(playbook->balances[i].name, name))
            continue;
        words(s, "“", "“");
        li_page_put_texts(s->page, playbook->balances[i].label);
        words(s, "”的余额", "” as it stands");
    }
}

static void say_part_fact(struct saying *s, struct li_str name);

/* Of the part that an action is done to. */
static bool is_self(struct li_str fact)
{
    return li_str_starts(fact, LI_S("self."));
}

static void say_book(struct saying *s, struct li_str name)
{
    const struct li_playbook *playbook = s->page->playbook;

    words(s, "本件在“", "what this case has in “");
    for (size_t i = 0; i < playbook->book_count; i++)
        if (li_str_eq(playbook->books[i].name, name))
            li_page_put_texts(s->page, playbook->books[i].title);
    words(s, "”里的余额", "”");
}

/* “vote.passed”, or of a part “vote”. */
static void say_ballot(struct saying *s, struct li_str name)
{
    const struct li_playbook *playbook = s->page->playbook;
    int place = li_playbook_ballot(playbook, li_str_cut(&name, '.'));

    words(s, "表决“", "the ballot “");
    li_page_put_texts(s->page, playbook->ballots[place].label);
    if (!name.ptr)
        words(s, "”选中了它", "” has chosen it");
    else if (li_str_is(name, "passed"))
        words(s, "”通过", "” is carried");
    else if (li_str_is(name, "first"))
        words(s, "”的首选", "” puts first");
    else
        words(s, "”的进度", "”, its state,");
}

/* similar.NAME.sum, similar.NAME.count */
static void say_alike(struct saying *s, struct li_str rest)
{
    const struct li_playbook *playbook = s->page->playbook;
    struct li_str name = li_str_cut(&rest, '.');
    bool sum = li_str_is(rest, "sum");

    words(s, sum ? "其他事项的合计“" : "其他事项的件数“",
          sum ? "the sum of others in “" : "the number of others in “");
    for (size_t i = 0; i < playbook->similar_count; i++)
        if (li_str_eq(playbook->similars[i].name, name))
            li_page_put_texts(s->page, playbook->similars[i].label);
    words(s, "”", "”");
}

static void say_number(struct saying *s, struct li_str name)
{
    const struct li_playbook *playbook = s->page->playbook;

    words(s, "“", "“");
    for (size_t i = 0; i < playbook->number_count; i++)
        if (li_str_eq(playbook->numbers[i].name, name))
            li_page_put_texts(s->page, playbook->numbers[i].label);
    words(s, "”", "”");
}

static void say_fact(struct saying *s, struct li_str name)
{
    if (is_self(name)) {
        words(s, "本项", "this one: ");
        say_part_fact(s, behind(name, "self."));
        return;
    }

    const struct li_field *field = field_of(s, name);
    struct li_str post = behind(name, "held."), counter = behind(name, "count.");
    struct li_str sample = behind(name, "drawn.");
    struct li_str book = behind(name, "book."), balance = behind(name, "balance.");
    struct li_str above = behind(name, "parent.field.");
    const struct li_above_fact *over = li_playbook_above(s->page->playbook, above);
    int place;
    const struct li_read *column = li_playbook_read(s->page->playbook, name, &place);
    struct li_str ballot = behind(name, "ballot.");
    struct li_str alike = behind(name, "similar."), number = behind(name, "table.");

    if (over) {
        words(s, "上级事项的“", "of the case above “");
        li_page_put_texts(s->page, over->label);
        words(s, "”", "”");
    } else if (li_str_is(name, "parent.state")) {
        words(s, "上级事项的状态", "the state of the case above");
    } else if (column) {
        say_column(s, &s->page->playbook->fields[place], column);
    } else if (balance.ptr) {
        say_balance(s, balance);
    } else if (field) {
        words(s, "“", "“");
        li_page_put_texts(s->page, field->label);
        words(s, "”", "”");
    } else if (li_str_is(name, "office.open")) {
        words(s, "上班时间", "the office is open");
    } else if (post.ptr) {
        words(s, "当地有", "there is a local ");
        li_page_put_texts(s->page, li_post_texts(post));
    } else if (sample.ptr) {
        const struct li_playbook *playbook = s->page->playbook;

        words(s, "抽中“", "drawn for “");
        li_page_put_texts(s->page, playbook->samples[li_playbook_sample(playbook, sample)].label);
        words(s, "”", "”");
    } else if (counter.ptr) {
        say_counter(s, counter);
    } else if (book.ptr) {
        say_book(s, book);
    } else if (li_str_is(name, "case.code")) {
        words(s, "“", "“");
        li_page_put_texts(s->page, s->page->playbook->code.label);
        words(s, "”", "”");
    } else if (ballot.ptr) {
        say_ballot(s, ballot);
    } else if (alike.ptr) {
        say_alike(s, alike);
    } else if (number.ptr) {
        say_number(s, number);
    } else if (li_str_is(name, "case.via")) {
        words(s, "来源", "the way in");
    } else if (li_str_is(name, "actor.is_reporter")) {
        words(s, "由诉求人操作", "the reporter does it");
    } else {
        words(s, "状态", "the state");
    }
}

static void say_part_fact(struct saying *s, struct li_str name)
{
    const struct li_field *field = field_of(s, name);
    struct li_str ballot = behind(name, "chosen.");

    if (field) {
        words(s, "“", "“");
        li_page_put_texts(s->page, field->label);
        words(s, "”", "”");
    } else if (ballot.ptr) {
        say_ballot(s, ballot);
    } else if (li_str_is(name, "state")) {
        words(s, "状态", "its state");
    } else if (li_str_is(name, "org")) {
        words(s, "单位", "its unit");
    } else if (li_str_is(name, "role")) {
        words(s, "角色", "its role");
    } else if (li_str_is(name, "ended")) {
        words(s, "已办结", "it has ended");
    } else if (li_str_is(name, "before")) {
        words(s, "登记在前", "it came first");
    } else if (li_str_is(name, "playbook")) {
        words(s, "类型", "its kind");
    } else if (li_str_is(name, "about")) {
        words(s, "所关联项的序号", "the number of what it is about");
    } else {
        words(s, "序号", "its number");
    }
}

static const struct li_texts *state_label(const struct li_machine *machine, struct li_str name)
{
    int state = li_machine_state(machine, name);

    return state < 0 ? NULL : &machine->states[state].label;
}

/* The label of a role or a state of the part walked over, or of any kind for `self`. */
static const struct li_texts *part_label(const struct saying *s, const struct li_expression *of,
                                         struct li_str name)
{
    const struct li_playbook *playbook = s->page->playbook;
    bool state = li_str_is(of->name, "self.state");

    for (size_t i = 1; i < playbook->machine_count; i++) {
        const struct li_machine *machine = &playbook->machines[i];

        if (s->kind && machine != s->kind)
            continue;
        if (state && state_label(machine, name))
            return state_label(machine, name);
        for (size_t k = 0; !state && k < machine->role_count; k++)
            if (li_str_eq(machine->roles[k].name, name))
                return &machine->roles[k].label;
    }
    return NULL;
}

/* A text by the label of what it is a value of. */
static void say_text(struct saying *s, const struct li_expression *of, struct li_str text)
{
    bool fact = of->op == LI_OP_FACT || of->op == LI_OP_PART_FACT;
    const struct li_field *field = fact ? field_of(s, of->name) : NULL;
    const struct li_texts *label = NULL;

    if (of->op == LI_OP_FACT && li_str_is(of->name, "case.state"))
        label = state_label(&s->page->playbook->machines[0], text);
    else if (of->op == LI_OP_PART_FACT && li_str_is(of->name, "state"))
        label = state_label(s->kind == &siblings ? &s->page->playbook->machines[0] : s->kind, text);
    else if (fact && (li_str_is(of->name, "self.state") || li_str_is(of->name, "role") ||
                      li_str_is(of->name, "self.role")))
        label = part_label(s, of, text);
    if (fact && behind(of->name, "ballot.").ptr)
        label = li_page_ballot_value(s->page, behind(of->name, "ballot."), text);
    for (size_t i = 0; field && i < field->option_count; i++)
        if (li_str_eq(field->options[i].name, text))
            label = &field->options[i].label;
    words(s, "“", "“");
    if (label)
        li_page_put_texts(s->page, *label);
    else
        li_page_put_texts(s->page, (struct li_texts){text, text});
    words(s, "”", "”");
}

static void say_literal(struct saying *s, const struct li_value *value)
{
    if (value->type == LI_TYPE_INT)
        li_buf_i64(s->page->buf, value->number);
    else if (value->type == LI_TYPE_BOOL)
        words(s, value->flag ? "总是" : "从不", value->flag ? "always" : "never");
    else
        say_text(s, &(struct li_expression){.op = LI_OP_LITERAL}, value->text);
}

static const struct sign {
    enum li_op op;
    const char *zh, *en;
} signs[] = {
    {LI_OP_ADD, "＋", " + "},
    {LI_OP_SUBTRACT, "－", " − "},
    {LI_OP_MULTIPLY, "×", " × "},
    {LI_OP_DIVIDE, "÷", " ÷ "},
    {LI_OP_EQ, "为", " is "},
    {LI_OP_NE, "不为", " is not "},
    {LI_OP_LT, "少于 ", " is less than "},
    {LI_OP_LE, "不多于 ", " is at most "},
    {LI_OP_GT, "多于 ", " is more than "},
    {LI_OP_GE, "不少于 ", " is at least "},
    {LI_OP_AND, "，且", " and "},
    {LI_OP_OR, "，或", " or "},
};

/* Whether a comparison is with "not given". */
static bool is_blank(const struct li_expression *x)
{
    return x->op == LI_OP_LITERAL && x->type == LI_TYPE_TEXT && !x->value.text.len;
}

static void say_side(struct saying *s, const struct li_expression *x,
                     const struct li_expression *other)
{
    if (x->op == LI_OP_LITERAL && x->type == LI_TYPE_TEXT)
        say_text(s, other, x->value.text);
    else
        say(s, x);
}

static void say_binary(struct saying *s, const struct li_expression *x)
{
    bool equal = x->op == LI_OP_EQ || x->op == LI_OP_NE;
    bool inside = (x->op == LI_OP_AND || x->op == LI_OP_OR);

    if (equal && is_blank(x->right)) {
        say(s, x->left);
        words(s, x->op == LI_OP_EQ ? "没有填写" : "已填写",
              x->op == LI_OP_EQ ? " is not given" : " is given");
        return;
    }
    for (int side = 0; side < 2; side++) {
        const struct li_expression *one = side ? x->right : x->left;
        bool brackets = inside && one->op != x->op && (one->op == LI_OP_OR || one->op == LI_OP_AND);

        for (size_t i = 0; side && i < sizeof(signs) / sizeof(signs[0]); i++)
            if (signs[i].op == x->op)
                words(s, signs[i].zh, signs[i].en);
        words(s, brackets ? "（" : "", brackets ? "(" : "");
        say_side(s, one, side ? x->left : x->right);
        words(s, brackets ? "）" : "", brackets ? ")" : "");
    }
}

static const struct li_machine *kind_named(const struct saying *s, struct li_str name)
{
    if (li_str_eq(name, children.name))
        return &children;
    if (li_str_eq(name, siblings.name))
        return &siblings;
    for (size_t i = 1; i < s->page->playbook->machine_count; i++)
        if (li_str_eq(s->page->playbook->machines[i].name, name))
            return &s->page->playbook->machines[i];
    return &s->page->playbook->machines[0];
}

static const struct over {
    enum li_op op;
    const char *zh, *en;
} overs[] = {
    {LI_OP_COUNT, "的个数", "the number of "}, {LI_OP_ALL, "每个都", "every "},
    {LI_OP_ANY, "至少一个", "at least one "},  {LI_OP_SUM, "合计", "the sum over "},
    {LI_OP_MIN, "最小的", "the least of "},    {LI_OP_MAX, "最大的", "the greatest of "},
};

/* 任务每个都（状态为“已办结”） / every Task (its state is “Done”) */
static void say_over(struct saying *s, const struct li_expression *x)
{
    const struct li_machine *kind = kind_named(s, x->name);

    for (size_t i = 0; i < sizeof(overs) / sizeof(overs[0]); i++) {
        if (overs[i].op != x->op)
            continue;
        words(s, "", overs[i].en);
        li_page_put_texts(s->page, kind->label);
        words(s, overs[i].zh, "");
    }
    if (!x->left)
        return;
    words(s, "（", " (");
    s->kind = kind;
    say(s, x->left);
    if (x->right) {
        words(s, "，只算", ", of those where ");
        say(s, x->right);
    }
    s->kind = NULL;
    words(s, "）", ")");
}

static void say(struct saying *s, const struct li_expression *x)
{
    switch (x->op) {
    case LI_OP_LITERAL:
        say_literal(s, &x->value);
        break;
    case LI_OP_FACT:
        say_fact(s, x->name);
        break;
    case LI_OP_PART_FACT:
        say_part_fact(s, x->name);
        break;
    case LI_OP_NEGATE:
        words(s, "－", "−");
        say(s, x->left);
        break;
    case LI_OP_NOT:
        words(s, "不是（", "not (");
        say(s, x->left);
        words(s, "）", ")");
        break;
    case LI_OP_COUNT:
    case LI_OP_ALL:
    case LI_OP_ANY:
    case LI_OP_SUM:
    case LI_OP_MIN:
    case LI_OP_MAX:
        say_over(s, x);
        break;
    default:
        say_binary(s, x);
        break;
    }
}

void li_page_put_when(struct li_page *page, const struct li_expression *when)
{
    say(&(struct saying){.page = page}, when);
}
