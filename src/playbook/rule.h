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

/* X(constant, name, zh, en): of a file with its base and libraries. */
#define LI_RULES_FLAT(X)                                                                           \
    X(NO_BASE, "no-such-base", "找不到作为基础的“{}”（先在文件所在目录找，再找系统自带的）。",     \
      "There is no base `{}`, neither beside the file nor in the program.")                        \
    X(NO_LIBRARY, "no-such-library", "找不到词库“{}”（library/ 目录下，或系统自带的）。",          \
      "There is no library `{}`, neither in library/ beside the file nor in the program.")         \
    X(BASE_DEEP, "base-deep", "基础“{}”自己又 extends 别的；只能有一层。",                         \
      "The base `{}` extends another one; there is one level only.")                               \
    X(LIBRARY_NAME, "library-name", "词库文件开头要写 library: {}。",                              \
      "A library's file begins with `library: {}`.")                                               \
    X(LIBRARY_WORD, "library-word", "词库里只能有字段、状态、子任务、动作和 see，不能有“{}”。",    \
      "A library holds fields, states, parts, actions and `see`, not `{}`.")                       \
    X(DROPS_NOTHING, "drops-nothing", "“{}: ~”要去掉的，基础里本来就没有。",                       \
      "`{}: ~` takes away what is not there.")

/* X(constant, name, zh, en): of the cases that come of one. */
#define LI_RULES_SPAWN(X)                                                                                                      \
    X(CHILD_KIND, "child-kind", "子任务不能叫“{}”，条件里它指别的事项。",                                                      \
      "A kind of part cannot be called `{}`: in conditions that means other cases.")                                           \
    X(SPAWNS_EACH, "spawns-each", "动作“{}”派生事项：for_each 只能用于事项自己的动作。",                                       \
      "The action `{}` opens cases `for_each` part only as an action of the case.")                                            \
    X(SPAWNS_DRAWN, "spawns-drawn",                                                                                            \
      "动作“{}”抽取台账条目：只能是人办的、事项自己的动作，不和 for_each 同用。",                                              \
      "The action `{}` draws rows: it is one of the case, done by somebody, and not `for_each` "                               \
      "part.")                                                                                                                 \
    X(SPAWNS_LINK, "spawns-link", "link 只能写 child、follows 或 related，不能写“{}”。",                                       \
      "`link` is child, follows or related, not `{}`.")                                                                        \
    X(SPAWNS_BLOCK, "spawns-block", "动作“{}”：只有 link: child 的才能写 block。",                                             \
      "The action `{}`: only a child can block.")                                                                              \
    X(SPAWNS_FIELD, "spawns-field",                                                                                            \
      "“{}”不能带到派生的事项里：照片、附件、系统算出的和文字以外的个人信息不带，its. " \
      "只用于子任务。",                                                                                                        \
      "`{}` cannot be passed on: no photos or documents, nothing reckoned, of personal values "                                \
      "texts only, and "                                                                                                       \
      "`its.` only of a part.")                                                                                                \
    X(SPAWNS_VALUE, "spawns-value", "“{}”要写字段名、its.字段名，或用单引号括起的固定值。",                                    \
      "`{}` must be a field, its.FIELD, or a fixed value in single quotes.")                                                   \
    X(SPAWNS_NO_FIELD, "spawns-no-field", "派生的事项里没有“{}”这个提交时可填的字段。",                                        \
      "What is opened does not ask for a field `{}`.")                                                                         \
    X(SPAWNS_TYPE, "spawns-type", "带到“{}”的内容类型、长度或选项不合。",                                                      \
      "What is passed on to `{}` does not fit its type, length or options.")                                                   \
    X(SPAWNS_NEEDS, "spawns-needs",                                                                                            \
      "派生的事项必填“{}”，要带上它；来源也要是必填的（needs 或 required），不会提前删除的。",                                 \
      "What is opened requires `{}`: pass it on, from something that is always given (needs or "                               \
      "required) and not erased early.")                                                                                       \
    X(SPAWNS_LOOP, "spawns-loop", "和“{}”会不经人手互相派生，没有尽头。",                                                      \
      "It and `{}` would open one another without end, without anybody's doing.")                                              \
    X(SPAWNS_NONE, "spawns-none", "要派生的“{}”还没有启用，请先启用它。",                                                      \
      "The playbook `{}` that it opens is not in use yet; adopt it first.")                                                    \
    X(OPEN_CHECK, "open-check", "提交时的 check 只能是 else: stop，不能是“{}”。",                                              \
      "What opening checks says `else: stop`, not `{}`.")                                                                      \
    X(UNDER_TYPE, "under-type",                                                                                                \
      "上级事项的“{}”只能是条件读得懂的类型：数字、是否、选择、日期等。",                                                      \
      "Of the case above, `{}` must be what a condition can read: a number, a bool, a choice, a "                              \
      "date.")                                                                                                                 \
    X(UNDER_SELF, "under-self", "“{}”不能登记在自己这一类之下。",                                                              \
      "A case of `{}` cannot be beneath another of the same playbook.")                                                        \
    X(UNDER_RHYTHM, "under-rhythm", "“{}”不能自己发起：它要登记在另一件事项之下。",                                            \
      "`{}` cannot open of itself: it is opened beneath another case.")                                                        \
    X(UNDER_SPAWN, "under-spawn", "“{}”只能作为它登记在之下的那一类的派生事项（link: child）。",                               \
      "`{}` is opened beneath one playbook only, as its child.")                                                               \
    X(UNDER_FACT, "under-fact", "上级事项没有“{}”这个字段，或者类型不同。",                                                    \
      "The case above has no field `{}`, or one of another type.")                                                             \
    X(PARENT_STATE, "parent-state", "上级事项没有“{}”这个状态。",                                                              \
      "The case above has no state `{}`.")                                                                                     \
    X(TEAM_OWNER, "team-owner", "“{}”在某个状态负责，却不在 team 里，就看不到自己的事。",                                      \
      "`{}` answers for some state and is not of the team, so would not see it.")                                              \
    X(CHILD_STATE, "child-state", "派生的事项没有“{}”这个状态。",                                                              \
      "No case that it opens has a state `{}`.")

/* X(constant, name, zh, en): of cases that open of themselves, and of those that go on by a
 * later version. */
#define LI_RULES_RHYTHM(X)                                                                         \
    X(MIGRATE_FROM, "migrate-from", "migrate 的 from 要写比这一版早的版本号，不能是“{}”。",        \
      "`from` of migrate is an earlier version than this, not `{}`.")                              \
    X(MIGRATE_TEXT, "migrate-text", "“{}”是文字或个人信息，加密保存在原名下，不能改名。",          \
      "`{}` is a text or personal: it lies sealed under its name and keeps it.")                   \
    X(RHYTHM_DAYS, "rhythm-days",                                                                  \
      "“{}”的 days 只能写 week（mon 到 sun）、day（1 到 31）、months（1 到 12）。",                \
      "The `days` of `{}` are week (mon to sun), day (1 to 31) and months (1 to 12).")             \
    X(RHYTHM_TIME, "rhythm-time",                                                                  \
      "“{}”要写 at（如 \"08:30\"），或者 within: {{from: …, to: …}}（随机时间，可写 times）。",    \
      "`{}` says either `at`, like \"08:30\", or `within: {{from: …, to: …}}` for drawn times.")   \
    X(RHYTHM_OFF, "rhythm-off", "“{}”的 skip 和 put_off 只能写一个，只能写 holidays。",            \
      "Of `skip` and `put_off` the rhythm `{}` has one, and it says `holidays`.")                  \
    X(RHYTHM_FOR, "rhythm-for",                                                                    \
      "for "                                                                                       \
      "要写一类区域：street、community、grid、compound、lane、road、building、point，不是“{}”。",  \
      "`for` is a kind of area: street, community, grid, compound, lane, road, building or "       \
      "point; not `{}`.")                                                                          \
    X(RHYTHM_SYSTEM, "rhythm-system", "“{}”由系统发起，open 的 by 里要有 system。",                \
      "`{}` opens of itself, so `system` stands among the `by` of `open`.")                        \
    X(RHYTHM_DOES, "rhythm-does", "动作“{}”要由 system 办，而且办的是事项本身，不是某一份。",      \
      "The action `{}` is one by system, of the case and not of a part.")                          \
    X(RHYTHM_ALONE, "rhythm-alone", "“{}”办的是动作，只写哪些天（days）和几点（at）。",            \
      "`{}` does an action and says days and `at` alone.")                                         \
    X(RHYTHM_FIELD, "rhythm-field", "“{}”不是提交时要填的字段，或者它的值写不进文件里。",          \
      "`{}` is not among the fields of `open`, or its values are none a file can say.")            \
    X(RHYTHM_GIVES, "rhythm-gives", "“{}”给的内容不符合提交时的要求：缺必填项，或者值不对。",      \
      "What `{}` gives does not do for opening: something required is missing, or a value is "     \
      "not one of the field's.")

/* X(constant, name, zh, en): of entries in the ledger. */
#define LI_RULES_ENTRY(X)                                                                                               \
    X(BOOK_PLACES, "book-places", "账本“{}”的 places 是小数位数，0 到 3。",                                             \
      "`places` of the book `{}` are its decimals, 0 to 3.")                                                            \
    X(NO_BOOK, "no-such-book", "没有“{}”这个账本（books）。", "There is no book `{}`.")                                 \
    X(SIDE_FORM, "side-form",                                                                                           \
      "“{}”要写谁的账户：case、actor、org（子任务的单位），或 {{field: …}}、{{fund: …}}、" \
      "{{source: …}} 之一。",                                                                                           \
      "`{}` says whose account: case, actor, org (of a part), or one of {{field: …}}, "                               \
      "{{fund: …}} and {{source: …}}.")                                                                                 \
    X(SIDE_FIELD, "side-field", "“{}”不是人员、单位或台账条目字段，没有账户。",                                         \
      "`{}` names no person, organization or row of a register, so there is no account.")                               \
    X(SIDE_BY, "side-by", "by 要写 year、street、community 或一个选择字段，“{}”不是。",                                 \
      "`by` names year, street, community or a choice; `{}` is none.")                                                  \
    X(SIDE_NAMED, "side-named", "账本的 names 里没有写“{}”叫什么。",                                                    \
      "The `names` of the book do not say how `{}` is called.")                                                         \
    X(ENTRY_SAME, "entry-same", "动作“{}”记的账，转出和转入不能是同一个账户。",                                         \
      "An entry of the action `{}` goes from an account to itself.")                                                    \
    X(ENTRY_EVIDENCE, "entry-evidence", "凭证“{}”要是 external_no 字段。",                                              \
      "The evidence `{}` must be an external_no.")                                                                      \
    X(ENTRY_LASTS, "entry-lasts", "动作“{}”：只有 lots 账本里的才会到期（lasts）。",                                    \
      "The action `{}`: only what stands in a book with lots expires (`lasts`).")                                       \
    X(ENTRY_REVERSES, "entry-reverses", "reverses 里的“{}”没有记账，或者是另一类子任务的动作。",                        \
      "In `reverses` the action `{}` enters nothing, or is one of another kind of part.")

/* X(constant, name, zh, en): of parts, where actions lead, and checks. */
#define LI_RULES_PART(X)                                                                           \
    X(FIELD_UNIT, "field-unit", "“{}”：只有 quantity 写 unit 和 scale（0 到 3 位小数）。",         \
      "`{}`: only a quantity has a unit and a scale (0 to 3 decimal places).")                     \
    X(FIELD_VOICE, "field-voice", "“{}”：只有 document 可以写 voice（录音）。",                    \
      "`{}`: only a document can be a voice.")                                                     \
    X(NO_ROLE, "no-such-role", "这类子任务没有“{}”这个角色。",                                     \
      "Parts of that kind have no role `{}`.")                                                     \
    X(FIELD_IS, "field-is", "“{}”由系统算出（is），只能是 integer、money 或 quantity。",           \
      "`{}` is reckoned (`is`) and can only be an integer, money or a quantity.")                  \
    X(SPLITS_OWN, "splits-own", "“{}”不是这类子任务自己的数量字段，不能按它分摊。",                \
      "`{}` is no number that parts of that kind keep, so nothing can be shared out by it.")       \
    X(MAKES_UNIT, "makes-unit", "“{}”不是这个动作要填的单位字段。",                                \
      "`{}` is no organization that this action asks for.")                                        \
    X(MAKES_ONE, "makes-one", "动作“{}”新建子任务，each 和 post 只能写一个。",                     \
      "The action `{}` makes a part either for each organization or for a post.")                  \
    X(MAKES_FOR, "makes-for", "动作“{}”新建的子任务由单位或指定岗位负责，要写明 each 或 post。",   \
      "What the action `{}` makes is owned by an organization or a given post: say `each` or "     \
      "`post`.")                                                                                   \
    X(MAKES_OF, "makes-of", "of 只能写 part，并且只在子任务的动作里写，不能写“{}”。",              \
      "`of` can only be `part`, in an action of a part; not `{}`.")                                \
    X(MOVES_ON, "moves-on", "“{}”的 from 里不能有 to 那个状态。",                                  \
      "In `{}` the state of `to` cannot be among those of `from`.")                                \
    X(GIVES_PART, "gives-part",                                                                    \
      "动作“{}”转交子任务：要是子任务的动作，写明到哪个状态，只转一个单位。",                      \
      "The action `{}` hands a part on: it must be a part's, lead to a state, to one unit.")       \
    X(BRANCH_LAST, "branch-last", "动作“{}”的去向：除最后一个外都要有 when，最后一个没有。",       \
      "Of the ways of the action `{}` all but the last have a `when`, and the last has none.")     \
    X(CHECK_ELSE, "check-else", "check 的 else 只能写 stop 或 warn，不能写“{}”。",                 \
      "The `else` of a check is `stop` or `warn`, not `{}`.")                                      \
    X(END_STAYS, "end-stays",                                                                      \
      "动作“{}”从子任务的结束状态出发又有 within，只能留在原处或到另一个结束状态。",               \
      "The action `{}` starts from a part's end and has a `within`, so it stays or ends anew.")

/* X(constant, name, zh, en): of owners that are looked for at the moment. */
#define LI_RULES_OWNER(X)                                                                                   \
    X(RECUSE_FIELD, "recuse-field", "recuse 里的“{}”不是人员或单位字段。",                                  \
      "In `recuse` the field `{}` is neither a person nor an organization.")                                \
    X(OWNER_DUTY, "owner-duty", "duty 只能写值班岗位，不能写“{}”。",                                        \
      "`duty` names a post of the roster, not `{}`.")                                                       \
    X(OWNER_AREA, "owner-area",                                                                             \
      "状态“{}”：nearest、wider、same 只能用于事项自己的状态；wider、same 不能用于一开始的状态。",          \
      "State `{}`: `nearest`, `wider` and `same` are for states of the case; `wider` and `same` "           \
      "not for one it begins in.")                                                                          \
    X(OWNER_FORM, "owner-form",                                                                             \
      "负责人应写 {{post: …}}、{{duty: …}}、{{nearest: …}}、{{wider: …}}、{{org: …}}、" \
      "{{party: reporter}}、same、given 或 parts 之一。",                                                   \
      "An owner is one of {{post: …}}, {{duty: …}}, {{nearest: …}}, {{wider: …}}, {{org: …}}, "   \
      "{{party: reporter}}, same, given or parts.")

/* X(constant, name, zh, en): of what chance decides. */
#define LI_RULES_SAMPLE(X)                                                                         \
    X(DRAWN, "drawn-branch", "“{}”：drawn(…) 只用在 to 的分支里，名称要写在 samples 里。",         \
      "`{}`: drawn(…) stands only where `to` branches, with a name of `samples`.")                 \
    X(SAMPLE_SHARE, "sample-share",                                                                \
      "“{}”的 share 要写成 0 到 100 的百分比；可写成列表，带 when 的在前，最后一个不带。",         \
      "The `share` of `{}` is a per cent from 0 to 100, or a list of them with a `when`, the "     \
      "last without.")                                                                             \
    X(SAMPLE_UNUSED, "sample-unused", "没有动作用到抽查“{}”。", "No action asks drawn('{}').")

/* X(constant, name, zh, en): of the page on the public square. */
#define LI_RULES_PAGE(X)                                                                                                    \
    X(PAGE_KIND, "page-kind",                                                                                               \
      "page 的 kind 只能是 "                                                                                            \
      "notice、listing、showcase、activity、project、wish、board、offer、opinion，"                                \
      "不能写“{}”。",                                                                                                       \
      "The `kind` of a page is notice, listing, showcase, activity, project, wish, board, "                                 \
      "offer or opinion, not `{}`.")                                                                                        \
    X(PAGE_TITLE, "page-title", "page 的 title 要是一个不含个人信息的文字字段，“{}”不是。",                                 \
      "The `title` of a page is a text that is not personal; `{}` is none.")                                                \
    X(PAGE_SHOWS, "page-shows",                                                                                             \
      "公开页面不能显示“{}”：个人信息、电话、人员、录音、see.hide "                              \
      "里的字段和子任务自己的字段不公开。",                                                                                 \
      "A public page cannot show `{}`: nothing personal, no telephone, person or voice, nothing "                           \
      "that "                                                                                                               \
      "`see` hides, and nothing that parts keep.")                                                                          \
    X(PAGE_STATES, "page-states", "“{}”不能既在 live 里又在 kept 里。",                                                     \
      "The state `{}` cannot be both `live` and `kept`.")                                                                   \
    X(PAGE_BEGINS, "page-begins", "事项不能一开始就在公开状态“{}”：先要有别人核对。",                                       \
      "A case cannot begin in the live state `{}`: somebody else has to check it first.")                                   \
    X(PAGE_UNCHECKED, "page-unchecked",                                                                                     \
      "动作“{}”使内容公开：只能由工作人员、从标了 not: related 的状态出发去做。",                                           \
      "The action `{}` makes something public: only staff may do it, from states that say "                                 \
      "`not: related`.")                                                                                                    \
    X(PAGE_REWRITES, "page-rewrites",                                                                                       \
      "动作“{}”在公开期间改了页面上的文字、照片或附件：要先撤回核对，或从 not: related " \
      "的状态去做。",                                                                                                       \
      "The action `{}` changes words, photos or documents of a page that stays public: lead it "                            \
      "back to a check first, or start it from a state that says `not: related`.")                                          \
    X(PAGE_ENDLESS, "page-endless",                                                                                         \
      "公开状态“{}”不会自己结束：给时限配一个到时的动作，或者写明没有时限的理由（page.stays）。",                           \
      "The live state `{}` does not end by itself: let its clock do an action, or say why not "                             \
      "(`stays` of `page`).")

/* X(constant, name, zh, en): of sums over other cases, and numbers of the tenant's tables. */
#define LI_RULES_ALIKE(X)                                                                          \
    X(SIMILAR_BY, "similar-by",                                                                    \
      "by 要写 year、street、community、place，或一个选择、单位、台账条目字段，“{}”不是。",        \
      "`by` names year, street, community, place, or a choice, an organization or a row of a "     \
      "register; `{}` is none.")                                                                   \
    X(SIMILAR_RESTS, "similar-rests", "“{}”里不能再用到 similar 或 table。",                       \
      "`{}` may not rest on similar or table itself.")                                             \
    X(TABLE_BY, "table-by", "by 要写一个选择字段，“{}”不是。", "`by` is a choice; `{}` is none.")  \
    X(TABLE_ELSE, "table-else", "“{}”：else 要写一个数，或给 by 的每个选项各写一个数。",           \
      "`{}`: `else` is a number, or one for every option of `by`.")

/* X(constant, name, zh, en) */
#define LI_RULES(X)                                                                                \
    LI_RULES_PART(X)                                                                               \
    LI_RULES_SPAWN(X)                                                                              \
    LI_RULES_ENTRY(X)                                                                              \
    LI_RULES_OWNER(X)                                                                              \
    LI_RULES_FLAT(X)                                                                               \
    LI_RULES_RHYTHM(X)                                                                             \
    LI_RULES_SAMPLE(X)                                                                             \
    LI_RULES_PAGE(X)                                                                               \
    LI_RULES_ALIKE(X)                                                                              \
    /* shape of the file */                                                                        \
    X(WORD_UNKNOWN, "word-unknown", "这里不认识这个词，后面是可用的词：{}",                        \
      "This word is not known here; the known ones follow: {}")                                    \
    X(WORD_MISSING, "word-missing", "缺少“{}”。", "`{}` is missing.")                              \
    X(SHAPE_MAP, "shape-map", "“{}”应写成若干“词: 值”。", "`{}` must be a map of words.")          \
    X(SHAPE_LIST, "shape-list", "“{}”应写成列表。", "`{}` must be a list.")                        \
    X(SHAPE_TEXT, "shape-text", "“{}”应写成文字。", "`{}` must be a text.")                        \
    X(SHAPE_INTEGER, "shape-integer", "“{}”应写成正整数。", "`{}` must be a positive integer.")    \
    X(SHAPE_BOOL, "shape-bool", "“{}”应写 true 或 false。", "`{}` must be true or false.")         \
    X(APPROVE_FORM, "approve-form",                                                                \
      "动作“{}”的 approve 要写 by（岗位）和 within（时限），可写 "            \
      "need、in_order、if_silent、reason、"                                                    \
      "refused；只能用于事项的、有去向（to）的动作。",                                             \
      "The `approve` of `{}` says `by` (posts) and `within`, and may say need, in_order, "         \
      "if_silent, reason and refused; it is for an action of the case that leads somewhere.")      \
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
      "时限“{}”写 within、until、table 之一；of 跟 within，else 跟 table，until 不写 from。",      \
      "`{}` says one of `within`, `until` and `table`; `of` goes with `within`, `else` with "      \
      "`table`, and there is no `from` with `until`.")                                             \
    X(CLOCK_EARLIEST, "clock-earliest",                                                            \
      "“{}”（几个时限取最早）要列出 2 到 8 个，旁边只能再写 when。",                               \
      "`{}` lists two to eight deadlines, with nothing but a `when` beside it.")                   \
    X(CLOCK_START, "clock-start",                                                                  \
      "“from: {}”不行：可写 state、opened 或日期字段，子任务还可写 start。",                       \
      "`from: {}` is not possible: state, opened or a date field, and start of a part.")           \
    X(NOT_BEFORE, "not-before", "“not_before: {}”要写时长，或日期字段。",                          \
      "`not_before: {}` must be a length or a date field.")                                        \
    X(EXTENDS_NEEDS, "extends-needs", "延期到“{}”，这个动作就要在 needs 里填写它。",               \
      "An action that extends a clock until `{}` must need it.")                                   \
    X(EXTENDS_OF, "extends-of",                                                                    \
      "extends_of 只能写 about，用在子任务的动作上，并与 extends_clock 同用；不能写“{}”。",        \
      "`extends_of` says `about`, of an action of a part that extends a clock; not `{}`.")         \
    X(EXTENDS_ASKED, "extends-asked",                                                              \
      "动作“{}”批准的日期，要由子任务自己保存，并由每个生成它的动作在 needs 里填写。",             \
      "The day that `{}` grants is one its part keeps, and every action that makes one needs it.") \
    X(EXTENDS_CLOCK, "extends-clock", "动作“{}”延期的状态没有时限。",                              \
      "The action `{}` extends the clock of a state that has none.")                               \
    X(EXTENDS_MOST, "extends-most",                                                                \
      "动作“{}”的 extends_most 要写成天数（如 30d），并与 extends_clock 同用。",                   \
      "`extends_most` of the action `{}` is a number of days (30d), beside `extends_clock`.")      \
    X(PAUSE_CLOCK, "pause-clock", "状态“{}”暂停计时，要有自己的时限（到什么时候复核）。",          \
      "The state `{}` pauses other clocks and must have one of its own, when it is reviewed.")     \
    X(WAIT_SYSTEM, "wait-system", "系统动作“{}”不会等，不能写 not_before；请用 timer。",           \
      "The action `{}` is by system and cannot wait (`not_before`); use a timer.")                 \
    X(OVERDUE_ORDER, "overdue-order", "状态“{}”的超时规则要按 at 从小到大写，不能重复。",          \
      "The overdue rules of the state `{}` must be in the order of `at`, each once.")              \
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
    X(CHOICE_OPTIONS, "choice-options", "选择字段“{}”要有选项（options），清单要有 items。",       \
      "The choice `{}` needs options, a checklist items, and no other type may have them.")        \
    X(FIELD_MAX, "field-max",                                                                      \
      "“{}”不能有 max，只有 text、integer、photos、document、scale 能有。",                        \
      "`{}` can have no max; only text, integer, photos, document and scale have one.")            \
    X(FIELD_KEEP, "field-keep", "“{}”随事项保存，只有文字和个人信息能写 keep。",                   \
      "`{}` is kept with the matter; only texts and personal values have a keep of their own.")    \
    X(FIELD_SCHEMES, "field-schemes", "分类代码“{}”要写用哪些分类表（schemes），别的类型不能写。", \
      "The code `{}` needs schemes, and no other type may have them.")                             \
    X(FIELD_REGISTER, "field-register",                                                            \
      "“{}”要写是哪个台账的条目（register），只有 subject 能写。",                                 \
      "The subject `{}` must say of which register, and no other type may.")                       \
    X(FIELD_READS, "field-reads",                                                                  \
      "“{}”的 reads 只能写在条目字段（subject）里，每列要写 type: number、text 或 bool。",         \
      "`reads` of `{}`: only a subject has it, and each column is of type number, text or bool.")  \
    X(FIELD_READS_NONE, "field-reads-none",                                                        \
      "台账里没有能这样读的列“{}”（文字和个人信息不能读，类型要一致）。",                          \
      "The register has no column `{}` that can be read so: no texts, nothing personal, and of "   \
      "that type.")                                                                                \
    X(CARRIES, "carries",                                                                          \
      "carries 里的“{}”不对：part 写一种任务，alike 写 similar 的名字，"       \
      "leave、bring 是由系统做、没有条件的动作，bring 要产生这种任务；"     \
      "事项的某个动作写 takes: true。",                                                            \
      "`{}` in `carries` does not fit: part is a kind, alike names of `similar`, "                 \
      "leave and bring actions by system without a condition, bring makes such a part; "           \
      "an action of the case says takes: true.")                                                   \
    X(OCCUPIES_FIELD, "occupies-field",                                                            \
      "occupies 里的“{}”类型不对：row 要写条目，from、until 要写时刻，hours 要写数量。",           \
      "`{}` in `occupies` is of the wrong type: row is a subject, from and until a datetime, "     \
      "hours a quantity.")                                                                         \
    X(OCCUPIES_UNTIL, "occupies-until", "{} 要写 until 或 hours 之一。",                           \
      "`{}` says either `until` or `hours`.")                                                      \
    X(ENTRY_UNTIL, "entry-until",                                                                  \
      "until 要写一个日期字段，账本要有 lots，不能同时写 lasts；“{}”不合。",                       \
      "`until` names a date, in a book with lots and without `lasts`; `{}` does not fit.")         \
    X(BALANCE_OF, "balance-of", "余额“{}”的 of 要写 {{field: …}}、{{fund: …}} 或 {{source: …}}。", \
      "The balance `{}` is `of` {{field: …}}, {{fund: …}} or {{source: …}}.")                      \
    X(FIELD_USE, "field-use", "use 只能写 opinion（个人看法，不用于考核），不能写“{}”。",          \
      "`use` can only be `opinion` (what somebody thinks, no figure about anybody), not `{}`.")    \
    X(FIELD_PERSONAL, "field-personal",                                                            \
      "“{}”是位置、照片或附件，不能写 personal；请用 see 里的 hide。",                             \
      "`{}` is a place, photos or documents and cannot be personal; use `hide` of `see`.")         \
    X(LEVEL_CHOICE, "level-choice", "“{}”不是选择字段，不能作紧急程度。",                          \
      "`{}` is no choice and cannot say how urgent a matter is.")                                  \
    X(FIELD_MANY, "field-many", "“{}”不能有 many，只有 organization 能有。",                       \
      "`{}` cannot be many; only organization can.")                                               \
    X(FIELD_UNUSED, "field-unused", "字段“{}”没有任何地方填写。",                                  \
      "The field `{}` is asked for nowhere.")                                                      \
    X(REQUIRED_ASKED, "required-asked", "必填项“{}”不在提交时的字段里。",                          \
      "`{}` is required but not among the fields of `open`.")                                      \
    X(PUBLIC_PRIVATE, "public-private",                                                            \
      "“{}”是个人信息、自由文字、准确位置、照片、附件或个人看法，不能公开。",                      \
      "`{}` is personal, free text, an exact place, photos, documents or an opinion and cannot "   \
      "be public.")                                                                                \
    X(BEHALF_STAFF, "behalf-staff", "“{}”只能写岗位或 staff：代录的人要有岗位。",                  \
      "`{}` names posts or staff only: whoever enters for others holds a post.")                   \
    X(PUBLIC_HIDDEN, "public-hidden", "“{}”既公开又隐藏，只能是其中之一。",                        \
      "`{}` is public and hidden at once; it can be only one of them.")                            \
    /* registers */                                                                                \
    X(REGISTER_NAME, "register-name", "台账的名称和编号要用不含个人信息的文字字段，“{}”不是。",    \
      "A row is called and coded by a text that is not personal; `{}` is none.")                   \
    X(REGISTER_PLACE, "register-place", "“{}”不是地点字段。", "`{}` is no area.")                  \
    X(REGISTER_NUMBER, "register-number", "台账“{}”要写 code（用哪个字段编号）或 number 之一。",   \
      "The register `{}` says either `code` or `number`.")                                         \
    X(REGISTER_FIND, "register-find",                                                              \
      "不能按“{}”筛选；只有选择、是否、单位、分类、等级和条目字段可以。",                          \
      "Rows cannot be found by `{}`; only by a choice, bool, organization, code, scale or "        \
      "subject.")                                                                                  \
    X(REGISTER_ONCE, "register-once", "“{}”要必填，并且是日期或能筛选的字段，才能写在 once 里。",  \
      "`{}` must be required, and a date or what rows can be found by, to stand in `once`.")       \
    X(REGISTER_AGREED, "register-agreed", "agreed 要写一个“是否”字段，“{}”不是。",                 \
      "`agreed` names a bool; `{}` is none.")                                                      \
    X(REGISTER_PUBLIC, "register-public",                                                          \
      "“{}”是个人信息或个人看法，不能公开；本人同意才公开的，写 {{field: …, agreed: …}}。",        \
      "`{}` is personal or an opinion and not public; where the holder agrees write "              \
      "{{field: …, agreed: …}}.")                                                                  \
    X(REGISTER_ASKS, "register-asks", "台账没有公开的内容，居民看不到，不能从这里提“{}”。",        \
      "Nothing of the register is public, so nobody opens `{}` from it.")                          \
    X(REGISTER_REPEATS, "register-repeats",                                                        \
      "“{}”要写几件（cases）、多少天内（within），台账还要有 cases。",                             \
      "`{}` says how many cases and within how many days, and the register names cases.")          \
    X(REGISTER_PHOTOS, "register-photos", "台账字段“{}”不能是照片或附件。",                        \
      "The field `{}` of a register cannot be photos or documents.")                               \
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
      "“{}”的负责人不能这样写：只有子任务有承办单位和指定岗位，只有事项有子任务。",                \
      "Only a part has an organization or a given post, and only the case has parts; the owner "   \
      "of `{}` cannot be that.")                                                                   \
    /* actions */                                                                                  \
    X(ACTION_BY_OWNER, "by-owner", "动作“{}”由负责人做，但它出发的状态没有自己的负责人。",         \
      "The action `{}` is for the owner, but a state it starts from has no owner of its own.")     \
    X(SYSTEM_WHEN, "system-when", "系统动作“{}”要有条件（when），或者由时限到期来做（timer）。",   \
      "The action `{}` is by system and needs a `when`, or a clock that does it.")                 \
    X(SYSTEM_MOVES, "system-moves", "系统动作“{}”要到另一个状态，否则会一直重复。",                \
      "The action `{}` is by system and must lead to another state, or it would repeat.")          \
    X(SYSTEM_ASKS, "system-asks",                                                                  \
      "系统动作“{}”没有人填写，不能有 needs、sends 和 check；asks 要另有人做。",                   \
      "The action `{}` is by system: nobody can fill needs or sends or hear what a check says, "   \
      "and asks only if others do it too.")                                                        \
    X(SYSTEM_END, "system-end", "系统动作“{}”不能从结束状态出发，也不能有 within。",               \
      "The action `{}` is by system and can neither start from an end nor have a `within`.")       \
    X(END_WITHIN, "end-within", "动作“{}”从结束状态出发，要写多久以内可以做（within）。",          \
      "The action `{}` starts from an end and must say how long it may be done (`within`).")       \
    X(SENDS_ORG, "sends-org", "动作“{}”派出子任务，要正好有一个单位字段在 needs 里。",             \
      "The action `{}` sends parts and must need exactly one organization.")                       \
    X(REOPENS_END, "reopens-end", "“{}”不是结束状态，不能重开。",                                  \
      "`{}` is no end, so nothing there can be reopened.")                                         \
    X(PART_UNSENT, "part-unsent", "没有动作会派出“{}”。", "No action sends a `{}`.")               \
    X(JOIN_OPEN, "join-open",                                                                      \
      "子任务都结束为“{}”时，没有系统动作让事项继续；请在 when 里写明它算什么。",                  \
      "When the parts have ended as `{}` no action by system moves the case on; name in a `when` " \
      "what that counts as.")                                                                      \
    X(NO_BALLOT, "no-ballot", "没有表决“{}”。", "There is no ballot `{}`.")                        \
    X(BALLOT_FORM, "ballot-form",                                                                  \
      "表决“{}”写得不对：方式、选项、投票人和截止时间都要写明，字段的类型要对得上。",              \
      "The ballot `{}` does not say, or says wrongly, how it is held: method, options, electors "  \
      "and closing, by fields of the right types.")                                                \
    X(BALLOT_OTHER, "ballot-other",                                                                \
      "“{}”发起表决，要由经办人以外的人来做：出发的状态写上 not: "     \
      "related，而且不是起始状态；系统不能发起。",                                                 \
      "The action `{}` opens a ballot: it is for somebody who did not work on the case, so the "   \
      "states it starts from say `not: related`, none is where a case begins, and it is never by " \
      "system.")                                                                                   \
    X(BALLOT_OPINION, "ballot-opinion",                                                            \
      "“{}”是意见征询，只能知道它进行到哪一步，结果不能决定事项，也不能进任何数字。",              \
      "`{}` is a ballot of opinion: only its state can be asked, its outcome decides nothing and " \
      "is in no figure.")                                                                          \
    X(OPINION_FIGURE, "opinion-figure", "“{}”是意见（use: opinion），不能算进数字。",              \
      "`{}` is an opinion and is reckoned into no figure.")                                        \
    X(BALLOT_UNUSED, "ballot-unused", "表决“{}”没有动作发起，或者没有系统动作按它的结果继续。",    \
      "No action opens the ballot `{}`, or no action by system goes on when it is over.")          \
    X(SAYS_NOBODY, "says-nobody",                                                                  \
      "“{}”写了要说的话（says），却没有告知任何人：加上 tell: reporter。",                         \
      "`{}` has words to be said (says) and tells nobody: add tell: reporter.")                    \
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
