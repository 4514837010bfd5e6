#!/usr/bin/env python3
"""`linli seed --live DAYS`: the demo's sample cases, as `make run` begins with them; and `linli simulate`."""
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib"))
from server import LIMIT, LINLI, run  # noqa: E402

SHM = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
FOLDER = tempfile.mkdtemp(prefix="linli-demo-", dir=SHM)
AT = "2026-09-18T15:00:00+08:00"


def linli(*words, status=0):
    done = subprocess.run([LINLI, *words], capture_output=True, text=True, timeout=LIMIT, stdin=subprocess.DEVNULL,
                          env=dict(os.environ, TMPDIR=FOLDER))
    assert done.returncode == status, done.stderr
    return done.stdout if status == 0 else done.stderr


def seed(name):
    return linli("seed", "--data", os.path.join(FOLDER, name), "--at", AT, "--live", "6")


def rows(name, sql):
    with sqlite3.connect(os.path.join(FOLDER, name, "linli.db")) as db:
        return db.execute(sql).fetchall()


def the_same_days_give_the_same_cases():
    told = [seed("one"), seed("two")]
    assert told[0] == told[1] and re.fullmatch(r"(\d+) 件演示工单  \1 sample cases\n", told[0]), told
    # what begins confidential has a number drawn with the tenant's own key: it begins with N
    what = ("select tenant, case when number not like 'N%' then number end, state, area, opened_at, fields from cases "
            "order by tenant, id")
    assert rows("one", what) == rows("two", what)
    reports = rows("one", "select count(*) from cases where playbook = 'service-request'")[0][0]
    assert reports >= int(told[0].split()[0]) > 60


def some_are_open_some_late_some_closed():
    states = dict(rows("one", "select state, count(*) from cases group by state"))
    assert {"received", "handling", "closed"} <= set(states), states
    assert rows("one", "select count(*) from cases where overdue = 1 and closed_at is null")[0][0] > 0
    tenants = rows("one", "select count(distinct tenant) from cases")[0][0]
    assert tenants == 5, tenants


def every_street_shows_each_programme():
    stands = rows("one", "select playbook, state, count(*), count(distinct tenant) from cases "
                         "where playbook <> 'service-request' group by playbook, state")
    assert all(count % 5 == 0 and tenants == 5 for _, _, count, tenants in stands), stands
    states = {}
    for playbook, state, _, _ in stands:
        states.setdefault(playbook, set()).add(state)
    assert states["micro-project"] >= {"collected", "deliberation", "publicity", "review", "approved", "working",
                                       "warranty", "archived", "rejected"}, states["micro-project"]
    some = {"activity": "open", "double-check-in": "counted", "fair": "following", "pilot": "running",
            "points-exchange": "reserved", "posting": "shown", "red-board": "shown", "service-certificate": "issued",
            "shared-box": "low", "showcase": "shown", "sign-up": "waiting", "star-community": "awarded",
            "supplies": "low", "warning-board": "shown", "wish": "published", "deputy": "answered", "deputy-day": "following",
            "deputy-year": "open", "practice": "learning"}
    assert all(state in states.get(playbook, ()) for playbook, state in some.items()), states
    assert states["formal-vote"] >= {"collecting", "balloting", "closed"}, states["formal-vote"]
    ballots = dict(rows("one", "select state, count(*) from ballot where tenant = 1 group by state"))
    assert sum(ballots.values()) == 11 and len(ballots) > 1, ballots
    assert rows("one", "select count(distinct tenant) from report where kind = 'daily'") == [(5,)]


def each_says_that_it_is_a_sample():
    texts = [value for (value,) in rows("one", "select value from vault where field = 'description'")]
    assert texts and all(bytes(text if isinstance(text, bytes) else text.encode()).decode().startswith("【演示】")
                         for text in texts)


def what_is_there_is_left_alone():
    before = rows("one", "select count(*) from history")
    assert linli("seed", "--data", os.path.join(FOLDER, "one"), "--live", "6") == ""
    assert rows("one", "select count(*) from history") == before


def it_verifies():
    assert linli("verify", "--data", os.path.join(FOLDER, "one")).count(" entries, ") == 5


def days_are_a_number():
    assert "--live" in linli("seed", "--data", os.path.join(FOLDER, "three"), "--live", "many", status=2)


def a_seed_is_played_again():
    words = ["simulate", "--seed", "7", "--days", "2", "--print-hash"]
    first, second, other = linli(*words), linli(*words), linli("simulate", "--seed", "8", "--days", "2", "--print-hash")
    assert first == second and re.search(r"^[0-9a-f]{64}$", first, re.M), first
    assert first.splitlines()[-1] != other.splitlines()[-1]


def streets_and_trouble():
    told = linli("simulate", "--seed", "3", "--streets", "5", "--days", "2", "--faults")
    assert re.search(r"[1-9]\d* troubles", told), told


def wishes_are_checked():
    assert "--days" in linli("simulate", "--days", "0", status=2)


try:
    run(the_same_days_give_the_same_cases, some_are_open_some_late_some_closed,
        every_street_shows_each_programme, each_says_that_it_is_a_sample,
        what_is_there_is_left_alone, it_verifies, days_are_a_number, a_seed_is_played_again, streets_and_trouble,
        wishes_are_checked)
finally:
    shutil.rmtree(FOLDER, ignore_errors=True)
