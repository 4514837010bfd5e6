/*
 * What a text that was pasted says: which places it names, and which classes its words
 * are like.  It proposes; who enters it decides.  Nothing is kept.
 */
#include "area/area.h"
#include "case/case.h"
#include "record/code.h"
#include "serve/op/op.h"
#include "view/json.h"
#include "view/likeness.h"

#define PLACES  5
#define CLASSES 3
#define LIKE    60 /* of 100: how much of a class's name the text must have */

static void put_areas(struct li_json *json, const struct li_area_mention *all, size_t count)
{
    size_t shown = 0;

    li_json_key(json, "areas");
    li_json_open_list(json);
    for (size_t i = 0; i < count && shown < PLACES; i++) {
        if (!li_case_fits_area(&all[i].area)) {
            continue;
        }
        li_json_open_map(json);
        li_json_key(json, "area");
        li_put_area(json, &all[i].area);
        li_json_put_text(json, "words", all[i].words);
        li_json_close_map(json);
        shown++;
    }
    li_json_close_list(json);
}

struct match {
    const struct li_code *code;
    int share;
};

/* The likeliest few, the best first. */
static void keep_best(struct match best[CLASSES], const struct li_code *code, int share)
{
    for (size_t i = 0; i < CLASSES; i++) {
        if (share > best[i].share) {
            memmove(&best[i + 1], &best[i], (CLASSES - 1 - i) * sizeof(best[0]));
            best[i] = (struct match){code, share};
            return;
        }
    }
}

static int put_classes(struct li_request *request, struct li_json *json, struct li_str text)
{
    struct match best[CLASSES] = {{NULL, 0}};
    struct li_likeness said, name;
    struct li_code *codes;
    size_t count;
    int r = li_likeness_of(&request->ctx, text, &said);

    r = r ? r
          : li_code_list(&request->ctx, request->conn, request->tenant->id, LI_S(""), LI_S(""),
                         &codes, &count);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = li_likeness_of(&request->ctx, codes[i].name, &name);
        if (r == 0 && name.count > 1 && name.count <= said.count) {
            int share = li_likeness_share(&said, &name);
            keep_best(best, &codes[i], share >= LIKE ? share : 0);
        }
    }
    li_json_key(json, "classes");
    li_json_open_list(json);
    for (size_t i = 0; r == 0 && i < CLASSES && best[i].code; i++) {
        li_json_open_map(json);
        li_json_put_text(json, "code",
                         li_strf(&request->ctx, "%.*s:%.*s", LI_P(best[i].code->scheme),
                                 LI_P(best[i].code->code)));
        li_put_texts(json, "name", (struct li_texts){best[i].code->name, best[i].code->name_en});
        li_json_close_map(json);
    }
    li_json_close_list(json);
    return r;
}

int li_op_propose(struct li_request *request)
{
    struct li_str text = li_node_text(request->body, "text");
    struct li_area_mention *areas;
    struct li_json json;
    size_t count;
    int r = li_area_mentioned(&request->ctx, request->conn, request->tenant->id, LI_S(""), text,
                              &areas, &count);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    put_areas(&json, areas, count);
    r = put_classes(request, &json, text);
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}
