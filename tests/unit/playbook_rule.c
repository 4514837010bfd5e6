/*
 * Every rule of load and check: a playbook that breaks it is refused with its
 * sentence and its place.  A rule without a row here fails the test.
 */
#include "playbook.h"

#include "playbook/rule.h"

struct broken {
    const char *rule;
    const char *from, *to; /* what is changed in the sample */
    const char *limit;     /* what the sentence names; NULL: not looked at */
    const char *where;     /* "line:column"; NULL: not looked at */
};

/* The sample's end with a rhythm behind it; `system` stays out of `open`, where that is
 * not what is looked at it is told besides. */
#define EVERY(words) "see: {public: kind}\nevery: {x: {label: {zh: 每天, en: Daily}, " words "}}\n"

#define SAMPLES(share)                                                                             \
    "see: {public: kind}\nsamples: {spot: {label: {zh: 抽查, en: Spot check}, share: " share "}}"  \
    "\n"

#define PAGE(words) "see: {public: kind}\npage: {kind: notice, " words "}\n"
#define STAYS       "stays: {zh: 一直在, en: It lasts}"

#define SIMILAR(words) "see: {public: kind}\nsimilar: {x: {label: {zh: 同, en: Same}, " words "}}\n"
#define TABLE(words)   "see: {public: kind}\ntables: {x: {label: {zh: 限, en: Most}, " words "}}\n"
#define MIGRATE(words) "see: {public: kind}\nmigrate: {" words "}\n"

/* … and with an action that enters something. */
#define BOOKS                                                                                      \
    "books: {fund: {unit: fen, places: 2, title: {zh: 资金, en: Money}, "                        \
    "names: {a: {zh: 甲, en: A}, away: {zh: 外, en: Away}}}}\n"
#define ENTERS(words)                                                                              \
    "  post: {label: {zh: 记账, en: Post}, from: fresh, by: desk, " words "}\n"                    \
    "see: {public: kind}\n" BOOKS
#define ENTRY(words) ENTERS("entries: [{amount: field.cost, " words "}]")

/* … with a ballot, opened from `from`, and a step that follows it. */
#define BALLOT(from, use, closes, when)                                                            \
    "  put: {label: {zh: 表决, en: Put}, from: " from ", by: checker, ballot: vote}\n"             \
    "  end: {label: {zh: 结束, en: End}, from: fresh, to: shut, by: system, when: \"" when "\"}\n" \
    "see: {public: kind}\nballots: {vote: {label: {zh: 表决, en: Vote}, title: note, "           \
    "use: " use ", method: yes_no, electors: {desk: true}, closes: " closes "}}\n"

static const struct broken broken[] = {
    {"no-ballot", "see: {public: kind}\n",
     "  put: {label: {zh: 表决, en: Put}, from: looking, by: checker, ballot: vote}\n"
     "see: {public: kind}\n",
     "vote", NULL},
    {"ballot-form", "see: {public: kind}\n",
     BALLOT("looking", "decision", "{days: 3, until: kind}", "ballot.vote.passed"), "vote", NULL},
    {"ballot-form", "see: {public: kind}\n",
     BALLOT("looking", "poll", "{days: 3}", "ballot.vote.state = 'final'"), "vote", NULL},
    {"ballot-other", "see: {public: kind}\n",
     BALLOT("fresh", "decision", "{days: 3}", "ballot.vote.passed"), "put", NULL},
    {"ballot-opinion", "see: {public: kind}\n",
     BALLOT("looking", "opinion", "{days: 3}", "ballot.vote.passed"), "vote", NULL},
    {"ballot-unused", "see: {public: kind}\n",
     BALLOT("looking", "decision", "{days: 3}", "field.safe"), "vote", NULL},
    {"says-nobody", "see: {public: kind}\n",
     "  put: {label: {zh: 告知, en: Tell}, from: looking, by: checker, says: {zh: 好, en: Good}}\n"
     "see: {public: kind}\n",
     "put", NULL},
    {"opinion-figure", "cost: {type: integer, max: 500,",
     "stars: {type: scale, use: opinion, label: {zh: 评分, en: Stars}}\n"
     "  cost: {type: integer, is: \"field.stars\",",
     "stars", NULL},
    {"book-places", "see: {public: kind}\n",
     "see: {public: kind}\nbooks: {a: {unit: fen, places: 9, title: {zh: 资金, en: Money}}}\n", "a",
     NULL},
    {"word-missing", "see: {public: kind}\n",
     "  post: {label: {zh: 记账, en: Post}, from: fresh, by: desk, entries: [{book: a}]}\n"
     "see: {public: kind}\n",
     "books", NULL},
    {"no-such-book", "see: {public: kind}\n", ENTRY("book: purse, from: case, to: {source: away}"),
     "purse", NULL},
    {"side-form", "see: {public: kind}\n", ENTRY("book: fund, from: org, to: case"), "from", NULL},
    {"side-form", "see: {public: kind}\n",
     ENTRY("book: fund, from: case, to: {fund: a, source: b}"), "entries", NULL},
    {"side-field", "see: {public: kind}\n", ENTRY("book: fund, from: case, to: {field: kind}"),
     "kind", NULL},
    {"side-by", "see: {public: kind}\n", ENTRY("book: fund, from: case, to: {fund: a, by: [note]}"),
     "note", NULL},
    {"side-named", "see: {public: kind}\n", ENTRY("book: fund, from: case, to: {fund: b}"), "b",
     NULL},
    {"entry-same", "see: {public: kind}\n", ENTRY("book: fund, from: case, to: case"), "post",
     NULL},
    {"entry-evidence", "see: {public: kind}\n",
     ENTRY("book: fund, from: case, to: {fund: a}, evidence: kind"), "kind", NULL},
    {"entry-lasts", "see: {public: kind}\n",
     ENTRY("book: fund, from: case, to: {fund: a}, lasts: 30d"), "post", NULL},
    {"entry-until", "see: {public: kind}\n",
     ENTRY("book: fund, from: case, to: {fund: a}, until: kind"), "kind", NULL},
    {"balance-of", "see: {public: kind}\n",
     "see: {public: kind}\nbooks: {fund: {unit: fen, title: {zh: 钱, en: Money}}}\n"
     "balances: {left: {label: {zh: 余, en: Left}, book: fund, of: case}}\n",
     "left", NULL},
    {"occupies-field", "see: {public: kind}\n",
     "see: {public: kind}\noccupies: {row: kind, from: kind, until: kind, in: done, "
     "say: {zh: 占用, en: Taken}}\n",
     "kind", NULL},
    {"occupies-until", "see: {public: kind}\n",
     "see: {public: kind}\noccupies: {row: kind, from: kind, in: done, say: {zh: 占, en: Taken}}\n",
     NULL, NULL},
    {"carries", "see: {public: kind}\n", "see: {public: kind}\ncarries: {part: task}\n", "takes",
     NULL},
    {"field-reads", "type: bool", "type: bool, reads: {a: {type: number, label: {zh: 一, en: A}}}",
     "safe", NULL},
    {"entry-reverses", "see: {public: kind}\n", ENTERS("reverses: [dispatch]"), "dispatch", NULL},
    {"when-name", "see: {public: kind}\n",
     ENTERS("check: {when: \"book.purse > 0\", else: stop, say: {zh: 空, en: Empty}}"),
     "book.purse", NULL},
    {"migrate-from", "see: {public: kind}\n", MIGRATE("from: 2"), "2", NULL},
    {"word-missing", "see: {public: kind}\n", MIGRATE("states: {a: fresh}"), "from", NULL},
    {"no-such-state", "see: {public: kind}\n", MIGRATE("from: 1, states: {a: stale}"), "stale",
     NULL},
    {"no-such-part", "see: {public: kind}\n", MIGRATE("from: 1, parts: {toil: {a: sent}}"), "toil",
     NULL},
    {"no-such-state", "see: {public: kind}\n", MIGRATE("from: 1, parts: {job: {a: stale}}"),
     "stale", NULL},
    {"no-such-field", "see: {public: kind}\n", MIGRATE("from: 1, fields: {a: b}"), "b", NULL},
    {"migrate-text", "see: {public: kind}\n", MIGRATE("from: 1, fields: {a: note}"), "note", NULL},
    {"twice", "see: {public: kind}\n", "see: {public: kind}\nmigrate: [{from: 1}, {from: 1}]\n",
     "from", NULL},
    {"field-personal", "  safe: {type: bool,", "  safe: {type: datetime, personal: true,", "safe",
     NULL},
    {"field-max", "  safe: {type: bool,", "  safe: {type: datetime, max: 3,", "safe", NULL},
    {"too-many", "  safe: {type: bool,", "  safe: {type: external_no, max: 41,", "max", NULL},
    {"rhythm-days", "see: {public: kind}\n", EVERY("days: {week: [mun]}, at: '08:00', for: grid"),
     "x", NULL},
    {"rhythm-days", "see: {public: kind}\n", EVERY("days: {day: 32}, at: '08:00', for: grid"), "x",
     NULL},
    {"rhythm-days", "see: {public: kind}\n", EVERY("days: {months: [0]}, at: '08:00', for: grid"),
     "x", NULL},
    {"rhythm-time", "see: {public: kind}\n", EVERY("for: grid"), "x", NULL},
    {"rhythm-time", "see: {public: kind}\n", EVERY("at: '24:00', for: grid"), "x", NULL},
    {"rhythm-time", "see: {public: kind}\n", EVERY("at: '8:00', for: grid"), "x", NULL},
    {"rhythm-time", "see: {public: kind}\n", EVERY("at: '08:00', times: 2, for: grid"), "x", NULL},
    {"rhythm-time", "see: {public: kind}\n",
     EVERY("within: {from: '20:00', to: '08:00'}, for: grid"), "x", NULL},
    {"too-many", "see: {public: kind}\n",
     EVERY("within: {from: '08:00', to: '20:00'}, times: 25, for: grid"), "times", NULL},
    {"no-such-action", "see: {public: kind}\n", EVERY("at: '08:00', action: dance"), "dance", NULL},
    {"rhythm-does", "see: {public: kind}\n", EVERY("at: '08:00', action: pass"), "pass", NULL},
    {"rhythm-alone", "see: {public: kind}\n", EVERY("at: '08:00', for: grid, action: pass"), "x",
     NULL},
    {"rhythm-alone", "see: {public: kind}\n",
     EVERY("within: {from: '08:00', to: '20:00'}, action: pass"), "x", NULL},
    {"rhythm-off", "see: {public: kind}\n", EVERY("at: '08:00', skip: mondays, for: grid"), "x",
     NULL},
    {"rhythm-off", "see: {public: kind}\n",
     EVERY("at: '08:00', skip: holidays, put_off: holidays, for: grid"), "x", NULL},
    {"rhythm-for", "see: {public: kind}\n", EVERY("at: '08:00', for: county"), "county", NULL},
    {"rhythm-system", "see: {public: kind}\n",
     "see: {public: kind}\nevery: {x: {label: {zh: 每天, en: Daily}, at: '08:00', for: grid, "
     "fields: {kind: leg, note: a}}}\n",
     "x", NULL},
    {"rhythm-field", "see: {public: kind}\n",
     EVERY("at: '08:00', for: grid, fields: {kind: leg, note: a, place: '440305'}"), "place", NULL},
    {"rhythm-field", "see: {public: kind}\n",
     EVERY("at: '08:00', for: grid, fields: {kind: leg, note: a, cost: 3}"), "cost", NULL},
    {"no-such-field", "see: {public: kind}\n",
     EVERY("at: '08:00', for: grid, fields: {kind: leg, note: a, tail: 3}"), "tail", NULL},
    {"rhythm-gives", "see: {public: kind}\n", EVERY("at: '08:00', for: grid, fields: {kind: leg}"),
     "x", NULL},
    {"rhythm-gives", "see: {public: kind}\n",
     EVERY("at: '08:00', for: grid, fields: {kind: arm, note: a}"), "x", NULL},
    {"word-unknown", "keep: 2y", "kep: 2y", NULL, "106:1"},
    {"word-unknown", "    not: related", "    not: tired", NULL, "37:5"},
    {"word-unknown", "{at: 80%, tell", "{at: 80%, shout", NULL, "27:24"},
    {"word-unknown", "clock: 2d", "clock: {within: 2d, off: work}", NULL, "36:25"},
    {"word-unknown", "    reopens: job\n    count", "    counts", NULL, "98:5"},
    {"word-missing", "version: 2\n", "", "version", NULL},
    {"word-missing", "title: {zh: 长椅维修, en: Bench repair}\n", "", "title", NULL},
    {"word-missing", "    type: choice\n", "", "type", "8:5"},
    {"word-missing", "  by: anyone\n", "", "by", "18:3"},
    {"word-missing", "    from: fresh\n", "", "from", NULL},
    {"word-missing", "80%, tell: owner, mark: late", "80%", "effects", NULL},
    {"approve-form", "    to: shut\n    by: owner\n",
     "    to: shut\n    by: owner\n    approve: {by: desk}\n", NULL, NULL},
    {"approve-form", "    to: shut\n    by: owner\n",
     "    to: shut\n    by: owner\n    approve: {by: nobody, within: 1d}\n", NULL, NULL},
    {"approve-form", "    to: shut\n    by: owner\n",
     "    to: shut\n    by: owner\n    approve: {by: desk, within: 1d, need: 2}\n", NULL, NULL},
    {"approve-form", "    to: shut\n    by: owner\n",
     "    to: shut\n    by: owner\n    approve: {by: desk, within: 1d, if_silent: hope}\n", NULL,
     NULL},
    {"child-kind", "  job:\n", "  child:\n", "child", NULL},
    {"team-owner", "see: {public: kind}", "see: {team: {posts: [desk]}}", "checker", NULL},
    {"no-such-post", "see: {public: kind}", "see: {team: {posts: [cook, desk, checker]}}", "cook",
     NULL},
    {"open-check", "  required: [kind, note]\n",
     "  required: [kind, note]\n  check: {when: field.safe, else: warn, say: {zh: 甲, en: A}}\n",
     "warn", NULL},
    {"under-type", "  required: [kind, note]\n",
     "  required: [kind, note]\n  under: {playbook: x, facts: {a: {type: text, label: {zh: 甲, en: "
     "A}}}}\n",
     "a", NULL},
    {"under-self", "  required: [kind, note]\n",
     "  required: [kind, note]\n  under: bench-repair\n", "bench-repair", NULL},
    {"under-rhythm", "  required: [kind, note]\n",
     "  required: [kind, note]\n  under: x\nevery: {x: {label: {zh: 每天, en: Daily}, "
     "days: {week: [mon]}, at: '08:00', for: grid, fields: {kind: back, note: a}}}\n",
     "x", NULL},
    {"spawns-each", "    asks: cost\n", "    spawns: {playbook: x, for_each: job}\n", "done", NULL},
    {"spawns-drawn", "    tell: reporter\n",
     "    spawns: {playbook: x, for_each: job, drawn: {register: homes, count: \"5\", as: home}}\n",
     NULL, NULL},
    {"spawns-link", "    tell: reporter\n", "    spawns: {playbook: x, link: merged}\n", "merged",
     NULL},
    {"spawns-block", "    tell: reporter\n",
     "    spawns: [{playbook: x, link: follows, block: true}]\n", "pass", NULL},
    {"spawns-field", "    tell: reporter\n", "    spawns: {playbook: x, map: {a: its.note}}\n",
     "its.note", NULL},
    {"spawns-value", "    tell: reporter\n", "    spawns: {playbook: x, map: {a: \"'b\"}}\n", "a",
     NULL},
    {"spawns-value", "    tell: reporter\n", "    spawns: {playbook: x, map: {a: [b]}}\n", "a",
     NULL},
    {"no-such-field", "    tell: reporter\n", "    spawns: {playbook: x, map: {a: b}}\n", "b",
     NULL},
    {"word-missing", "    tell: reporter\n", "    spawns: {map: {a: note}}\n", "playbook", NULL},
    {"when-name", "    tell: reporter\n", "    when: \"any(child, its.note = 1)\"\n", NULL, NULL},
    {"shape-map", "clock: 2d", "clock: [[2d]]", "clock", "36:13"},
    {"shape-map", "see: {public: kind}", "see: kind", "see", NULL},
    {"shape-map", "fields:\n  kind:", "fields: []\nx:\n  kind:", "fields", NULL},
    {"shape-list", "overdue: {at: 80%, tell: owner, mark: late}", "overdue: ~", "overdue", "27:14"},
    {"shape-text", "required: [kind, note]", "required: {kind: note}", "required", "21:13"},
    {"shape-list", "  via: [web, qr]", "  via: []", "via", "19:8"},
    {"shape-text", "count: rework", "count: 7", "count", "99:12"},
    {"shape-text", "fields: [kind, note,", "fields: [kind, 7,", "fields", NULL},
    {"shape-text", "tell: reporter", "tell: 7", "tell", NULL},
    {"shape-integer", "version: 2", "version: -1", "version", "2:10"},
    {"shape-integer", "version: 2", "version: 99999999999", "version", "2:10"},
    {"shape-integer", "max: 20,", "max: many,", "max", NULL},
    {"shape-bool", "many: true", "many: sure", "many", NULL},
    {"name-form", "  shut: {", "  Shut: {", "Shut", "38:3"},
    {"name-form", "count: rework", "count: Re-work", "Re-work", NULL},
    {"name-form", "playbook: bench-repair", "playbook: bench_repair", "bench_repair", NULL},
    {"texts-both", "{zh: 新, en: Fresh}", "{zh: 新}", "label", "24:12"},
    {"texts-both", "{zh: 新, en: Fresh}", "新", "label", "24:12"},
    {"shape-text", "{zh: 新, en: Fresh}", "{zh: 新, en: ''}", "en", NULL},
    {"too-many", "max: 20,", "max: 20001,", "max", NULL},
    {"twice", "via: [web, qr]", "via: [web, web]", "web", "19:14"},
    {"twice", "    asks: cost", "    asks: note", "note", NULL},
    {"length-form", "clock: 2d", "clock: soon", "soon", "36:12"},
    {"length-form", "clock: 2d", "clock: {within: 2, of: work}", "within", NULL},
    {"length-form", "clock: 2d", "clock: 0d", "0d", NULL},
    {"keep-form", "keep: 2y", "keep: 2", "keep", NULL},
    {"keep-form", "keep: 30d", "keep: 2h", "2h", NULL},
    {"number-form", "{yy}-{seq}{check}", "{yy}-{check}", NULL, "5:9"},
    {"number-form", "{yy}-{seq}{check}", "{seq}-{month}", NULL, NULL},
    {"number-form", "{yy}-{seq}{check}", "{seq", NULL, NULL},
    {"number-form", "{yy}-{seq}{check}", "{seq}}", NULL, NULL},
    {"clock-of", "clock: 2d", "clock: 2d of sleep", "sleep", NULL},
    {"clock-of", "clock: none", "clock: {none: true, of: work}", "clock", NULL},
    {"percent", "at: 80%", "at: 0", "at", NULL},
    {"percent", "at: 80%", "at: 1001%", "at", NULL},
    {"clock-form", "clock: 2d", "clock: {when: field.safe}", "clock", "36:12"},
    {"clock-form", "clock: 2d", "clock: {within: 2d, of: work, until: kind}", "clock", "36:12"},
    {"clock-start", "clock: 2d", "clock: {within: 2d, of: work, from: start}", "start", NULL},
    {"clock-start", "clock: 3d of work", "clock: {within: 3d, of: work, from: kind}", "kind", NULL},
    {"no-such-field", "clock: 3d of work", "clock: {within: 3d, of: work, from: today}", "today",
     NULL},
    {"clock-form", "clock: 2d", "clock: {table: a, of: work, else: 2d}", "clock", NULL},
    {"clock-form", "clock: 2d", "clock: {within: 2d, else: 3d}", "clock", NULL},
    {"word-missing", "clock: 2d", "clock: {table: a}", "else", NULL},
    {"name-form", "clock: 2d", "clock: {table: A b, else: 2d}", "A b", NULL},
    {"clock-earliest", "clock: 2d", "clock: {earliest: [2d]}", "earliest", NULL},
    {"clock-earliest", "clock: 2d", "clock: {earliest: [2d, 3d], of: work}", "earliest", NULL},
    {"not-before", "    tell: reporter\n", "    not_before: kind\n", "kind", NULL},
    {"length-form", "    tell: reporter\n", "    not_before: 3d of sleep\n", "3d of sleep", NULL},
    {"no-such-field", "    tell: reporter\n", "    extends_clock: never\n", "never", NULL},
    {"until-date", "    tell: reporter\n", "    extends_clock: kind\n", "kind", NULL},
    {"pause-clock", "    why: {zh: 在任务上, en: On the jobs}\n",
     "    why: {zh: 在任务上, en: On the jobs}\n    pauses: true\n", "working", NULL},
    {"wait-system", "    from: working\n    to: looking\n",
     "    not_before: 1d\n    from: working\n    to: looking\n", "finish", NULL},
    {"overdue-order", "{at: 80%, tell: owner, mark: late}",
     "[{at: 80, mark: x}, {at: 80, mark: y}]", "fresh", NULL},
    {"overdue-order", "{at: 80%, tell: owner, mark: late}",
     "[{at: 90, mark: x}, {at: 80, mark: y}]", "fresh", NULL},
    {"no-such-action", "overdue: {at: 80%, tell: owner, mark: late}", "timer: {do: fly}", "fly",
     "27:17"},
    {"when-actor", "clock: 2d", "clock: [{within: 1d, when: actor.is_reporter}, 2d]", "when", NULL},
    {"when-actor", "  required: [kind, note]\n",
     "  required: [kind, note]\n  start: [{state: looking, when: actor.is_reporter}]\n", "when",
     "22:34"},
    {"when-actor", "see: {public: kind}", "see: {public: kind, staff_only: actor.is_reporter}",
     "staff_only", NULL},
    {"owner-form", "owner: parts", "owner: {parts: some}", "owner", NULL},
    {"owner-form", "owner: checker", "owner: {post: checker, org: handler}", "owner", NULL},
    {"owner-form", "owner: checker", "owner: {nearest: []}", "owner", NULL},
    {"no-such-post", "owner: checker", "owner: {nearest: [checker, cook]}", "cook", NULL},
    {"drawn-branch", "    to: shut\n    by: owner\n",
     "    to: [{state: looking, when: \"drawn('spot')\"}, {state: shut}]\n    by: owner\n",
     "drawn.spot", NULL},
    {"extends-of", "    from: any\n    by: staff\n",
     "    from: any\n    by: staff\n    extends_of: about\n", "about", NULL},
    {"drawn-branch", "    to: shut\n    by: owner\n",
     "    to: shut\n    by: owner\n    when: \"drawn('spot')\"\n", "drawn.spot", NULL},
    {"when-name", "    to: shut\n    by: owner\n",
     "    to: shut\n    by: owner\n    when: \"office.open\"\n", "office.open", NULL},
    {"page-kind", "see: {public: kind}\n",
     "see: {public: kind}\npage: {kind: gossip, title: note, live: [shut]}\n", "gossip", NULL},
    {"page-title", "see: {public: kind}\n", PAGE("title: phone, live: [shut]"), "phone", NULL},
    {"page-title", "see: {public: kind}\n", PAGE("title: kind, live: [shut]"), "kind", NULL},
    {"page-shows", "see: {public: kind}\n", PAGE("title: note, shows: [kind, phone], live: [shut]"),
     "phone", NULL},
    {"page-states", "see: {public: kind}\n", PAGE("title: note, live: [shut], kept: [shut]"),
     "shut", NULL},
    {"page-begins", "see: {public: kind}\n", PAGE("title: note, live: [fresh], " STAYS), "fresh",
     NULL},
    {"page-unchecked", "see: {public: kind}\n", PAGE("title: note, live: [working], " STAYS),
     "dispatch", NULL},
    {"page-rewrites", "see: {public: kind}\n", PAGE("title: note, live: [shut], kept: [looking]"),
     "comment", NULL},
    {"page-endless", "see: {public: kind}\n", PAGE("title: note, live: [looking]"), "looking",
     NULL},
    {"sample-unused", "see: {public: kind}\n", SAMPLES("10%"), "spot", NULL},
    {"sample-share", "see: {public: kind}\n", SAMPLES("101%"), "share", NULL},
    {"sample-share", "see: {public: kind}\n", SAMPLES("some"), "share", NULL},
    {"sample-share", "see: {public: kind}\n", SAMPLES("[]"), "spot", NULL},
    {"sample-share", "see: {public: kind}\n", SAMPLES("[{percent: 5, when: field.safe}]"), "share",
     NULL},
    {"sample-share", "see: {public: kind}\n", SAMPLES("[{percent: 5}, {percent: 6}]"), "share",
     NULL},
    {"when-actor", "see: {public: kind}\n",
     SAMPLES("[{percent: 5, when: actor.is_reporter}, {percent: 6}]"), "when", NULL},
    {"similar-by", "see: {public: kind}\n", SIMILAR("by: [year, note], amount: \"1\""), "note",
     NULL},
    {"similar-rests", "see: {public: kind}\n", SIMILAR("by: [year], amount: \"similar.x.sum\""),
     "x", NULL},
    {"table-by", "see: {public: kind}\n", TABLE("by: note, else: 1"), "note", NULL},
    {"table-else", "see: {public: kind}\n", TABLE("else: none"), "x", NULL},
    {"recuse-field", "see: {public: kind}",
     "recuse: {fields: [kind], else: desk}\nsee: {public: kind}", "kind", NULL},
    {"owner-duty", "owner: checker", "owner: {duty: checker}", "checker", NULL},
    {"owner-area", "owner: {org: handler}", "owner: {nearest: [checker]}", "sent", NULL},
    {"owner-form", "owner: checker", "owner: {same: again}", "owner", NULL},
    {"no-such-field", "needs: units", "needs: unit", "unit", "53:12"},
    {"no-such-field", "public: kind", "public: sort", "sort", NULL},
    {"no-such-state", "to: looking", "to: lookin", "lookin", "78:9"},
    {"no-such-state", "    from: any\n    to: gone", "    from: nowhere\n    to: gone", "nowhere",
     NULL},
    {"no-such-part", "sends: job", "sends: work", "work", NULL},
    {"no-such-part", "part: job", "part: work", "work", NULL},
    {"no-such-post", "owner: checker", "owner: cook", "cook", "35:12"},
    {"no-such-post", "by: [reporter, desk]", "by: [reporter, post:cook]", "cook", NULL},
    {"no-such-who", "by: [reporter, desk]", "by: [reporter, cook]", "cook", "60:20"},
    {"no-such-who", "  by: anyone", "  by: owner", "owner", NULL},
    {"no-such-type", "type: choice", "type: chois", "chois", "8:11"},
    {"no-such-way", "via: [web, qr]", "via: [web, pigeon]", "pigeon", NULL},
    {"no-such-effect", "tell: reporter", "tell: everybody", "everybody", NULL},
    {"no-such-effect", "tell: reporter", "effects: [{sing: loud}]", "sing", NULL},
    {"when-name", "all(job, state = 'dropped')", "held('cook')", "held.cook", NULL},
    {"when-name", "all(job, state = 'dropped')", "count.sorrows > 1", "count.sorrows", NULL},
    {"when-value", "all(job, state = 'dropped')", "case.via = 'pigeon'", "pigeon", NULL},
    {"when-syntax", "all(job, state = 'dropped')", "held(desk)", NULL, NULL},
    {"when-syntax", "any(job, state = 'done')\"", "any(job, state = 'done'\"", NULL, NULL},
    {"when-name", "all(job, state = 'dropped')", "all(task, state = 'dropped')", "task", "86:16"},
    {"when-name", "all(job, state = 'dropped')", "field.note = ''", "field.note", NULL},
    {"when-name", "all(job, state = 'dropped')", "field.units = ''", "field.units", NULL},
    {"when-value", "all(job, state = 'dropped')", "all(job, state = 'droped')", "droped", "86:29"},
    {"when-value", "all(job, state = 'dropped')", "field.kind = 'arm'", "arm", NULL},
    {"when-type", "all(job, state = 'dropped')", "count(job)", "count(job)", NULL},
    {"when-nested", "all(job, state = 'dropped')", "all(job, any(job, true))", "any", NULL},
    {"when-overflow", "all(job, state = 'dropped')", "count(job) < 99999999999999999999", NULL,
     NULL},
    {"choice-options", "    options: {leg: {zh: 腿, en: Leg}, back: {zh: 靠背, en: Back}}\n", "",
     "kind", NULL},
    {"choice-options", "type: bool", "type: bool, options: {a: {zh: 一, en: A}}", "safe", NULL},
    {"field-max", "type: bool", "type: bool, max: 3", "safe", NULL},
    {"field-keep", "type: bool", "type: bool, keep: 3d", "safe", NULL},
    {"field-schemes", "type: bool", "type: code", "safe", NULL},
    {"field-schemes", "type: bool", "type: bool, schemes: event", "safe", NULL},
    {"field-use", "type: bool", "type: bool, use: figures", "figures", NULL},
    {"field-personal", "type: bool", "type: point, personal: true", "safe", NULL},
    {"field-personal", "type: bool", "type: photos, personal: true", "safe", NULL},
    {"field-personal", "type: bool", "type: document, personal: true", "safe", NULL},
    {"too-many", "type: bool", "type: document, max: 11", "max", NULL},
    {"level-choice", "see: {public: kind}", "level: safe\nsee: {public: kind}", "safe", NULL},
    {"no-such-field", "see: {public: kind}", "level: how\nsee: {public: kind}", "how", NULL},
    {"field-many", "type: bool", "type: bool, many: true", "safe", NULL},
    {"field-unused", "    asks: cost\n", "", "cost", "15:3"},
    {"required-asked", "required: [kind, note]", "required: [kind, cost]", "cost", "21:20"},
    {"public-private", "public: kind", "public: [kind, note]", "note", "105:22"},
    {"public-private", "public: kind", "public: phone", "phone", NULL},
    {"public-private", "    type: choice\n", "    type: choice\n    personal: true\n", "kind",
     NULL},
    {"public-hidden", "public: kind", "public: kind, hide: {fields: kind, but: staff}", "kind",
     NULL},
    {"behalf-staff", "keep: 2y", "on_behalf: [desk, reporter]\nkeep: 2y", "on_behalf", NULL},
    {"length-form", "keep: 2y", "late_entry: soon\nkeep: 2y", "soon", NULL},
    {"word-missing", "public: kind", "hide: {fields: kind}", "but", NULL},
    {"word-missing", "public: kind", "hide: {but: staff}", "fields", NULL},
    {"no-such-who", "public: kind", "hide: {fields: kind, but: cook}", "cook", NULL},
    {"clock-always", "clock: 2d", "clock: {within: 1d, when: field.safe}", "looking", "33:3"},
    {"clock-never", "clock: 2d", "clock: [2d, 3d]", "looking", "33:3"},
    {"until-date", "clock: 2d", "clock: {until: kind}", "kind", NULL},
    {"no-such-field", "clock: 2d", "clock: {until: never}", "never", NULL},
    {"timer-leads", "overdue: {at: 80%, tell: owner, mark: late}", "timer: {do: withdraw}",
     "withdraw", "23:3"},
    {"timer-leads", "overdue: {at: 80%, tell: owner, mark: late}", "timer: {do: back}", "back",
     NULL},
    {"word-unknown", "clock: 4h of work\n    overdue: {at: 80%, tell: owner, mark: late}",
     "clock: 4h\n    timer: {after: 4h, do: back}", NULL, NULL},
    {"state-unreachable", "to: gone", "to: shut", "gone", "39:3"},
    {"state-unreachable", "    to: dropped\n", "    to: done\n", "dropped", NULL},
    {"state-stuck", "gone: {label: {zh: 撤, en: Gone}, end: true}",
     "gone: {label: {zh: 撤, en: Gone}, owner: desk, clock: 1d}", "gone", "39:3"},
    {"state-owner", "    owner: checker\n", "", "looking", "33:3"},
    {"state-clock", "    clock: 2d\n", "", "looking", "33:3"},
    {"clock-why", "    why: {zh: 在任务上, en: On the jobs}\n", "", "working", "31:5"},
    {"why-clock", "clock: none", "clock: 1d", "working", NULL},
    {"why-clock", "en: Gone}, end: true}", "en: Gone}, end: true, why: {zh: 好, en: Fine}}", "gone",
     NULL},
    {"end-rests", "en: Gone}, end: true}", "en: Gone}, end: true, owner: desk}", "gone", NULL},
    {"overdue-clock", "    clock: none\n", "    clock: none\n    overdue: {at: 9, mark: x}\n",
     "working", NULL},
    {"start-open", "  required: [kind, note]\n", "  required: [kind, note]\n  to: gone\n", "gone",
     NULL},
    {"start-open", "  required: [kind, note]\n",
     "  required: [kind, note]\n  start: [{state: gone, when: field.safe}]\n", "gone", NULL},
    {"no-such-state", "  required: [kind, note]\n",
     "  required: [kind, note]\n  start: [{state: away, when: field.safe}]\n", "away", NULL},
    {"word-missing", "  required: [kind, note]\n",
     "  required: [kind, note]\n  start: [{state: looking}, {state: fresh, when: 'true'}]\n",
     "when", NULL},
    {"owner-parts", "  shut: {",
     "  idle: {label: {zh: 闲, en: Idle}, owner: parts, clock: none, why: {zh: 等, en: Wait}}\n"
     "  shut: {",
     "idle", "38:3"},
    {"owner-org", "owner: checker", "owner: {org: handler}", "looking", NULL},
    {"owner-org", "owner: {org: handler}", "owner: parts", "sent", NULL},
    {"by-owner", "by: [reporter, desk]", "by: [reporter, owner]", "withdraw", NULL},
    {"system-when", "    when: \"all(job, state = 'dropped')\"\n", "", "back", NULL},
    {"system-moves", "    from: working\n    to: fresh\n", "    from: working\n", "back", NULL},
    {"system-moves", "    from: working\n    to: fresh\n", "    from: working\n    to: working\n",
     "back", NULL},
    {"system-asks", "    when: \"all(job, state = 'dropped')\"\n",
     "    needs: cost\n    when: \"all(job, state = 'dropped')\"\n", "back", NULL},
    {"system-when", "    to: dropped\n    by: [desk]\n", "    to: dropped\n    by: [system]\n",
     "drop", NULL},
    {"system-asks", "    when: \"all(job, state = 'dropped')\"\n",
     "    asks: cost\n    when: \"all(job, state = 'dropped')\"\n", "back", NULL},
    {"system-end", "    from: working\n    to: fresh\n",
     "    from: [working, gone]\n    to: fresh\n", "back", NULL},
    {"system-end", "    when: \"all(job, state = 'dropped')\"\n",
     "    within: 3d\n    when: \"all(job, state = 'dropped')\"\n", "back", NULL},
    {"end-within", "    from: any\n    by: staff\n", "    from: [fresh, gone]\n    by: staff\n",
     "comment", NULL},
    {"length-form", "    by: staff\n", "    by: staff\n    within: soon\n", "soon", NULL},
    {"word-unknown", "    count: rework\n", "    limit: 2\n    else: gone\n", NULL, NULL},
    {"no-such-state", "    count: rework\n", "    count: rework\n    limit: 2\n    else: away\n",
     "away", NULL},
    {"sends-org", "needs: units", "asks: units", "dispatch", NULL},
    {"field-unit", "max: 500,", "max: 500, unit: {zh: 米, en: m},", "cost", NULL},
    {"field-unit", "type: integer, max: 500,", "type: quantity, unit: {zh: 米, en: m}, scale: 4,",
     "cost", NULL},
    {"field-voice", "type: integer, max: 500,", "type: integer, voice: true, max: 500,", "cost",
     NULL},
    {"page-shows", "fields:\n",
     "page: {kind: notice, title: note, shows: [spoken], live: [shut], " STAYS "}\n"
     "fields:\n  spoken: {type: document, voice: true, label: {zh: 声, en: Voice}}\n",
     "spoken", NULL},
    {"choice-options", "{type: bool,", "{type: checklist,", "safe", NULL},
    {"choice-options", "{type: bool,", "{type: bool, items: {a: {zh: 甲, en: A}},", "safe", NULL},
    {"field-is", "{type: bool,", "{type: bool, is: '1',", "safe", NULL},
    {"splits-own", "    count: rework\n",
     "    splits: {amount: '1', part: job, from: done, by: cost, into: cost}\n", "cost", NULL},
    {"word-missing", "sends: job", "makes: [{each: units}]", "part", NULL},
    {"no-such-part", "sends: job", "makes: [{part: row, each: units}]", "row", NULL},
    {"no-such-role", "sends: job", "makes: [{part: job, each: units, role: lead}]", "lead", NULL},
    {"no-such-post", "sends: job", "makes: [{part: job, post: baker}]", "baker", NULL},
    {"makes-unit", "sends: job", "makes: [{part: job, each: kind}]", "kind", NULL},
    {"makes-unit", "needs: units\n    sends: job", "makes: [{part: job, each: units}]", "units",
     NULL},
    {"makes-one", "sends: job", "makes: [{part: job, each: units, post: desk}]", "dispatch", NULL},
    {"makes-for", "sends: job", "makes: [{part: job}]", "dispatch", NULL},
    {"makes-for", "{org: handler}", "given", "dispatch", NULL},
    {"makes-of", "sends: job", "makes: [{part: job, each: units, of: part}]", "part", NULL},
    {"shape-list", "sends: job", "makes: []", "makes", NULL},
    {"moves-on", "    count: rework\n", "    moves: {part: job, from: [sent, done], to: done}\n",
     "moves", NULL},
    {"no-such-state", "    count: rework\n", "    moves: {part: job, from: sent, to: lost}\n",
     "lost", NULL},
    {"gives-part", "    sends: job\n", "    sends: job\n    gives: units\n", "dispatch", NULL},
    {"makes-unit", "    needs: note\n    asks: cost\n",
     "    needs: note\n    asks: cost\n    gives: cost\n", "cost", NULL},
    {"branch-last", "    to: shut\n    by: owner\n",
     "    to: [{state: shut}, {state: gone, when: field.safe}]\n    by: owner\n", "pass", NULL},
    {"no-such-state", "    to: shut\n    by: owner\n",
     "    to: [{state: lost, when: field.safe}, {state: shut}]\n    by: owner\n", "lost", NULL},
    {"check-else", "    tell: reporter\n",
     "    check: {when: field.safe, else: cry, say: {zh: 不, en: No}}\n", "cry", NULL},
    {"texts-both", "    tell: reporter\n", "    check: {when: field.safe, else: stop, say: 不}\n",
     "say", NULL},
    {"end-stays", "    from: sent\n    to: dropped\n",
     "    from: [sent, done]\n    to: sent\n    within: 3d\n", "drop", NULL},
    {"when-name", "    when: \"all(job, state = 'dropped')\"", "    when: its.cost > 0", NULL,
     NULL},
    {"reopens-end", "reopens: job", "reopens: {part: job, from: [sent]}", "sent", NULL},
    {"part-unsent", "    sends: job\n    progress: true\n", "", "job", NULL},
    {"join-open", "all(job, state = 'dropped')", "all(job, state = 'dropped') and field.safe",
     "job: dropped", "28:3"},
    {"join-open", "any(job, state = 'done')", "all(job, state = 'done')", "job: done + dropped",
     "28:3"},
    {"join-open", "all(job, state = 'dropped')", "all(job, state = 'dropped') and held('desk')",
     "job: dropped", "28:3"},
    {"join-open", "all(job, state = 'dropped')", "all(job, state = 'dropped') and count.rework < 9",
     "job: dropped", "28:3"},
    {"join-open", "any(job, state = 'done')", "count(job) > 2", "job: done", "28:3"},
};

/* Two states that hand the case to and fro while no job was sent. */
static struct li_str with_loop(struct li_ctx *ctx)
{
    return changed(ctx, "  pass:\n",
                   "  there:\n"
                   "    label: {zh: 去, en: There}\n"
                   "    from: fresh\n"
                   "    to: looking\n"
                   "    by: system\n"
                   "    when: count(job) = 0\n"
                   "  again:\n"
                   "    label: {zh: 回, en: Again}\n"
                   "    from: looking\n"
                   "    to: fresh\n"
                   "    by: system\n"
                   "    when: count(job) = 0\n"
                   "  pass:\n");
}

static struct li_str with_long_when(struct li_ctx *ctx)
{
    struct li_buf *buf = li_buf_new(ctx, 0);

    li_buf_text(buf, "all(job, state = 'dropped')");
    for (int i = 0; i < 110; i++)
        li_buf_text(buf, " and true");
    li_buf_char(buf, '\0');
    return changed(ctx, "all(job, state = 'dropped')", buf->ptr);
}

/* `looking` is left by the system alone, and nobody may comment there. */
static struct li_str with_nobody(struct li_ctx *ctx)
{
    static const char *const changes[][2] = {
        {"from: any\n    to: gone", "from: fresh\n    to: gone"},
        {"from: any\n    by: staff", "from: fresh\n    by: staff"},
        {"to: shut\n    by: owner\n", "to: shut\n    by: system\n    when: count(job) > 1\n"},
        {"    from: looking\n    to: working\n    by: owner\n",
         "    from: looking\n    to: working\n    by: system\n    when: count(job) > 8\n"},
    };
    struct li_str yaml = li_str(sample);

    for (size_t i = 0; i < COUNT(changes); i++)
        yaml = changed_in(ctx, yaml, changes[i][0], changes[i][1]);
    return yaml;
}

/* A day that is not asked for on the way in. */
static struct li_str with_until(struct li_ctx *ctx)
{
    struct li_str yaml =
        changed(ctx, "  safe: {", "  day: {type: date, label: {zh: 日, en: Day}}\n  safe: {");

    return changed_in(ctx, changed_in(ctx, yaml, "needs: note\nsee", "needs: [note, day]\nsee"),
                      "clock: 2d", "clock: {until: day}");
}

/* A day that is asked for, and what an action does with it. */
static struct li_str with_extension(struct li_ctx *ctx, const char *needs, const char *more)
{
    struct li_str yaml =
        changed(ctx, "  safe: {", "  day: {type: date, label: {zh: 日, en: Day}}\n  safe: {");

    yaml = changed_in(ctx, yaml, "needs: note\nsee", "needs: [note, day]\nsee");
    return changed_in(ctx, yaml, "    from: any\n    by: staff\n",
                      li_strf(ctx, "    from: %s\n    by: staff\n%s", needs, more).ptr);
}

static struct li_str with_unasked(struct li_ctx *ctx)
{
    return changed_in(ctx, with_extension(ctx, "fresh", ""), "    tell: reporter\n",
                      "    extends_clock: day\n");
}

static struct li_str with_unclocked(struct li_ctx *ctx)
{
    return with_extension(ctx, "working", "    extends_clock: day\n");
}

static struct li_str with_ungiven(struct li_ctx *ctx)
{
    return with_extension(ctx, "sent",
                          "    part: job\n    extends_clock: day\n    extends_of: about\n");
}

static struct li_str with_most(struct li_ctx *ctx)
{
    return with_extension(ctx, "looking", "    extends_most: 30d\n");
}

/* What takes more than one change. */
static const struct {
    struct broken is;
    struct li_str (*make)(struct li_ctx *ctx);
} made[] = {
    {{.rule = "loop", .limit = "fresh", .where = "23:3"}, with_loop},
    {{.rule = "when-long"}, with_long_when},
    {{.rule = "until-given", .limit = "day", .where = "76:3"}, with_until},
    {{.rule = "extends-needs", .limit = "day"}, with_unasked},
    {{.rule = "extends-clock", .limit = "comment"}, with_unclocked},
    {{.rule = "extends-most"}, with_most},
    {{.rule = "extends-asked", .limit = "comment"}, with_ungiven},
    {{.rule = "state-nobody", .limit = "looking", .where = "33:3"}, with_nobody},
};

static const struct li_error *told(const struct li_ctx *ctx, const char *rule)
{
    for (unsigned i = 0; i < ctx->error_count; i++)
        if (ctx->errors[i].reason && strcmp(ctx->errors[i].reason, rule) == 0)
            return &ctx->errors[i];
    return NULL;
}

/* Whether it is refused by its rule, at its place; says what is else. */
static bool is_refused(struct li_ctx *ctx, struct li_str yaml, const struct broken *b)
{
    struct li_playbook *playbook = NULL;
    const struct li_error *error;

    li_ctx_clear(ctx);
    if (li_playbook_load(ctx, "x.yaml", yaml, &playbook) != -LI_E_INVALID) {
        print_error("%s (%s) is accepted\n", b->rule, b->to);
        return false;
    }
    assert_null(playbook);
    error = told(ctx, b->rule);
    if (!error) {
        struct li_str why = li_ctx_explain(ctx);

        print_error("%s (%s) is not told, but: %.*s\n", b->rule, b->to, LI_P(why));
        return false;
    }
    assert_true(li_str_starts(error->where, LI_S("x.yaml:")));
    if ((!b->limit || li_str_is(error->limit, b->limit)) &&
        (!b->where || li_str_is(li_str_n(error->where.ptr + 7, error->where.len - 7), b->where)))
        return true;
    print_error("%s (%s) names '%.*s' at %.*s\n", b->rule, b->to, LI_P(error->limit),
                LI_P(error->where));
    return false;
}

static void every_rule_refuses(void **state)
{
    struct li_ctx *ctx = *state;

    size_t wrong = 0;

    for (size_t i = 0; i < COUNT(broken); i++)
        wrong += !is_refused(ctx, changed(ctx, broken[i].from, broken[i].to), &broken[i]);
    for (size_t i = 0; i < COUNT(made); i++)
        wrong += !is_refused(ctx, made[i].make(ctx), &made[i].is);
    assert_int_equal(wrong, 0);
}

/* Whether it takes several files to break it: those are broken in playbook_flat.c. */
static bool is_of_files(const char *rule)
{
    static const char *const rules[] = {
#define NAME_OF(constant, name, zh, en) name,
        LI_RULES_FLAT(NAME_OF)
#undef NAME_OF
    };

    for (size_t i = 0; i < COUNT(rules); i++)
        if (strcmp(rules[i], rule) == 0)
            return true;
    return false;
}

/* Those of registers are broken in playbook_register.c. */
static bool is_of_registers(const char *rule)
{
    return strncmp(rule, "register-", 9) == 0 || strcmp(rule, "field-register") == 0;
}

/* Those that need two files: tests/case/child.c and tests/case/under.c break them, and
 * tests/unit/playbook_register.c that of a register. */
static bool is_of_two(const char *rule)
{
    static const char *const two[] = {
        "spawns-no-field", "spawns-type", "spawns-needs", "spawns-loop",  "spawns-none",
        "child-state",     "under-spawn", "under-fact",   "parent-state", "field-reads-none"};

    for (size_t i = 0; i < COUNT(two); i++)
        if (strcmp(rule, two[i]) == 0)
            return true;
    return false;
}

static void every_rule_has_a_row(void **state)
{
    static const char *const rules[] = {
#define NAME_OF(constant, name, zh, en) name,
        LI_RULES(NAME_OF)
#undef NAME_OF
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rules); i++) {
        bool found = is_of_files(rules[i]) || is_of_registers(rules[i]) || is_of_two(rules[i]);

        for (size_t k = 0; k < COUNT(broken) && !found; k++)
            found = strcmp(rules[i], broken[k].rule) == 0;
        for (size_t k = 0; k < COUNT(made) && !found; k++)
            found = strcmp(rules[i], made[k].is.rule) == 0;
        if (!found)
            fail_msg("%s is broken by no playbook here", rules[i]);
    }
}

static void sentences_are_in_both_languages(void **state)
{
    struct li_ctx *ctx = *state;

    is_refused(ctx, changed(ctx, "needs: units", "needs: unit"),
               &(struct broken){.rule = "no-such-field"});
    assert_str(li_rule_sentence(ctx, told(ctx, "no-such-field"), LI_ZH), "没有“unit”这个字段。");
    assert_str(li_rule_sentence(ctx, told(ctx, "no-such-field"), LI_EN),
               "There is no field `unit`.");
    assert_str(told(ctx, "no-such-field")->text, "There is no field `unit`.");
    is_refused(ctx, changed(ctx, "{yy}-{seq}{check}", "{yy}"),
               &(struct broken){.rule = "number-form"});
    assert_str(li_rule_sentence(ctx, told(ctx, "number-form"), LI_EN),
               "The number `{yy}` must have {seq}, and only {yy} {yyyy} {seq} {check}.");
}

static void known_words_are_listed(void **state)
{
    struct li_ctx *ctx = *state;

    is_refused(ctx, changed(ctx, "public: kind", "publik: kind"),
               &(struct broken){.rule = "word-unknown",
                                .limit = "publik → public, staff_only, team, hide"});
}

static void faults_of_the_yaml_keep_their_own_text(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_playbook *playbook = NULL;
    const struct li_error *error;

    assert_int_equal(li_playbook_load(ctx, "x.yaml", LI_S("a: [1\nb: 2\n"), &playbook),
                     -LI_E_SYNTAX);
    error = li_ctx_error(ctx);
    assert_true(li_str_eq(li_rule_sentence(ctx, error, LI_ZH), error->text));
    assert_true(li_str_starts(error->where, LI_S("x.yaml:")));
}

/* A clerk sees all faults at once, in the order of the file's reading. */
static void all_faults_are_told_together(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_playbook *playbook = NULL;

    assert_int_equal(li_playbook_load(ctx, "x.yaml",
                                      LI_S("playbook: Q\nversion: 0\ntitle: 好\nfields: {}\n"
                                           "open: {by: cook, via: pigeon}\nstates: 7\n"),
                                      &playbook),
                     -LI_E_INVALID);
    assert_non_null(told(ctx, "name-form"));
    assert_non_null(told(ctx, "shape-integer"));
    assert_non_null(told(ctx, "texts-both"));
    assert_non_null(told(ctx, "no-such-who"));
    assert_non_null(told(ctx, "no-such-way"));
    assert_non_null(told(ctx, "shape-map"));
    assert_non_null(told(ctx, "word-missing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_rule_refuses),
        TEST(every_rule_has_a_row),
        TEST(sentences_are_in_both_languages),
        TEST(known_words_are_listed),
        TEST(faults_of_the_yaml_keep_their_own_text),
        TEST(all_faults_are_told_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
