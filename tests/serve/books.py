#!/usr/bin/env python3
"""`linli verify` walks the books: a posting or a lot that somebody altered in the file is found."""
import datetime
import os
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib"))
import served  # noqa: E402
from server import Server, run  # noqa: E402

BASE = "/api/v1/nanshan"
PLACE = "440305001007"
HANDS = (  # what is altered, and what is said of it
    ("update ledger_line set amount = amount + 1 where no = 1 and account in (select id from ledger_account where kind = 'row')", "entry"),
    ("update ledger_lot set remains = remains + 1 where no = 1", "lots"),
    ("update ledger_account set balance = balance + 1 where kind = 'row'", "account"),
    ("delete from ledger_entry where id in (select max(id) from ledger_entry)", "entr"),
)


def row(client, cookie, register, **fields):
    return client.must("POST", f"{BASE}/registers/{register}/rows", {"fields": {"place": PLACE, **fields}}, cookie=cookie)["row"]


def act(client, cookie, case, action, **fields):
    rev = client.get(f"{BASE}/cases/{case}", cookie)["rev"]
    client.must("POST", f"{BASE}/cases/{case}/actions/{action}", {"rev": rev, "fields": fields}, cookie=cookie)


def earn(server):
    """A service noted by one and confirmed by another: hours and points."""
    client = served.Client(server.port)
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
    begins = (now - datetime.timedelta(hours=5)).isoformat(timespec="seconds")
    desk, checker = (client.sign_in("nanshan", login) for login in ("desk", "checker"))
    passbook = row(client, desk, "passbooks", label="马阿姨", since=begins[:10])
    rule = row(client, desk, "earning-rules", label="上门陪伴", rate=10, cap=50)
    case = client.must("POST", f"{BASE}/cases", {"playbook": "good-deed", "area": PLACE, "via": "desk", "fields": {
        "passbook": passbook, "rule": rule, "what": "上门陪伴", "begins": begins, "hours": 20}}, cookie=desk)["case"]
    act(client, desk, case, "hand_in")
    act(client, checker, case, "confirm", good=False)
    client.close()


def altered():
    """each altered row of a ledger is found, and named"""
    with Server() as server:
        earn(server)
        assert server.stop()[0] == 0
        status, said = server.verify()
        assert status == 0, said
        path = os.path.join(server.data, "linli.db")
        with open(path, "rb") as file:
            whole = file.read()
        for statement, word in HANDS:
            with sqlite3.connect(path) as db:
                assert db.execute(statement).rowcount > 0, statement
            db.close()
            status, said = server.verify()
            assert status and word in said, (statement, status, said)
            with open(path, "wb") as file:
                file.write(whole)
        assert server.verify()[0] == 0


run(altered)
