/* What a case shows of the ballots it opened: how far each is. */
#include "view/inside.h"
#include "view/json.h"

void li_put_case_ballots(struct li_json *json, const struct li_case *row)
{
    const struct li_playbook *playbook = row->playbook;
    bool some = false;

    for (size_t i = 0; row->votes && i < playbook->ballot_count; i++) {
        some |= row->votes[i].state.len > 0;
    }
    if (!some) {
        return;
    }
    li_json_key(json, "ballots");
    li_json_open_list(json);
    for (size_t i = 0; i < playbook->ballot_count; i++) {
        const struct li_case_vote *vote = &row->votes[i];
        if (!vote->state.len) {
            continue;
        }
        li_json_open_map(json);
        li_json_put_text(json, "name", playbook->ballots[i].name);
        li_put_texts(json, "label", playbook->ballots[i].label);
        li_json_put_text(json, "state", vote->state);
        if (vote->ballot) {
            li_json_put_id(json, "ballot", vote->ballot);
        }
        li_json_close_map(json);
    }
    li_json_close_list(json);
}
