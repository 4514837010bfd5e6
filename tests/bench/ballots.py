"""What `make bench` measures of counting: the voices of a district, by each rule, beside a bare SQLite that adds them up.

run.py calls this and is handed to it as `bench`; docs/inside/measure.md says how each figure is taken.
"""
import contextlib
import os
import random
import sqlite3
import statistics
import subprocess
import time

VOICES, OPTIONS, MOST = 130_000, 60, 10
BUDGET = 10_000_000  # yuan
RULES = ("points", "ranked", "greedy", "shares")


def voices():
    """Each names up to MOST options; some options are wanted by many, most by few."""
    dice = random.Random(130_000)
    weights = [1 / (option + 2) for option in range(OPTIONS)]
    for _ in range(VOICES):
        yield list(dict.fromkeys(dice.choices(range(OPTIONS), weights, k=dice.randint(1, MOST))))


def write(path):
    dice = random.Random(60)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"META\nkey;value\nbudget;{BUDGET}\nvote_type;approval\nPROJECTS\nproject_id;cost;name\n")
        file.writelines(f"{option};{dice.randint(100_000, 1_500_000)};第{option}项\n" for option in range(OPTIONS))
        file.write("VOTES\nvoter_id;vote\n")
        file.writelines(f"{no};{','.join(map(str, voice))}\n" for no, voice in enumerate(voices(), 1))


def add_up(path):
    """The same voices into a bare SQLite and added up there: seconds."""
    with open(path, encoding="utf-8") as file, contextlib.closing(sqlite3.connect(":memory:")) as database:
        begun = time.monotonic()
        database.execute("create table voice (voter integer not null, option integer not null) strict")
        lines = iter(file)
        while next(lines) != "voter_id;vote\n":
            pass
        rows = ((voter, option) for voter, vote in (line.rstrip("\n").split(";") for line in lines) for option in vote.split(","))
        database.executemany("insert into voice values (?, ?)", rows)
        database.execute("select option, count(*) from voice group by option order by 2 desc").fetchall()
        return time.monotonic() - begun


def count(linli, path, rule):
    """Process, reading and counting: seconds."""
    step = ["--step", "100"] if rule == "shares" else []
    begun = time.monotonic()
    subprocess.run([linli, "count", "--rule", rule, *step, path], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begun


def measure(table, bench, scratch):
    path = os.path.join(scratch, "voices.pb")
    bench.say(f"{VOICES:,} ballots …")
    write(path)
    ours, bare = {rule: [] for rule in RULES}, []
    for _ in range(bench.RUNS):  # in turn, so that both meet the same machine
        bare.append(add_up(path))
        for rule in RULES:
            ours[rule].append(count(bench.LINLI, path, rule))
    for rule in RULES:
        name = f"{VOICES:,} ballots on {OPTIONS} options counted by {rule}"
        table.add(name, statistics.median(ours[rule]), "s", statistics.median(bare), at_most=2)
