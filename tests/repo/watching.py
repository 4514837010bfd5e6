"""The product helps people and does not watch them.

No operation, column, field, indicator or text holds attendance, a check-in, a
track, time online, a last login, or a rank of persons.  The one exception is a
declared emergency with an end: its duty list may hold who has come.  What does so is
written down here by name; anything else that says "emergency" is refused like the rest.
"""
import json
import os
import re
import sys

import yaml

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402

# As parts of a name, "_", "-" and capitals being where words begin.
NAMES = re.compile(
    r"attendance|clock_(in|out)\b|check_in|checked_in|punch|track_(point|log|of)|tracks\b|trajectory|whereabouts"
    r"|online_(time|hours|minutes|since)|time_online|last_(login|seen|active|sign_in|online)|login_(count|days)"
    r"|active_(users|days)|person_(rank|score)|rank(ing)?_of_(person|staff|people)|staff_(rank|score)|leaderboard"
    r"|keystroke|screenshot|step_count|heartbeat_of")
# As people would read them.
WORDS = re.compile(
    r"考勤|打卡|签到率|签到排名|轨迹|在线时长|在线人数|最近登录|上次登录|最后登录|个人排名|人员排名|积分排名|红黑榜|活跃度"
    r"|[Aa]ttendance|[Cc]heck-?in rate|[Ll]ast (login|seen|signed in)|[Tt]ime online|[Ll]eaderboard|[Rr]anking of (staff|persons|people)")

# All there is of the exception: fields of the contract, and the prefix of the texts.
EXCEPTION = {"emergency_arrived_at", "emergency_left_at"}
EXCEPTION_TEXT = "emergency_"
# Whether somebody came is said in no other field, statement or text.
CAME = re.compile(r"(^|_)(arrived|departed|present|on_site|left)_at$")
# Words that say whether a person came; a unit that comes to a place (到场) is no person.
CAME_WORDS = re.compile(r"(已|未)到岗|到岗(率|时间|情况|人数)|在岗(率|时间|时长|人数)|离岗(时间|次数)|脱岗")


def snake(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).replace("-", "_").lower()


def watches(name):
    name = snake(name)
    return name not in EXCEPTION and (NAMES.search(name) or CAME.search(name))


def keys_of(node, where=""):
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key), f"{where}/{key}"
            yield from keys_of(value, f"{where}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from keys_of(value, f"{where}/{number}")
    elif isinstance(node, str) and where.endswith(("/operationId", "/name")):
        yield node, where


def contract():
    """no operation, parameter or property of the contract watches people"""
    for key, where in keys_of(yaml.safe_load(house.read("api/openapi.yaml"))):
        if watches(key):
            yield f"api/openapi.yaml: {where}"


def columns():
    """no table and no column watches people"""
    for path in house.files(r"^schema/.*\.sql$"):
        for number, line in enumerate(house.read(path).splitlines(), 1):
            bare = line.split("--")[0]
            if any(watches(word) for word in re.findall(r"\w+", bare)):
                yield f"{path}:{number}: {bare.strip()}"


def playbooks():
    """no field, action, state or sentence of a playbook or register watches people"""
    for path in house.files(r"^(playbooks|data)/.*\.ya?ml$"):
        text = house.read(path)
        for key, where in keys_of(yaml.safe_load(text)):
            if watches(key):
                yield f"{path}:{where}"
        for match in WORDS.finditer(text):
            yield f"{path}:{house.line_of(text, match.start())}: {match[0]}"


def texts():
    """no text of the pages promises or shows such a thing"""
    for path in house.files(r"^web/(.*/)?texts/(zh|en)\.json$"):
        for key, text in json.loads(house.read(path)).items():
            came = CAME_WORDS.search(str(text)) and not key.startswith(EXCEPTION_TEXT)
            if watches(key) or WORDS.search(str(text)) or came:
                yield f"{path}: {key}: {text}"
    for path in house.files(r"^src/(people|view|serve)/.*\.[ch]$"):
        text = house.read(path)
        for match in WORDS.finditer(text):
            yield f"{path}:{house.line_of(text, match.start())}: {match[0]}"


def readings():
    """no statement sums or orders what persons did by person"""
    by_person = re.compile(r"group by [^\"]*\b(person|account|actor|handled_by)\b", re.I)
    for path in house.files(r"^src/.*\.[ch]$"):
        if path.startswith("src/simulate/"):
            continue
        text = house.read(path)
        for match in by_person.finditer(text):
            yield f"{path}:{house.line_of(text, match.start())}: {match[0]}"


def exception():
    """who came is told of a declared emergency with an end alone, and erased"""
    row = re.search(r"create table emergency \((.*?)\) OPTS", house.read("schema/0032_emergency.sql"), re.S)[1]
    for column in ("declared_by", "until", "erase_at"):
        if not re.search(rf"^ *{column} I64 not null", row, re.M):
            yield f"schema/0032_emergency.sql: {column} may be missing"
    schema = yaml.safe_load(house.read("api/openapi.yaml"))["components"]["schemas"]
    for name, body in schema.items():
        if name != "Emergency" and any(key in EXCEPTION for key, _ in keys_of(body)):
            yield f"api/openapi.yaml: {name} says who came"
    alarm = house.read("src/people/alarm.c")
    if not re.search(r"li_vault_put\([^;]*\"told\"\), word, true,[^;]*;\s*r = r \? r : li_vault_erase_later\(", alarm):
        yield "src/people/alarm.c: what is told is not sealed, or stays"
    for path in house.files(r"^src/.*\.[ch]$"):
        # that one runs somewhere names nobody: what is told there does not wait for the morning
        text = house.read(path).replace("li_emergency_runs(", "")
        if "li_emergency_" in text and path not in (
            "src/people/alarm.c", "src/people/emergency.c", "src/people/emergency.h",
            "src/serve/op/emergency.c", "src/bind/registry.c"):
            yield f"{path}: reads the list of an emergency"


def catches():
    """the check itself sees what it is for, and the exception"""
    for name in ("lastLogin", "attendance", "online_time", "person_rank", "check-in", "trackPoints",
                 "emergency_check_in", "emergency_tracks", "arrived_at", "leftAt"):
        if not watches(name):
            yield f"{name} passed"
    if watches("emergencyArrivedAt"):
        yield "the duty list of a declared emergency was refused"
    for name in ("tracking", "login", "checker", "check", "last", "online_store", "reported_at", "rank"):
        if watches(name):
            yield f"{name} was taken for surveillance"
    if not WORDS.search("本月打卡") or WORDS.search("签到表"):
        yield "a text passed, or a list that is signed on paper was refused"


house.run(contract, columns, playbooks, texts, readings, exception, catches)
