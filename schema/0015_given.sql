-- What waits for a post among parts.  Tasks of organizations are found by theirs
-- (part_waiting) and stand here only while somebody else has to decide on them.

create index part_given on part (tenant, owner_post, due_at)
    where ended_at is null and owner_post <> 'handler';
