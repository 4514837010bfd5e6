#!/usr/bin/env python3
"""`linli count`: real elections give their official winners, and random ones what a slow count in
fractions gives.

The slow count knows nothing of crowds, bounds or whole parts: it tries every option in every round."""
import glob
import os
import random
import subprocess
import sys
import tempfile
from fractions import Fraction

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib"))
from server import LINLI, ROOT, Skip, run  # noqa: E402

REAL = os.path.join(os.path.dirname(ROOT), "shared", "data", "pabulib", "*.pb")


def count(text, *options):
    """(status, lines, stderr) of counting a file with this text."""
    with tempfile.NamedTemporaryFile("w", suffix=".pb", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        return count_file(file.name, *options)


def count_file(path, *options):
    done = subprocess.run([LINLI, "count", "--en", *options, path], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout.splitlines(), done.stderr


def chosen(lines):
    """Ids in the order in which they were chosen."""
    return [line.split()[1] for line in lines if line.split()[0].isdigit() and "chosen" not in line]


class Election:
    """Options (cost, in whole units) and voices, each a list of options."""

    def __init__(self, dice, budget=None, most=12):
        self.costs = [dice.choice([1, 2, 3, 5, 8, 13, 21, 40]) for _ in range(dice.randint(1, 7))]
        voices = dice.randint(1, most)
        self.voices = [dice.sample(range(len(self.costs)), dice.randint(0, len(self.costs))) for _ in range(voices)]
        self.budget = budget or dice.randint(5, 80)

    def text(self, vote="approval", marks=None):
        lines = ["META", "key;value", f"budget;{self.budget}", f"vote_type;{vote}", "PROJECTS", "project_id;cost;name"]
        lines += [f"p{i};{cost};Project {i}" for i, cost in enumerate(self.costs)]
        lines += ["VOTES", "voter_id;vote;points"]
        for i, voice in enumerate(self.voices):
            points = ",".join(str(one) for one in marks[i]) if marks else ""
            lines.append(f"{i};{','.join(f'p{o}' for o in voice)};{points}")
        return "\n".join(lines) + "\n"

    def votes(self, option):
        return sum(option in voice for voice in self.voices)


# ---- the slow count ---------------------------------------------------------------------------


def best_first(election, points):
    return sorted(range(len(election.costs)), key=lambda o: (-points[o], election.costs[o], o))


def greedy(election, points):
    taken, left = [], election.budget
    for option in best_first(election, points):
        if election.costs[option] <= left:
            taken.append(option)
            left -= election.costs[option]
    return taken


def most_of(left, cost):
    """What one gives at most, so that all together give `cost`; None: they have too little."""
    if sum(left) < cost:
        return None
    left = sorted(left)
    for i, one in enumerate(left):
        each = (cost - sum(left[:i])) / (len(left) - i)
        if each <= one:
            return each
    raise AssertionError("they had enough")


def bought(election, share):
    left = [Fraction(share)] * len(election.voices)
    taken = []
    while True:
        best = None
        for option, cost in enumerate(election.costs):
            behind = [i for i, voice in enumerate(election.voices) if option in voice]
            each = most_of([left[i] for i in behind], Fraction(cost)) if behind and option not in taken else None
            if each is not None:
                rank = (each / cost, cost, -len(behind), option)
                best = min(best or (rank, each, behind), (rank, each, behind))
        if not best:
            return taken
        rank, each, behind = best
        taken.append(rank[-1])
        for i in behind:
            left[i] -= min(left[i], each)


def spent(election, taken):
    return sum(election.costs[option] for option in taken)


def is_full(election, taken):
    left, rest = election.budget - spent(election, taken), [o for o in range(len(election.costs)) if o not in taken]
    return all(election.costs[o] > left for o in rest) or not any(election.votes(o) for o in rest)


def shares(election, step):
    taken = bought(election, Fraction(election.budget, len(election.voices)))
    share = election.budget // len(election.voices)
    while step and not is_full(election, taken) and share <= election.budget:
        share += step
        raised = bought(election, share)
        if spent(election, raised) > election.budget:
            break
        taken = raised
    return taken


def run_off(election):
    there, rounds = list(range(len(election.costs))), []
    while True:
        firsts = [next((o for o in voice if o in there), None) for voice in election.voices]
        votes = {option: firsts.count(option) for option in there}
        rounds.insert(0, votes)
        best = max(there, key=lambda o: (votes[o], -o))
        if len(there) == 1 or 2 * votes[best] > sum(votes.values()):
            return [best]
        there.remove(min(there, key=lambda o: ([one[o] for one in rounds], -o)))


# ---- the tests -----------------------------------------------------------------------------------


def official():
    """real elections give their official winners"""
    files = sorted(glob.glob(REAL))
    if not files:
        raise Skip("the elections are not here")
    for path in files:
        status, lines, err = count_file(path)
        assert status == 0 and lines[-1] == "as it was published", (path, lines[-3:], err)


def again():
    """a file that is written anew is counted the same, and writing it again changes nothing"""
    files = sorted(glob.glob(REAL))
    if not files:
        raise Skip("the elections are not here")
    for path in files:
        status, lines, err = count_file(path, "--write")
        text = "\n".join(lines) + "\n"
        assert status == 0, err
        assert count(text, "--write")[1] == lines
        assert count(text) == count_file(path), path


def same(election, expected, *options, **given):
    status, lines, err = count(election.text(**given), *options)
    assert status == 0, err
    assert chosen(lines) == [f"p{o}" for o in expected], (options, election.text(**given), lines, expected)


def random_elections():
    """random elections: greedy, equal shares, Add1, run-off and points as the slow count has them"""
    for seed in range(25):
        dice = random.Random(seed)
        election = Election(dice)
        points = [election.votes(o) for o in range(len(election.costs))]
        same(election, greedy(election, points), "--rule", "greedy")
        same(election, shares(election, 0), "--rule", "shares")
        same(election, shares(election, 1), "--rule", "shares", "--step", "100")
        same(election, run_off(election), "--rule", "ranked")
        same(election, best_first(election, points)[:2], "--rule", "points", "--seats", "2")


def given_points():
    """points that were given, and places of a ranking, are added up"""
    for seed in range(10):
        dice = random.Random(1000 + seed)
        election = Election(dice)
        marks = [[dice.randint(0, 9) for _ in voice] for voice in election.voices]
        points = [sum(marks[i][voice.index(o)] for i, voice in enumerate(election.voices) if o in voice)
                  for o in range(len(election.costs))]
        same(election, greedy(election, points), "--rule", "greedy", vote="cumulative", marks=marks)
        most = len(election.costs)
        borda = [sum(most - voice.index(o) for voice in election.voices if o in voice) for o in range(most)]
        same(election, greedy(election, borda), "--rule", "greedy", vote="ordinal")


def ties():
    """the smaller cost goes first, then the list, and it is said where only the list decided"""
    text = "META\nkey;value\nbudget;10\nPROJECTS\nproject_id;cost;name\na;10;A\nb;9;B\nc;9;C\nVOTES\nvoter_id;vote\n1;a,b,c\n"
    for more, options in (("", ["--rule", "greedy"]), ("rule;greedy\ntie_breaking;cost\n", [])):
        ours = text.replace("PROJECTS", more + "PROJECTS")
        status, lines, _ = count(ours, *options)
        assert status == 0 and chosen(lines) == ["b"], lines
        assert "somewhere only the order of the list decided" in lines
        status, lines, _ = count(ours.replace("c;9", "c;8"), *options)
        assert chosen(lines) == ["c"] and "somewhere only the order of the list decided" not in lines


def ties_elsewhere():
    """in the library's own elections even ones go by the list"""
    text = "META\nkey;value\nbudget;10\nPROJECTS\nproject_id;cost;name\na;10;A\nb;9;B\nVOTES\nvoter_id;vote\n1;a,b\n"
    status, lines, _ = count(text)
    assert status == 0 and chosen(lines) == ["a"] and "somewhere only the order of the list decided" in lines, lines


def differs():
    """what was published and what is counted differ: each is named, and the count fails"""
    text = ("META\nkey;value\nbudget;10\nrule;greedy\nPROJECTS\nproject_id;cost;name;selected\na;10;A;0\nb;9;B;1\n"
            "VOTES\nvoter_id;vote\n1;a\n2;a,b\n")
    status, lines, err = count(text)
    assert status == 1 and "counted, not published: a" in lines and "published, not counted: b" in lines, lines
    assert "2 options differ" in err


def refused():
    """what is no election is refused with its line"""
    good = "META\nkey;value\nbudget;10\nPROJECTS\nproject_id;cost\na;10\nVOTES\nvoter_id;vote\n1;a\n"
    assert count(good)[0] == 0
    for bad, told in (("x;y\n", ":1: this is no file of an election"),
                      (good.replace("budget;10", "budget;ten"), ":3: a budget that is no amount"),
                      (good.replace("a;10", "a;"), ":6: a project without a number or a cost"),
                      (good.replace("a;10\n", "a;10\na;11\n"), ": two projects of one number"),
                      (good.replace("1;a", "1;b"), ":9: a vote for a project that there is not"),
                      (good.replace("1;a", "1;a,a"), "names an option that it named before"),
                      (good.replace("VOTES\nvoter_id;vote\n1;a\n", ""), "ends before its votes"),
                      (good.replace("META", "VOTES"), "come in this order"),
                      (good.replace("a;10", "a;0"), "costs nothing"),
                      (good.replace("key;value\n", "key;value\nrule;majority\n"), "the rule majority is not known")):
        status, lines, err = count(bad)
        assert status == 1 and told in err and not lines, (bad, told, status, err)
    assert count(good, "--rule", "lots")[0] == 2
    assert count(good, "--seats", "0", "--rule", "points")[0] == 2


# ---- files from other hands -------------------------------------------------------------------

TOWN = """META
key;value
description;Municipal PB in a town
country;Poland
num_projects;5
num_votes;6
budget;2500
rule;greedy
vote_type;approval
max_length;3
PROJECTS
project_id;cost;category;name;selected
1;600;culture, education;Books, and chairs;0
2;800;sport;A field;0
4;1400;culture;A stage;1
5;1000;health, sport;A path;1
7;1200;education;A room;0
VOTES
voter_id;age;sex;vote
1;34;f;1,2,4
2;51;m;4,5
3;23;m;2,4,5
4;19;f;5,7
5;62;f;1,4,7
6;54;m;5,4
"""


def agree(*texts):
    """All are counted, as published, with the same lines as the first."""
    first = None
    for text in texts:
        status, lines, err = count(text)
        assert status == 0 and lines[-1] == "as it was published", (text, lines, err)
        first = first or lines
        assert lines == first, (text, lines, first)
        again = count(text, "--write")[1]
        assert count("\n".join(again) + "\n", "--write")[1] == again
        assert count("\n".join(again) + "\n")[1] == lines


def other_hands():
    """columns in another order, marks of a spreadsheet, another end of line, spaces, great letters: the same election"""
    def turned(line):
        parts = line.split(";")
        return ";".join(parts[::-1]) if len(parts) > 2 else line
    agree(TOWN, "\ufeff" + TOWN, TOWN.replace("\n", "\r\n"), "\ufeff" + TOWN.replace("\n", "\r\n"), TOWN.rstrip("\n"),
          TOWN.replace(";", "; "), TOWN.replace("\n", "  \n"), "\n".join(turned(line) for line in TOWN.split("\n")),
          TOWN.replace("META\n", "META;;;;\n").replace("PROJECTS\n", "PROJECTS;;;;\n").replace("VOTES\n", "VOTES;;;\n"),
          TOWN.replace("\nPROJECTS", "\n\nPROJECTS").replace("\nVOTES", "\n;;;\n\nVOTES"), TOWN.replace("approval", "Approval"),
          TOWN.replace("key;value\n", ""), TOWN.replace("vote_type;approval\n", ""), TOWN.replace("max_length;3\n", ""),
          TOWN.replace("voter_id;", "Voter_ID;").replace("project_id;", "PROJECT_ID;"), TOWN.replace("vote_type", "Vote_Type"),
          TOWN.replace("budget;2500", "budget;2 500,00"), TOWN.replace("budget;2500", "budget;2\u00a0500.00"),
          TOWN.replace("1;34;f;1,2,4", "1;34;f;1, 2 ,4,"), TOWN.replace(";1\n", ";1.0\n"), TOWN.replace("rule;greedy\n", ""),
          TOWN.replace("1;600", "1;600.00").replace("description;", "description;\"With; marks\" and "))


def quotes_of_names():
    """quotes are a field's own, or letters of a name, as each hand has it"""
    for name in ('A "good" field', '"Good" field', '"""Good"" field"', '"A; field"', '"A field', 'A field"', '"A\nfield"', '""'):
        text = TOWN.replace("A field", name)
        status, lines, err = count(text)
        assert status == 0 and lines[-1] == "as it was published" and chosen(lines) == ["4", "5"], (name, lines, err)
        again = count(text, "--write")[1]
        assert count("\n".join(again) + "\n", "--write")[1] == again, (name, again)


def kinds_of_votes():
    """the library's four kinds of votes, and one choice"""
    head = "META\nkey;value\nbudget;10\nvote_type;{}\n{}PROJECTS\nproject_id;cost;selected\na;6;{}\nb;5;{}\nc;4;{}\nVOTES\nvoter_id;{}\n"
    for kind, more, columns, votes, taken in (
            ("choose-1", "min_length;1\nmax_length;1\n", "vote", "1;a\n2;b\n3;b\n4;c\n5;c\n6;c\n", (0, 1, 1)),
            ("ordinal", "scoring_fn;Borda\nmax_length;2\n", "vote", "1;a,b\n2;a,c\n3;b,a\n", (1, 0, 1)),
            ("ordinal", "", "vote", "1;b,c,a\n2;b\n3;c\n", (0, 1, 1)),
            ("cumulative", "max_sum_points;9\n", "points;vote", "1;8,1;a,b\n2;2.0,7;b,c\n3;;\n", (1, 0, 1)),
            ("scoring", "min_points;-2\nmax_points;5\n", "vote;points", "1;a,b;-2,5\n2;c,b;3,1\n", (0, 1, 1)),
            ("scoring", "default_score;2\n", "vote;points", "1;a;1\n2;a,b;5,0\n", (1, 0, 1))):
        agree(head.format(kind, more, *taken, columns) + votes)


def other_rules():
    """rules of the library: no skipping, a threshold, and the step that compares with greedy"""
    text = ("META\nkey;value\nbudget;900\nrule;{}\n{}PROJECTS\nproject_id;cost;selected\na;300;{}\nb;{};{}\nc;200;{}\nVOTES\n"
            "voter_id;vote\n1;a,b,c\n2;a,b,c\n3;a,b\n4;a\n")
    agree(text.format("greedy", "", 1, 700, 0, 1), text.format("Greedy", "", 1, 700, 0, 1))
    agree(text.format("greedy-no-skip", "", 1, 700, 0, 0))
    agree(text.format("greedy-no-skip", "", 1, 999999999, 0, 1))
    agree(text.format("greedy-threshold", "min_project_score_threshold;3\n", 1, 400, 1, 0))
    shares = ("META\nkey;value\nbudget;2\nvote_type;approval\nrule;{}\nPROJECTS\nproject_id;cost;selected\na;1;1\nb;1;{}\nc;1;0\nVOTES\n"
              "voter_id;vote\n1;a\n2;a\n3;b\n")
    agree(shares.format("equalshares", 0))
    agree(shares.format("equalshares-comparison", 1))
    agree(shares.format("equalshares/add1", 1), shares.format("equalshares/add1-comparison", 1))
    # selected for another reason than the rule: not compared; neither a number
    agree(text.format("greedy", "", 1, 700, 2, 1))
    assert "neither selected nor not" in count(text.format("greedy", "", 1, 700, "perhaps", 1))[2]
    assert "greedy-custom is not known" in count(text.format("greedy-custom", "", 1, 700, 0, 1))[2]


if __name__ == "__main__":
    run(official, again, random_elections, given_points, ties, ties_elsewhere, differs, refused, other_hands, quotes_of_names,
        kinds_of_votes, other_rules)
