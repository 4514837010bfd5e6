#!/usr/bin/env python3
"""The live stream: who hears of what, coming back, being told to begin anew, and the end."""
import http.client
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib"))
from server import LIMIT, Server, Wire, new_key, report, request, run  # noqa: E402

HOUSE = Server()
STREAM = "/api/v1/nanshan/stream"


class Listener:
    """One stream; events in the order they come."""

    def __init__(self, cookie=None, last=None, tenant="nanshan"):
        self.http = http.client.HTTPConnection("127.0.0.1", HOUSE.port, timeout=LIMIT)
        headers = {"Cookie": cookie} if cookie else {}
        if last:
            headers["Last-Event-ID"] = last
        self.http.request("GET", f"/api/v1/{tenant}/stream", headers=headers)
        self.reply = self.http.getresponse()

    def __enter__(self):
        assert self.reply.status == 200, self.reply.read()
        assert self.reply.headers["Content-Type"] == "text/event-stream"
        assert self.next()["event"] == "ready"
        return self

    def __exit__(self, *_):
        self.http.close()

    def next(self):
        """The next event as a map; None when the stream has ended."""
        event = {}
        for line in iter(self.reply.readline, b""):
            text = line.decode().rstrip("\n")
            if not text and "event" in event:
                event["data"] = json.loads(event["data"])
                self.last = event["id"]
                return event
            if ": " in text:
                name, value = text.split(": ", 1)
                event[name] = value
        return None

    def hears(self, case):
        """The next event is about this case."""
        event = self.next()
        assert event["event"] == "case" and event["data"]["case"] == case, (event, case)
        return event["data"]["rev"]


def open_case(area="440305001003"):
    body = {"playbook": "service-request", "area": area, "fields": {"topic": "lamp", "description": "路灯不亮"}}
    with Wire(HOUSE) as wire:
        answer = wire.ask("POST", "/api/v1/nanshan/cases", body, {"Idempotency-Key": new_key()})
        assert answer.status == 201, answer.body
        return answer.json()


def sign_in(login, tenant="nanshan"):
    with Wire(HOUSE) as wire:
        answer = wire.ask("POST", f"/api/v1/{tenant}/sessions", {"login": login, "password": "linli-demo"})
        assert answer.status == 201, answer.body
        return answer.headers["set-cookie"].split(";")[0]


def decline(cookie, opened):
    with Wire(HOUSE) as wire:
        answer = wire.ask("POST", f"/api/v1/nanshan/cases/{opened['case']}/actions/decline",
                          {"fields": {"reason": "重复反映"}}, {"Cookie": cookie})
        assert answer.status == 200, answer.body


def staff_hear():
    """staff hear of their cases, with the revision, and residents of public ones; other districts of nothing"""
    cookie = sign_in("desk")
    with Listener(cookie) as desk, Listener() as anyone, Listener(tenant="yakeshi") as elsewhere:
        first = open_case()
        assert desk.hears(first["case"]) == 1
        assert anyone.hears(first["case"]) == 1
        decline(cookie, first)
        assert desk.hears(first["case"]) == 2
        assert anyone.hears(first["case"]) == 2
        elsewhere.http.sock.settimeout(0.001)
        try:
            raise AssertionError(elsewhere.next())
        except (TimeoutError, OSError):
            pass


def at_once_in_one():
    """who hears of public cases hears of a case once, however often it changed in the second"""
    cookie = sign_in("desk")
    with Listener() as anyone, Listener(cookie) as desk:
        warm = open_case()
        anyone.hears(warm["case"])
        desk.hears(warm["case"])
        one, two = open_case(), open_case()
        decline(cookie, one)
        decline(cookie, two)
        seen = {one["case"]: [], two["case"]: []}
        while not all(revs and revs[-1] == 2 for revs in seen.values()):
            event = anyone.next()
            seen[event["data"]["case"]].append(event["data"]["rev"])
        assert all(len(revs) <= 2 for revs in seen.values()), seen


def come_back():
    """Last-Event-ID brings what was missed, each case once, as it is now"""
    cookie = sign_in("desk")
    with Listener(cookie) as desk:
        desk.hears(open_case()["case"])
        last = desk.last
    missed = open_case()
    decline(cookie, missed)
    other = open_case()
    with Listener(cookie, last) as desk:
        assert desk.hears(missed["case"]) == 2
        assert desk.hears(other["case"]) == 1
        fresh = open_case()
        assert desk.hears(fresh["case"]) == 1


def cursors_are_sealed():
    """a cursor that was not given is refused; one of another district too; ids say nothing of how much happened"""
    with Listener() as anyone:
        anyone.hears(open_case()["case"])
        first = anyone.last
        anyone.hears(open_case()["case"])
        second = anyone.last
    assert len(first) == len(second) and first[:8] != second[:8]
    for last, tenant in ((first[:-1] + ("0" if first[-1] != "0" else "1"), "nanshan"), ("12", "nanshan"), (first, "yakeshi")):
        refused = Listener(last=last, tenant=tenant)
        assert refused.reply.status == 422, (last, tenant, refused.reply.status)
        refused.http.close()


def too_far_behind():
    """who is a thousand entries behind is told to begin anew"""
    with Listener() as anyone:
        anyone.hears(open_case()["case"])
        last = anyone.last
    with Wire(HOUSE) as wire:
        for _ in range(0, 1100, 50):
            wire.send(b"".join(report() for _ in range(50)))
            for _ in range(50):
                assert wire.answer().status == 201
    with Listener(last=last) as anyone:
        event = anyone.next()
        assert event["event"] == "reset" and event["data"] == {"kind": "reset"}, event


def many_leave():
    """listeners that vanish take nothing with them"""
    for _ in range(60):
        listener = Listener()
        assert listener.reply.status == 200
        listener.http.close()
    with Listener() as anyone:
        anyone.hears(open_case()["case"])


def ends_with_the_server():
    """a stopping server ends its streams at once and cleanly"""
    with Listener() as anyone, Listener(sign_in("desk")) as desk:
        status, err = HOUSE.stop()
        assert status == 0, (status, err)
        assert anyone.next() is None and desk.next() is None


if __name__ == "__main__":
    with HOUSE:
        run(staff_hear, at_once_in_one, come_back, cursors_are_sealed, too_far_behind, many_leave,
            ends_with_the_server)
