#!/usr/bin/env python3
"""`linli import`: tables of areas, class codes, deadlines and of who is where, taken in whole or not at all, and what whoever
keeps the table is told."""
import datetime
import json
import os
import pty
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib"))
from server import LIMIT, LINLI, run  # noqa: E402

FOLDER = tempfile.mkdtemp(prefix="linli-import-")
COMMUNITY = "440305001003"
CLASSES = "scheme\tcode\tgroup\tgroup_en\tname\tname_en\tedition\tevidence\n"


class Record:
    """A record of one's own with the demonstration data."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(dir=FOLDER)
        self.data = os.path.join(self.folder, "data")
        shutil.copytree(os.path.join(FOLDER, "seeded"), self.data)

    def command(self, what, name, content, *more):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path, [LINLI, "import", what, path, "--data", self.data, *more]

    def take(self, what, name, content, *more):
        """(status, lines of stdout, lines of stderr), the file's path being FILE there."""
        path, command = self.command(what, name, content, *more)
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, stdin=subprocess.DEVNULL)
        return (done.returncode, *(text.replace(path, "FILE").splitlines() for text in (done.stdout, done.stderr)))

    def rows(self, sql, *values):
        with sqlite3.connect(os.path.join(self.data, "linli.db")) as base:
            return base.execute(sql, values).fetchall()

    def everything(self):
        """What would have changed if anything had: history, areas and codes."""
        return [self.rows(f"select * from {table} order by 1, 2, 3") for table in ("history", "area", "code")]

    def name_of(self, code):
        found = self.rows("select a.name from area a join tenant t on t.tenant = a.tenant where t.slug = 'nanshan' and a.code = ?", code)
        return found[0][0] if found else None

    def last_payload(self):
        return json.loads(self.rows("select payload from history order by at desc limit 1")[0][0])


def lanes(*rows, heading="code,parent,kind,name"):
    return "\n".join((heading, *rows)) + "\n"


def nanshan(record, name, content, *more):
    return record.take("areas", name, content, "--tenant", "nanshan", *more)


PROGRESS = ["读取 100%", "核对 100%", "写入 100%"]


def csv_in_utf8():
    """a CSV in UTF-8 is taken in, again changes nothing, and history knows the file by its name alone"""
    record = Record()
    table = lanes(f"{COMMUNITY}L901,{COMMUNITY},lane,前街", f"{COMMUNITY}B901,{COMMUNITY}L901,building,前街1号")
    assert nanshan(record, "lanes.csv", table) == (0, ["FILE：新增 2，变更 0，未变 0"], PROGRESS)
    assert record.name_of(f"{COMMUNITY}B901") == "前街1号"
    assert record.last_payload()["source"] == "lanes.csv"
    before = record.everything()
    assert nanshan(record, "lanes.csv", table)[:2] == (0, ["FILE：新增 0，变更 0，未变 2"])
    assert record.everything()[1:] == before[1:]
    status, out, err = nanshan(record, "lanes.csv", table.replace("前街1号", "前街甲1号"), "--en")
    assert (status, out) == (0, ["FILE: 0 new, 1 changed, 1 as they were"]), (out, err)
    assert err == ["reading 100%", "checking 100%", "writing 100%"], err


def csv_in_gb18030():
    """a CSV a spreadsheet wrote, in GB18030, with Chinese headings in another order and quoted fields"""
    record = Record()
    table = lanes(f'lane,"后街，南段",{COMMUNITY}L902,{COMMUNITY},旧后街', f"lane,㐂巷,{COMMUNITY}L903,{COMMUNITY},",
                  heading="类别,名称,编码,上级,别名")
    assert nanshan(record, "巷.csv", table.encode("gb18030")) == (0, ["FILE：新增 2，变更 0，未变 0"], PROGRESS)
    assert record.name_of(f"{COMMUNITY}L902") == "后街，南段" and record.name_of(f"{COMMUNITY}L903") == "㐂巷"


def neither_encoding():
    """what is neither UTF-8 nor GB18030 is refused whole"""
    record = Record()
    before = record.everything()
    status, out, err = nanshan(record, "lanes.csv", lanes(f"{COMMUNITY}L901,{COMMUNITY},lane,").encode() + b"\xff\xff\xff")
    assert status == 1 and out == [] and err[-1].startswith("linli import: FILE"), (status, out, err)
    assert record.everything() == before


def geojson():
    """GeoJSON with shapes, in the system that was said"""
    record = Record()
    ring = [[113.9290, 22.5310], [113.9300, 22.5310], [113.9300, 22.5320], [113.9290, 22.5320], [113.9290, 22.5310]]
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]},
               "properties": {"code": f"{COMMUNITY}C901", "parent": COMMUNITY, "kind": "compound", "name": "测试花园"}}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)
    assert nanshan(record, "a.geojson", text, "--crs", "gcj02") == (0, ["FILE：新增 1，变更 0，未变 0"], PROGRESS)
    assert record.name_of(f"{COMMUNITY}C901") == "测试花园"
    assert record.rows("select crs from area_shape where code = ?", f"{COMMUNITY}C901") == [("gcj02",)]


WRONG = lanes(f"{COMMUNITY}L901,{COMMUNITY},lane,前街", f"{COMMUNITY}L902,{COMMUNITY},street-corner,街角",
              f"{COMMUNITY}L903,{COMMUNITY},lane,", f"{COMMUNITY}L901,{COMMUNITY},lane,前街", "440305001099L001,440305001099,lane,无主巷",
              f"{COMMUNITY}L904,{COMMUNITY},lane")


def rejected_rows():
    """every rejected row is named by line and reason, in Chinese or English, and nothing is changed"""
    record = Record()
    before = record.everything()
    status, out, err = nanshan(record, "lanes.csv", WRONG)
    told = [line for line in err if line.startswith("FILE:")]
    assert status == 1 and out == [], (status, out)
    assert sorted(told) == [
        "FILE:3: kind: 没有这种类别",
        "FILE:4: name: 没有名称",
        "FILE:5: code: 编码在表中出现了两次",
        "FILE:6: parent: 找不到上级",
        "FILE:7: 列数与表头不一致",
    ], told
    assert err[-1] == "linli import: 5 行有问题，没有导入任何内容", err
    assert not any("\r" in line or "[" in line for line in err), err
    assert record.everything() == before
    status, out, err = nanshan(record, "lanes.csv", WRONG, "--en")
    assert status == 1 and "FILE:3: kind: no such kind" in err, err
    assert err[-1] == "linli import: 5 rows were rejected; nothing was changed", err
    assert record.everything() == before


def on_a_terminal(record, content):
    """What `linli import areas` writes to a terminal, and its status."""
    path, command = record.command("areas", "lanes.csv", content, "--tenant", "nanshan")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    try:
        while block := os.read(ours, 65536):
            said += block
    except OSError:  # the other side was closed
        pass
    os.close(ours)
    return process.wait(LIMIT), said.decode().replace(path, "FILE")


def bar_on_a_terminal():
    """a terminal has a bar, which is gone at the end and is no part of what is told"""
    record = Record()
    status, said = on_a_terminal(record, WRONG)
    assert status == 1 and "\r\x1b[K读取 [########################################] 100%" in said, said
    for line in ("FILE:3: kind: 没有这种类别", "linli import: 5 行有问题，没有导入任何内容"):
        assert line in said.replace("\x1b[K", "\n").replace("\r", "").split("\n"), (line, said)
    status, said = on_a_terminal(record, lanes(f"{COMMUNITY}L901,{COMMUNITY},lane,前街"))
    assert status == 0 and said.endswith("\r\x1b[KFILE：新增 1，变更 0，未变 0\r\n"), said


def class_codes():
    """class codes go into the tenant that is named, or into all; again changes nothing"""
    record = Record()
    table = CLASSES + "own\t0901\t测试\tTests\t测试一\tTest one\t2026\town\n"
    assert record.take("classes", "own.tsv", table, "--tenant", "nanshan") == (0, ["nanshan：新增 1，变更 0，未变 0"], [])
    assert record.last_payload()["source"] == "own.tsv"
    status, out, err = record.take("classes", "own.tsv", table, "--en")
    assert status == 0 and err == [] and len(out) == 5, (status, out, err)
    assert out.count("nanshan: 0 new, 0 changed, 1 as they were") == 1, out
    assert sum(line.endswith(": 1 new, 0 changed, 0 as they were") for line in out) == 4, out
    assert len(record.rows("select 1 from code where scheme = 'own' and code = '0901'")) == 5


def rejected_codes():
    """rows of class codes that are wrong are named by line and reason, and nothing is changed"""
    record = Record()
    before = record.everything()
    taken = record.rows("select name from code where scheme = 'event' and code = '0101'")[0][0]
    table = CLASSES + "\n".join((
        "own\t0901\t测试\tTests\t测试一\tTest one\t2026\town", "OWN\t0902\t测试\tTests\t测试二\tTest two\t2026\town",
        "", "own\t0903\t测试\tTests\t\tTest three\t2026\town", "own\t0901\t测试\tTests\t测试一\tTest one\t2026\town")) + "\n"
    status, out, err = record.take("classes", "own.tsv", table, "--tenant", "nanshan")
    assert status == 1 and out == [], (status, out)
    assert err == ["FILE:3: scheme: 格式不对。", "FILE:5: name: 请填写这一项。", "FILE:6: code: 有重复项。",
                   "linli import: nanshan: 有的行有问题，没有导入任何内容"], err
    short = CLASSES + "own\t0901\t测试\n"
    assert record.take("classes", "own.tsv", short, "--en") == (
        1, [], ["FILE:2: The number of columns is not the heading's.", "linli import: rows were rejected; nothing was changed"])
    other = CLASSES + "event\t0101\t市容\tCity\t另一个名称\tAnother\t2026\town\n"
    assert record.take("classes", "own.tsv", other, "--tenant", "nanshan")[2][0] == f"FILE:2: name: 这个编号已登记为 event:0101 {taken}"
    assert record.take("classes", "own.tsv", CLASSES) == (1, [], ["linli import: FILE 里没有内容"])
    assert record.take("classes", "own.tsv", "code,name\n")[0] == 1
    assert record.everything() == before


def tables_of_deadlines():
    """tables of deadlines go in an edition whole, by comma or tab; what is wrong is named by its line"""
    record = Record()
    heading = "table,edition,since,until,stage,class,level,length,of\n"
    table = heading + "handling,2026,2026-01-01,,seen,event:01,,5,work\n".replace(",5,", ",5d,")
    assert record.take("deadlines", "own.csv", table, "--tenant", "nanshan") == (0, ["nanshan：1 行"], [])
    assert record.take("deadlines", "own.csv", table.replace(",", "\t"), "--tenant", "nanshan", "--en") == (0, ["nanshan: 1 lines"], [])
    assert record.rows("select name, length from deadline") == [("handling", "5d of work")]
    before = record.everything()
    status, out, err = record.take("deadlines", "own.csv", heading + "handling,2026,soon,,,,,5x,work\n\n,,\n")
    assert status == 1 and out == [] and len(err) == 4 and err[0].startswith("FILE:2: since"), err
    status, _, err = record.take("deadlines", "own.csv", heading + "Han dling,2026,2026-01-01,,,,,5d,work\n", "--tenant", "nanshan")
    assert status == 1 and err[0].startswith("FILE:2: table"), err
    assert record.take("deadlines", "own.csv", "a,b\n")[0] == 1
    assert record.everything() == before


def nothing_staffed(record):
    return [record.rows(f"select count(*) from {table}")[0][0] for table in ("history", "appointment", "shift", "absence")]


def a_roster():
    """a roster goes in by area, with the columns an office has; what is wrong is named by line, and nothing is changed"""
    record = Record()
    day = (datetime.date.today() + datetime.timedelta(days=60)).isoformat()
    heading = "日期,岗位,姓名,辖区,开始,结束,备注\n"
    rows = [f"{day},带班领导,chief,南头街道,,,", f"{day.replace('-', '/')},值班员,马学文,440305001,8:30,18:00,白班", f"{day},夜巡人员,罗丽华,440305001003,20:00,02:00,"]
    before = nothing_staffed(record)
    wrong = heading + "\n".join((rows[0], f"{day},看大门,马学文,440305001,,,", "哪天,值班员,没有这人,440305001,,,", "", f"{day},值班员,马学文,没有这里,9点,,", rows[0]))
    status, out, err = record.take("roster", "值班表.csv", wrong, "--tenant", "nanshan")
    assert status == 1 and out == [], (status, out)
    assert err == ["FILE:3: post: 请从给出的选项中选择。", "FILE:4: date: 格式不对，应为2026-09-07。", "FILE:6: area: 没有这个地点。",
                   "FILE:7: name: 有重复项。", "linli import: nanshan: 有的行有问题，没有导入任何内容"], err
    past = heading + "\n".join((rows[0], "2020-01-01,值班员,马学文,440305001,,,"))
    status, _, err = record.take("roster", "值班表.csv", past, "--tenant", "nanshan", "--en")
    assert status == 1 and err[0].startswith("FILE:3: until: Must not be less than"), err
    assert nothing_staffed(record) == before
    table = heading + "\n".join(rows) + "\n"
    assert record.take("roster", "值班表.csv", table.encode("gb18030"), "--tenant", "nanshan") == (0, ["nanshan：3 行"], [])
    sql = "select s.area_path, s.post, p.name, (s.until - s.since) / 60000000 from shift s join person p on p.id = s.person where s.since > ? order by s.post"
    assert record.rows(sql, int((datetime.datetime.now().timestamp() + 50 * 86400) * 1e6)) == [
        ("44/4403/440305/440305001/", "duty_leader", "苏光明", 1440), ("44/4403/440305/440305001/", "duty_officer", "马学文", 570),
        ("44/4403/440305/440305001/440305001003/", "night_route", "罗丽华", 360)]
    payload = record.last_payload()
    assert payload["source"] == "值班表.csv" and [row["command"] for row in payload["rows"]] == ["shift.plan"] * 2, payload
    assert record.take("roster", "值班表.csv", table)[0] == 2  # several tenants
    assert record.take("roster", "值班表.csv", "日期,姓名\n", "--tenant", "nanshan")[0] == 1


def who_is_away():
    """absences, substitutes and secondments go in whole, or name what is wrong by line"""
    record = Record()
    day = [(datetime.date.today() + datetime.timedelta(days=days)).isoformat() for days in (40, 45)]
    before = nothing_staffed(record)

    def take(what, text):
        return record.take(what, f"{what}.csv", text, "--tenant", "nanshan")

    assert take("absences", f"name,from,to\n马学文,{day[1]},{day[0]}\n没有这人,,{day[0]}\n")[2][:2] == [
        "FILE:3: name: 没有这个人，或者有同名的人；有同名的，请写账号。", f"FILE:2: until: 不能小于{day[1]}T00:00:00+08:00。"]
    assert take("substitutes", "姓名,岗位,替补\n马学文,网格员,马学文\n韩文斌,派遣员,马学文\n")[0] == 1
    no_end = take("secondments", "姓名,岗位,辖区,结束\n邹建军,受理员,440305001,\n")
    assert no_end[0] == 1 and no_end[2][0] == "FILE:2: to: 请填写这一项。", no_end
    assert nothing_staffed(record) == before
    assert take("absences", f"姓名,开始,结束\n韩文斌,{day[0]},{day[1]}\n") == (0, ["nanshan：1 行"], [])
    assert take("substitutes", "姓名,岗位,替补\n韩文斌,网格员,余家豪\n") == (0, ["nanshan：1 行"], [])
    again = take("substitutes", "姓名,岗位,替补\n韩文斌,网格员,余家豪\n")
    assert again[0] == 1 and again[2][0].startswith("FILE:2: name: 已经有人登记了"), again
    assert take("secondments", f"姓名,岗位,辖区,开始,结束\n丁桂英,受理员,440305001,{day[0]},{day[1]}\n") == (0, ["nanshan：1 行"], [])
    assert nothing_staffed(record) == [before[0] + 3, before[1] + 2, before[2], before[3] + 1]
    assert record.rows("select count(*) from appointment where stands_in_for is not null")[0][0] >= 1
    told = record.rows("select payload from history order by at desc limit 3")
    assert not any(name in str(text, "utf-8") for (text,) in told for name in ("韩文斌", "丁桂英")), told


def what_is_asked_wrongly():
    """no such file, tenant, system or table: one line, and nothing is changed"""
    record = Record()
    before = record.everything()
    table = lanes(f"{COMMUNITY}L901,{COMMUNITY},lane,前街")
    for status, more in ((2, []), (1, ["--tenant", "nowhere"]), (2, ["--crs", "mars"]), (2, ["--nonsense"])):
        got = record.take("areas", "lanes.csv", table, *more)
        assert (got[0], got[1], len(got[2])) == (status, [], 1), (more, got)
    for words in (["areas"], ["people", "x"], []):
        done = subprocess.run([LINLI, "import", *words, "--data", record.data], capture_output=True, text=True, timeout=LIMIT)
        assert done.returncode == 2 and len(done.stderr.splitlines()) == 1, (words, done)
    for what in ("areas", "classes"):
        done = subprocess.run([LINLI, "import", what, os.path.join(FOLDER, "absent"), "--data", record.data, "--tenant", "nanshan"],
                              capture_output=True, text=True, timeout=LIMIT)
        assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and "absent" in done.stderr, done
    assert record.everything() == before


if __name__ == "__main__":
    try:
        subprocess.run([LINLI, "seed", "--data", os.path.join(FOLDER, "seeded")], check=True, timeout=LIMIT)
        run(csv_in_utf8, csv_in_gb18030, neither_encoding, geojson, rejected_rows, bar_on_a_terminal, class_codes,
            rejected_codes, tables_of_deadlines, a_roster, who_is_away, what_is_asked_wrongly)
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
