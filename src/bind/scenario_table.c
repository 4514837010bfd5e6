/*
 * Numbers of the tenant's tables in scenarios: what they say beside the playbook's own, for the
 * year of the scenario.
 *
 *     tables: {ceiling: {"990101/works": 80000000, "/": 500}}
 *
 * Before the stroke how the code of a place begins, behind it an option; either may be empty.
 */
#include "bind/scenario_script.h"
#include "case/deadline.h"

void li_script_check_tables(struct li_script *script, const struct li_node *tables)
{
    for (size_t i = 0; tables && tables->kind == LI_MAP && i < tables->map.count; i++) {
        const struct li_member *table = &tables->map.items[i];
        bool known = false;
        for (size_t k = 0; k < script->playbook->number_count; k++) {
            known |= li_str_eq(script->playbook->numbers[k].name, table->key);
        }
        if (!known || table->value->kind != LI_MAP) {
            li_script_tell(script, table->value, "the playbook reads no such table", table->key);
            continue;
        }
        for (size_t k = 0; k < table->value->map.count; k++) {
            const struct li_member *line = &table->value->map.items[k];
            if (line->value->kind != LI_INT || li_str_find(line->key, '/') < 0) {
                li_script_tell(script, line->value, "a number of PLACE/OPTION", line->key);
            }
        }
    }
}

static struct li_deadline line_of(struct li_str name, const struct li_member *member, int year)
{
    struct li_str option = member->key, place = li_str_cut(&option, '/');

    return (struct li_deadline){
        .name = name,
        .edition = LI_S("scenario"),
        .class = place,
        .level = option,
        .number = member->value->number,
        .since = li_day_of(year, 1, 1),
        .until = INT32_MAX,
    };
}

int li_town_tables(struct li_town *town, const struct li_scenario *scenario)
{
    const struct li_node *tables = scenario->tables;
    int year = li_civil_at(scenario->at).year, r = 0;

    for (size_t i = 0; r == 0 && tables && i < tables->map.count; i++) {
        const struct li_member *table = &tables->map.items[i];
        size_t count = table->value->map.count;
        struct li_deadline *rows = li_alloc_array(&town->ctx, count, sizeof(*rows));
        const struct li_deadline_put args = {.rows = rows, .count = count};
        if (!rows) {
            return -LI_E_NOMEM;
        }
        for (size_t k = 0; k < count; k++) {
            rows[k] = line_of(table->key, &table->value->map.items[k], year);
        }
        r = li_town_run(town, &li_deadline_put, &args, NULL);
    }
    return r;
}
