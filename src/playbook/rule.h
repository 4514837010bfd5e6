/*
 * What can be wrong with a playbook: stable names, a sentence in both languages.
 *
 * Every rule of load, expressions and check is a row here.  `{}` in a sentence
 * is the name the fault carries (a state, a field, a word).  The failure on the
 * context's stack has the rule's name as `reason`, the name as `limit`, and
 * file:line:column as `where`.
 */
#ifndef LI_PLAYBOOK_RULE_H
#define LI_PLAYBOOK_RULE_H

#include "base/ctx.h"

/* X(constant, name, zh, en) */
#define LI_RULES(X)                                                                                \
    /* shape of the file */                                                                        \
    X(WORD_UNKNOWN, "word-unknown", "这里不认识这个词，后面是可用的词：{}",                        \
      "This word is not known here; the known ones follow: {}")                                    \
    X(WORD_MISSING, "word-missing", "缺少“{}”。", "`{}` is missing.")                              \
    X(SHAPE_MAP, "shape-map", "“{}”应写成若干“词: 值”。", "`{}` must be a map of words.")          \
    X(SHAPE_LIST, "shape-list", "“{}”应写成列表。", "`{}` must be a list.")                        \
    X(SHAPE_TEXT, "shape-text", "“{}”应写成文字。", "`{}` must be a text.")                        \
    X(SHAPE_INTEGER, "shape-integer", "“{}”应写成正整数。", "`{}` must be a positive integer.")    \
    X(SHAPE_BOOL, "shape-bool", "“{}”应写 true 或 false。", "`{}` must be true or false.")         \
    X(NAME_FORM, "name-form", "名称“{}”只能用小写字母、数字和下划线，以字母开头。",                \
      "The name `{}` must be small letters, digits and underscores, a letter first.")              \
    X(TEXTS_BOTH, "texts-both", "“{}”要有中文（zh）和英文（en）。",                                \
      "`{}` must be given in Chinese (zh) and English (en).")                                      \
    X(TOO_MANY, "too-many", "“{}”太多了。", "There are too many of `{}`.")                         \
    X(TWICE, "twice", "“{}”写了两次。", "`{}` stands here twice.")                                 \
    X(LENGTH_FORM, "length-form", "“{}”不是时长，应如 30m、4h、1d、2w。",                          \
      "`{}` is no length of time; write 30m, 4h, 1d or 2w.")                                       \
    X(KEEP_FORM, "keep-form", "“{}”不是保存期限，应如 180d、10y。",                                \
      "`{}` is no time to keep; write 180d or 10y.")                                               \
    X(NUMBER_FORM, "number-form",                                                                  \
      "编号格式“{}”要有 {{seq}}，只能用 {{yy}} {{yyyy}} {{seq}} {{check}}。",                      \
      "The number `{}` must have {{seq}}, and only {{yy}} {{yyyy}} {{seq}} {{check}}.")            \
    X(CLOCK_OF, "clock-of", "时限的“of”只能写 work（工作时间）或 calendar（自然时间）。",          \
      "A clock runs `of: work` or `of: calendar`.")                                                \
    X(PERCENT, "percent", "“at”应在 1% 到 1000% 之间。", "`at` must lie between 1% and 1000%.")    \
    X(CLOCK_FORM, "clock-form",                                                                    \
      "时限“{}”要写 within（多长时间）或 until（到哪一天）之一；until 不能再写 of 和 from。",      \
      "`{}` says either `within` or `until`; with `until` there is no `of` and no `from`.")        \
    X(CLOCK_START, "clock-start", "“from: {}”不行：只有子任务的时限可以写 from: start。",          \
      "`from: {}` is not possible: only a part's clock may say `from: start`.")                    \
    X(OVERDUE_ORDER, "overdue-order", "状态“{}”的超时规则要按 at 从小到大写，不能重复。",          \
      "The overdue rules of the state `{}` must be in the order of `at`, each once.")              \
    X(OWNER_FORM, "owner-form", "负责人应写 {{post: …}}、{{org: …}} 或 parts 之一。",              \
      "An owner is one of {{post: …}}, {{org: …}} or parts.")                                      \
    /* names that must exist */                                                                    \
    X(NO_FIELD, "no-such-field", "没有“{}”这个字段。", "There is no field `{}`.")                  \
    X(NO_STATE, "no-such-state", "没有“{}”这个状态。", "There is no state `{}`.")                  \
    X(NO_PART, "no-such-part", "没有“{}”这类子任务。", "There is no kind of part `{}`.")           \
    X(NO_POST, "no-such-post", "没有“{}”这个岗位。", "There is no post `{}`.")                     \
    X(NO_WHO, "no-such-who", "“by”里不认识“{}”。", "`by` does not know `{}`.")                     \
    X(NO_ACTION, "no-such-action", "没有“{}”这个动作。", "There is no action `{}`.")               \
    X(NO_TYPE, "no-such-type", "没有“{}”这种字段类型。", "There is no type of field `{}`.")        \
    X(NO_WAY, "no-such-way", "没有“{}”这种渠道。", "There is no way in called `{}`.")              \
    X(NO_EFFECT, "no-such-effect", "没有“{}”这种效果。", "There is no effect `{}`.")               \
    /* conditions */                                                                               \
    X(WHEN_SYNTAX, "when-syntax", "条件写得不对，问题在“{}”附近。",                                \
      "The condition is not well formed near `{}`.")                                               \
    X(WHEN_NAME, "when-name", "条件里的“{}”没有定义。",                                            \
      "The condition names `{}`, which is unknown.")                                               \
    X(WHEN_VALUE, "when-value", "“{}”永远不会出现，条件不可能成立。",                              \
      "`{}` can never be the value compared here.")                                                \
    X(WHEN_TYPE, "when-type", "条件里“{}”的类型不对。", "The types at `{}` do not fit.")           \
    X(WHEN_NESTED, "when-nested", "all、any、count 等不能互相嵌套：“{}”。",                        \
      "all, any, count and the like may not stand inside one another: `{}`.")                      \
    X(WHEN_LONG, "when-long", "条件太长或层次太多。", "The condition is too long or too deep.")    \
    X(WHEN_OVERFLOW, "when-overflow", "条件里的数太大。",                                          \
      "A number in the condition is too large.")                                                   \
    X(WHEN_ACTOR, "when-actor", "“{}”里没有人在操作，不能问 actor。",                              \
      "Nobody acts at `{}`, so it cannot ask about the actor.")                                    \
    /* fields */                                                                                   \
    X(CHOICE_OPTIONS, "choice-options", "选择字段“{}”要有选项（options），别的类型不能有。",       \
      "The choice `{}` needs options, and no other type may have them.")                           \
    X(FIELD_MAX, "field-max", "“{}”不能有 max，只有 text、integer、photos、scale 能有。",          \
      "`{}` can have no max; only text, integer, photos and scale have one.")                      \
    X(FIELD_KEEP, "field-keep", "“{}”随事项保存，只有文字和个人信息能写 keep。",                   \
      "`{}` is kept with the matter; only texts and personal values have a keep of their own.")    \
    X(FIELD_SCHEMES, "field-schemes", "分类代码“{}”要写用哪些分类表（schemes），别的类型不能写。", \
      "The code `{}` needs schemes, and no other type may have them.")                             \
    X(FIELD_USE, "field-use", "use 只能写 opinion（个人看法，不用于考核），不能写“{}”。",          \
      "`use` can only be `opinion` (what somebody thinks, no figure about anybody), not `{}`.")    \
    X(FIELD_PERSONAL, "field-personal", "“{}”是位置或照片，不能写 personal；请用 see 里的 hide。", \
      "`{}` is a place or photos and cannot be personal; use `hide` of `see`.")                    \
    X(LEVEL_CHOICE, "level-choice", "“{}”不是选择字段，不能作紧急程度。",                          \
      "`{}` is no choice and cannot say how urgent a matter is.")                                  \
    X(FIELD_MANY, "field-many", "“{}”不能有 many，只有 organization 能有。",                       \
      "`{}` cannot be many; only organization can.")                                               \
    X(FIELD_UNUSED, "field-unused", "字段“{}”没有任何地方填写。",                                  \
      "The field `{}` is asked for nowhere.")                                                      \
    X(REQUIRED_ASKED, "required-asked", "必填项“{}”不在提交时的字段里。",                          \
      "`{}` is required but not among the fields of `open`.")                                      \
    X(PUBLIC_PRIVATE, "public-private",                                                            \
      "“{}”是个人信息、自由文字、准确位置、照片或个人看法，不能公开。",                            \
      "`{}` is personal, free text, an exact place, photos or an opinion and cannot be public.")   \
    X(PUBLIC_HIDDEN, "public-hidden", "“{}”既公开又隐藏，只能是其中之一。",                        \
      "`{}` is public and hidden at once; it can be only one of them.")                            \
    /* states */                                                                                   \
    X(UNREACHABLE, "state-unreachable", "没有任何动作能到状态“{}”。",                              \
      "No action leads to the state `{}`.")                                                        \
    X(STUCK, "state-stuck", "状态“{}”没有出路：没有动作离开它，它又不是结束状态。",                \
      "The state `{}` has no way out: no action leaves it and it is no end.")                      \
    X(NOBODY, "state-nobody", "状态“{}”下谁都不能做任何事。",                                      \
      "In the state `{}` nobody can do anything.")                                                 \
    X(NO_OWNER, "state-owner", "状态“{}”没有负责人（owner）。", "The state `{}` has no owner.")    \
    X(NO_CLOCK, "state-clock", "状态“{}”没有时限；若确实没有，写 clock: none 和 why。",            \
      "The state `{}` has no clock; if it truly has none, say `clock: none` and `why`.")           \
    X(CLOCK_WHY, "clock-why", "状态“{}”没有时限，要写明原因（why）。",                             \
      "The state `{}` has no clock and must say `why`.")                                           \
    X(WHY_CLOCK, "why-clock", "状态“{}”的 why 只用来说明为何没有时限。",                           \
      "The `why` of the state `{}` only serves to say why it has no clock.")                       \
    X(END_RESTS, "end-rests", "结束状态“{}”不能有负责人、时限或超时规则。",                        \
      "The end `{}` can have no owner, clock or overdue rule.")                                    \
    X(OVERDUE_CLOCK, "overdue-clock", "状态“{}”没有时限，不能有超时规则。",                        \
      "The state `{}` has no clock, so nothing there can be overdue.")                             \
    X(CLOCK_ALWAYS, "clock-always", "状态“{}”的时限都有条件；最后一条要没有条件，总有一条适用。",  \
      "All clocks of the state `{}` have a condition; the last must hold always.")                 \
    X(CLOCK_NEVER, "clock-never", "状态“{}”里，没有条件的时限后面还有别的，永远轮不到。",          \
      "In the state `{}` a clock stands behind one that holds always, and never runs.")            \
    X(UNTIL_DATE, "until-date", "“{}”不是日期字段，不能作到期日。",                                \
      "`{}` is no date, so no clock can run until it.")                                            \
    X(UNTIL_GIVEN, "until-given", "这个动作到的状态以“{}”为到期日，要在 needs 里填写它。",         \
      "This action leads to a state that lasts until `{}`, so it must need it.")                   \
    X(TIMER_LEADS, "timer-leads",                                                                  \
      "到期要做的“{}”，应由系统（system）做、从这个状态出发、到另一个状态。",                      \
      "What is done when the time is over, `{}`, must be by system, start here and lead on.")      \
    X(START_OPEN, "start-open", "起始状态“{}”不能是结束状态。",                                    \
      "The first state `{}` cannot be an end.")                                                    \
    X(OWNER_PARTS, "owner-parts", "“{}”由子任务负责，但没有动作会在进入时派出子任务。",            \
      "`{}` is owned by parts, but no action that leads there opens any.")                         \
    X(OWNER_ORG, "owner-org",                                                                      \
      "“{}”是事项的状态，没有承办单位，负责人不能写 org；子任务状态不能写 parts。",                \
      "Only a part has an organization and only the case has parts; the owner of `{}` cannot be "  \
      "that.")                                                                                     \
    /* actions */                                                                                  \
    X(ACTION_BY_OWNER, "by-owner", "动作“{}”由负责人做，但它出发的状态没有自己的负责人。",         \
      "The action `{}` is for the owner, but a state it starts from has no owner of its own.")     \
    X(SYSTEM_WHEN, "system-when", "系统动作“{}”要有条件（when），或者由时限到期来做（timer）。",   \
      "The action `{}` is by system and needs a `when`, or a clock that does it.")                 \
    X(SYSTEM_MOVES, "system-moves", "系统动作“{}”要到另一个状态，否则会一直重复。",                \
      "The action `{}` is by system and must lead to another state, or it would repeat.")          \
    X(SYSTEM_ASKS, "system-asks",                                                                  \
      "系统动作“{}”没有人填写，不能有 needs 或 sends；asks 要另有人做。",                          \
      "The action `{}` is by system: nobody can fill needs or sends, and asks only if others do "  \
      "it too.")                                                                                   \
    X(SYSTEM_PART, "system-part", "子任务的动作“{}”只能在时限到期时由系统做。",                    \
      "The action `{}` belongs to a part and can be by system only when a clock does it.")         \
    X(SYSTEM_END, "system-end", "系统动作“{}”不能从结束状态出发，也不能有 within。",               \
      "The action `{}` is by system and can neither start from an end nor have a `within`.")       \
    X(END_WITHIN, "end-within", "动作“{}”从结束状态出发，要写多久以内可以做（within）。",          \
      "The action `{}` starts from an end and must say how long it may be done (`within`).")       \
    X(SENDS_ORG, "sends-org", "动作“{}”派出子任务，要正好有一个单位字段在 needs 里。",             \
      "The action `{}` sends parts and must need exactly one organization.")                       \
    X(SENDS_CASE, "sends-case", "“{}”是子任务的动作，不能派出或重开子任务。",                      \
      "`{}` is an action of a part and cannot send or reopen parts.")                              \
    X(REOPENS_END, "reopens-end", "“{}”不是结束状态，不能重开。",                                  \
      "`{}` is no end, so nothing there can be reopened.")                                         \
    X(PART_UNSENT, "part-unsent", "没有动作会派出“{}”。", "No action sends a `{}`.")               \
    X(JOIN_OPEN, "join-open",                                                                      \
      "子任务都结束为“{}”时，没有系统动作让事项继续；请在 when 里写明它算什么。",                  \
      "When the parts have ended as `{}` no action by system moves the case on; name in a `when` " \
      "what that counts as.")                                                                      \
    X(LOOP, "loop", "系统动作从状态“{}”开始会互相触发、停不下来。",                                \
      "From the state `{}` the actions by system set one another off without end.")

enum li_rule {
#define LI_RULE_ENUM(constant, name, zh, en) LI_RULE_##constant,
    LI_RULES(LI_RULE_ENUM)
#undef LI_RULE_ENUM
        LI_RULE_COUNT
};

/* Tells a broken rule and returns -code.  `where` and `name` are copied. */
int li_rule_fail(struct li_ctx *ctx, int code, enum li_rule rule, struct li_str where,
                 struct li_str name);

/* The sentence of a told failure in a language, in the arena; for a failure
 * that is no rule (a fault of the YAML itself) its own English text. */
struct li_str li_rule_sentence(struct li_ctx *ctx, const struct li_error *error, enum li_lang lang);

#endif
