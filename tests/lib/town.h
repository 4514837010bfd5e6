/*
 * A small town for tests: the founded tenant of records.h with the real areas of
 * its county, and short ways to hire and appoint.
 */
#ifndef LI_TESTS_TOWN_H
#define LI_TESTS_TOWN_H

#include "area/area.h"
#include "lib/records.h"
#include "people/account.h"

#define TOWN_COUNTY    "44/4403/440305/"
#define TOWN_STREET    TOWN_COUNTY "440305001/"
#define TOWN_COMMUNITY TOWN_STREET "440305001003/"

/* records_open with the commands of area and people, and the areas imported. */
struct test_record *town_open(struct test_store *t);
/* The same with other commands (area.import among them) and consumers. */
struct test_record *town_open_with(struct test_store *t, const struct li_command *const *commands,
                                   const struct li_consumer *const *consumers);
/* Ids of what was added; the test fails when it was refused. */
int64_t town_organization(struct test_record *r, const char *name);
/* `password_hash` of an account; login NULL: none.  Gives the person. */
int64_t town_person(struct test_record *r, const char *name, const char *login,
                    struct li_str password_hash);
int64_t town_appoint(struct test_record *r, int64_t person, const char *post, const char *area,
                     int64_t org);
/* The same between two instants (0: now, open). */
int64_t town_appoint_for(struct test_record *r, int64_t person, const char *post, const char *area,
                         int64_t org, int64_t since, int64_t until);
/* An error with this place is on the stack. */
void assert_told_at(struct test_record *r, const char *where);

#endif
