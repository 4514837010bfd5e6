"""Scenarios find what is wrong: every kind of wrong expectation fails, and says both sides.

A playbook that is in order is played with one line of its scenarios changed.
"""
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402

LINLI = os.environ.get("LINLI", os.path.join(house.ROOT, "build", "linli"))
RIGHT = """playbook: service-request
scenarios:
  - name: {zh: 演练, en: drill}
    at: 2026-11-20T17:00:00+08:00
    steps:
      - open: {by: resident, fields: {topic: lamp, description: 路灯不亮}}
        then: {state: received, owner: {post: desk, area: 和平街道}, due: 2026-11-23T12:00:00+08:00,
               offers: {resident: [add, withdraw]}, counts: {rework: 0}, level: normal, scope: public,
               fields: {topic: lamp}, hidden: {clerk: []}, tally: {received: 1}}
      - {clock: +3d, then: {overdue: true, texts: {description: 路灯不亮}}}
      - {act: file_and_dispatch, by: clerk, fields: {class: "part:0118", unit: 路灯队}, then: {parts: [{state: sent, unit: 路灯队}], public: [file_and_dispatch]}}
      - {act: file_and_dispatch, by: clerk, fields: {class: "part:0118", unit: 路灯队}, then: {refused: not-now}}
"""
WHOLE = "not ok 2 - service-request: scenarios cover every action"

# what is changed into what, and what has to be said then
WRONG = (
    ("state: received", "state: handling", "state: expected handling, got received"),
    ("area: 和平街道", "area: 东里社区", "owner.area: expected 东里社区, got 和平街道"),
    ("post: desk", "post: checker", "owner.post: expected checker, got desk"),
    ("2026-11-23T12:00:00", "2026-11-23T13:00:00",
     "due: expected 2026-11-23T13:00:00+08:00, got 2026-11-23T12:00:00+08:00"),
    ("[add, withdraw]", "[add]", "offers to resident: expected add, got add, withdraw"),
    ("counts: {rework: 0}", "counts: {rework: 3}", "counts rework: expected 3, got 0"),
    ("level: normal", "level: urgent", "level: expected urgent, got normal"),
    ("scope: public", "scope: staff", "scope: expected staff, got public"),
    ("fields: {topic: lamp},", "fields: {topic: road},", 'field topic: expected "road", got "lamp"'),
    ("fields: {topic: lamp},", "fields: {satisfied: 3},", "field satisfied: expected 3, got null"),
    ("hidden: {clerk: []}", "hidden: {clerk: [note]}", "hidden from clerk: expected note, got nothing"),
    ("{received: 1}", "{received: 2}", "tally of received: expected 2, got 1"),
    ("{received: 1}", "{closed: 1}", "tally of received: expected 0, got 1"),
    ("clock: +3d", "clock: +2d", "overdue: expected true, got false"),
    ("texts: {description: 路灯不亮}", "texts: {description: null}", "expected (erased), got 路灯不亮"),
    ("parts: [{state: sent, unit: 路灯队}]", "parts: []", "parts: expected 0, got 1"),
    ("{state: sent,", "{state: done,", "part 1 state: expected done, got sent"),
    ("public: [file_and_dispatch]", "public: []", "public: expected nothing, got file_and_dispatch"),
    ("refused: not-now", "refused: forbidden", "expected refused: forbidden, got refused: not-now"),
    (", then: {refused: not-now}", "", "expected done, got refused: not-now"),
    ("texts:", "refused: not-now, texts:", "expected refused: not-now, got done"),
)
# what is changed into what, and where it has to be told
MISWRITTEN = (
    ("then: {state", "then: {stat", "NAME:7:16: "),
    ("clock: +3d", "clock: +3x", "NAME:10:17: "),
    ("clock: +3d", "clock: 2026-11-01T00:00:00+08:00", "the clock never goes back"),
    ("by: clerk", "by: nobody", "there is no such person in the town: nobody"),
    ("act: file_and_dispatch", "act: dispach", "the playbook has no such action: dispach"),
    ("{received: 1}", "{recieved: 1}", "There is no state `recieved`"),
    ("texts: {description", "texts: {descripton", "There is no field `descripton`"),
    ("counts: {rework", "counts: {reworked", "no action counts that: reworked"),
    ("level: normal", "level: soon", "the playbook has no such level: soon"),
    ("scope: public", "scope: secret", "a scope is public, staff or team: secret"),
    ("hidden: {clerk: []}", "hidden: {clerk: [notes]}", "There is no field `notes`"),
    ("en: drill", "eng: drill", "NAME:3:20: "),
    ("playbook: service-request", "playbook: other", "these are scenarios of another playbook: other"),
)


def play(text):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "drill.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(house.read("playbooks/service-request.yaml"))
        with open(os.path.join(folder, "drill.scenarios.yaml"), "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run([LINLI, "playbook", "test", path], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=dict(os.environ, TMPDIR=folder))
        left = sorted(set(os.listdir(folder)) - {"drill.yaml", "drill.scenarios.yaml"})
        return done.returncode, done.stdout, done.stderr.replace(folder, "").replace("/drill.scenarios.yaml", "NAME"), left


def right():
    """the scenario itself passes, and what it leaves undone is told"""
    status, out, err, left = play(RIGHT)
    if "not ok 1" in out or "ok 1 - service-request: 演练 (drill)" not in out:
        yield out + err
    if WHOLE not in out or "# no scenario does pass" not in out or "# no scenario does file_and_dispatch" in out:
        yield "an action that is not covered is not told: " + out
    if "# no scenario is refused: related-person" not in out or "refused: not-now" in out:
        yield "a refusal that was not met is not told: " + out
    if status != 1 or "1..3" not in out:
        yield f"status {status}: {out}"
    yield from (f"{name} was left behind" for name in left)


def wrong():
    """a wrong expectation fails with what was expected and what is"""
    for old, new, said in WRONG:
        status, out, err, left = play(RIGHT.replace(old, new))
        if old not in RIGHT or status != 1 or "not ok 1" not in out or said not in out:
            yield f"{old} → {new}: {out}{err}"
        yield from (f"{name} was left behind" for name in left)


def miswritten():
    """a misspelt scenario is not played, and its place is told"""
    for old, new, said in MISWRITTEN:
        status, out, err, _ = play(RIGHT.replace(old, new))
        if old not in RIGHT or status != 1 or "ok 1" in out or said not in err:
            yield f"{old} → {new}: {out}{err}"


def guides():
    """the scenario of each guide page passes as it stands"""
    for path in ("docs/guide/playbook.md", "docs/guide/playbook.zh-CN.md"):
        examples = [text for text in re.findall(r"^```yaml\n(.*?)^```$", house.read(path), re.M | re.S)
                    if "\nscenarios:" in text]
        if len(examples) != 1:
            yield f"{path}: {len(examples)} examples"
        for example in examples:
            _, out, err, _ = play(example)
            if "ok 1 - " not in out or "not ok 1" in out:
                yield f"{path}: {out}{err}"


def absent():
    """a playbook without scenarios fails"""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "lone.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(house.read("playbooks/service-request.yaml"))
        done = subprocess.run([LINLI, "playbook", "test", path], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        if done.returncode != 1 or "lone.scenarios.yaml" not in done.stderr:
            yield f"status {done.returncode}: {done.stdout}{done.stderr}"


house.run(right, wrong, miswritten, guides, absent)
