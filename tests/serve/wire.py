#!/usr/bin/env python3
"""What goes over the wire: requests in pieces and in heaps, bodies that are too long, lie or end
too early, connections that stay and connections that go."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib"))
from server import CASES, Server, Wire, lamp, new_key, report, request, run  # noqa: E402

LIMIT_OF_BODY = 32768  # x-body-limit of openCase
HOUSE = Server()


def problem(answer, status, code):
    assert answer.status == status, (answer.status, answer.body)
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["code"] == code and told["status"] == status and told["zh"] and told["en"], told
    return told


def opened(answer):
    assert answer.status == 201, (answer.status, answer.body)
    return answer.json()


def still_serves(wire):
    assert wire.ask("GET", "/healthz").status == 200


def count_cases():
    """How many cases there are, from the gauges, when they have seen everything."""
    with Wire(HOUSE) as wire:
        told = wire.ask("GET", f"/api/v1/nanshan/tally?after={opened_cursor(wire)}").json()
        assert told["reached"], told
        return sum(item["count"] for item in told["items"])


def opened_cursor(wire):
    """A case is opened to know where history is."""
    wire.send(report("数一数"))
    return opened(wire.answer())["cursor"]


def byte_by_byte():
    """a request that comes byte by byte is one request"""
    with Wire(HOUSE) as wire:
        for data in (request("GET", "/healthz"), report()):
            for i in range(len(data)):
                wire.send(data[i:i + 1])
            assert wire.answer().status in (200, 201)


def in_one_packet():
    """requests in one packet are answered in their order, commands among them"""
    with Wire(HOUSE) as wire:
        wire.send(request("GET", "/healthz") + report() + request("GET", "/nowhere/at/all") + report() +
                  request("GET", "/api/v1/tenants"))
        assert "version" in wire.answer().json()
        first = opened(wire.answer())
        assert wire.answer().status == 404
        second = opened(wire.answer())
        assert second["case"] > first["case"]
        assert "items" in wire.answer().json()


def head_has_no_body():
    """HEAD answers as GET would, without the body"""
    count_cases()  # the gauges have seen everything: pages that show them stand still
    with Wire(HOUSE) as wire:
        for path in ("/healthz", "/", "/nanshan/", "/api/v1/tenants", "/api/v1/nowhere/areas"):
            got = wire.ask("GET", path)
            head = wire.ask("HEAD", path)
            assert head.status == got.status and head.headers["content-type"] == got.headers["content-type"]
            assert int(head.headers["content-length"]) == len(got.body), path
        still_serves(wire)


def options_and_405():
    """OPTIONS names the methods; another method is refused with them"""
    with Wire(HOUSE) as wire:
        answer = wire.ask("OPTIONS", CASES)
        assert answer.status == 204 and answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"
        answer = wire.ask("DELETE", CASES)
        told = problem(answer, 405, "method-not-allowed")
        assert told["allow"] == ["GET", "HEAD", "POST", "OPTIONS"]
        assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"
        assert wire.ask("PUT", "/nanshan/", b"x" * 1000).status == 405
        assert wire.ask("BREW", "/healthz").status == 405
        assert wire.ask("OPTIONS", "/nowhere/at/all").status == 404
        still_serves(wire)


def body_for_nobody():
    """a body nobody takes is dropped, and the connection goes on"""
    with Wire(HOUSE) as wire:
        problem(wire.ask("POST", "/api/v1/nowhere/at/all", b"x" * 200000), 404, "not-found")
        assert wire.ask("GET", "/healthz", b"x" * 10).status in (200, 400, 413)
        still_serves(wire)


def too_long():
    """413 for a body just over the limit, told and counted; just under it is read"""
    with Wire(HOUSE) as wire:
        problem(wire.ask("POST", CASES, b" " * (LIMIT_OF_BODY + 1), {"Content-Type": "application/json"}),
                413, "too-large")
        still_serves(wire)
        text = json.dumps(lamp()).encode()
        full = text + b" " * (LIMIT_OF_BODY - len(text))
        opened(wire.ask("POST", CASES, full, {"Content-Type": "application/json"}))


def far_too_long():
    """413 before the body when it would not be worth reading"""
    with Wire(HOUSE) as wire:
        wire.send(request("POST", CASES, headers={"Content-Length": "100000000", "Content-Type": "application/json"}))
        problem(wire.answer(), 413, "too-large")
        assert wire.is_closed()


def expects():
    """Expect: 100-continue is asked for the body, or refused before it"""
    with Wire(HOUSE) as wire:
        data = report()
        head, body = data.split(b"\r\n\r\n", 1)
        wire.send(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert wire.answer().status == 100
        wire.send(body)
        opened(wire.answer())
    with Wire(HOUSE) as wire:
        wire.send(request("POST", CASES, headers={"Content-Length": "40000", "Expect": "100-continue",
                                                  "Content-Type": "application/json"}))
        problem(wire.answer(), 413, "too-large")


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def chunked():
    """a chunked body is a body, and has the same limit"""
    how = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}
    text = json.dumps(lamp()).encode()
    with Wire(HOUSE) as wire:
        wire.send(request("POST", CASES, headers=how))
        for i in range(0, len(text), 7):
            wire.send(chunk(text[i:i + 7]))
        wire.send(chunk(b""))
        opened(wire.answer())
        wire.send(request("POST", CASES, headers=how) + chunk(b" " * 40000) + chunk(b""))
        problem(wire.answer(), 413, "too-large")
        still_serves(wire)


def chunked_for_ever():
    """a chunked body without an end is cut off"""
    with Wire(HOUSE) as wire:
        wire.send(request("POST", CASES, headers={"Transfer-Encoding": "chunked", "Content-Type": "application/json"}))
        try:
            for _ in range(1000):
                wire.send(chunk(b" " * 65536))
        except ConnectionError:
            return
        raise AssertionError("64 MB were read")


def truncated():
    """a body that ends too early opens nothing"""
    before = count_cases()
    for cut in (1, 20, 60):
        with Wire(HOUSE) as wire:
            wire.send(report()[:-cut])
    with Wire(HOUSE) as wire:
        wire.send(request("POST", CASES, headers={"Transfer-Encoding": "chunked", "Content-Type": "application/json"}) +
                  chunk(json.dumps(lamp()).encode()))
    assert count_cases() == before + 1


def length_lies():
    """what is behind a body that was announced too short is no request"""
    before = count_cases()
    with Wire(HOUSE) as wire:
        wire.send(request("POST", CASES, lamp(), {"Content-Length": "40"}) + b"\r\n\r\n")
        problem(wire.answer(), 400, "malformed")
        assert wire.answer().status == 400
        assert wire.is_closed()
    for length in ("-5", "5x", "99999999999999999999999"):
        with Wire(HOUSE) as wire:
            wire.send(request("POST", CASES, lamp(), {"Content-Length": length}))
            assert wire.answer().status in (400, 413), length
            assert wire.is_closed()
    assert count_cases() == before + 1


def two_lengths():
    """a request with two ideas of its own length hides no second request"""
    hidden = report("藏在里面")
    before = count_cases()
    with Wire(HOUSE) as wire:
        wire.send(request("POST", CASES, headers={"Content-Length": "5", "Transfer-Encoding": "chunked",
                                                  "Content-Type": "application/json"}) + b"0\r\n\r\n" + hidden)
        assert wire.answer().status == 400
        assert wire.is_closed() and b"201" not in wire.rest
    with Wire(HOUSE) as wire:
        wire.send(b"POST " + CASES.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                  b"Content-Length: 2\r\nContent-Length: 200\r\n\r\n{}" + hidden)
        assert wire.answer().status == 400
        assert wire.is_closed() and b"201" not in wire.rest
    assert count_cases() == before + 1


def malformed():
    """what is no HTTP is refused, and the server goes on"""
    for data in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"GET\r\n\r\n", b"GET /healthz HTTP/1.1\r\nHost\r\n\r\n",
                 request("GET", "/healthz", host=False), request("GET", "/healthz" + "x" * 100000)):
        with Wire(HOUSE) as wire:
            try:
                wire.send(data)
                assert 400 <= wire.answer().status < 506, data[:40]
            except (EOFError, ConnectionError):
                pass  # closed without a word is an answer too
    with Wire(HOUSE) as wire:
        assert wire.ask("GET", "/api/v1/%ff%fe/areas").status in (400, 404, 422)
        assert wire.ask("GET", "/api/v1/nanshan/areas?kind=%zz").status == 400
        still_serves(wire)


def strange_bytes():
    """an answer is UTF-8 whatever the request was"""
    with Wire(HOUSE) as wire:
        wire.send(request("POST", CASES, lamp(), {"Origin": "http://\xff\xfe"}))
        problem(wire.answer(), 403, "foreign-origin")
        assert wire.ask("DELETE", "/api/v1/nanshan/\xff\xfe").status in (400, 404)
        wire.send(b"DELETE /healthz?\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n")
        problem(wire.answer(), 405, "method-not-allowed")
        still_serves(wire)


def form_comes_back():
    """a form with a wrong place and a wrong field comes back with both, as it was typed"""
    typed = ("area=440305001&topic=ufo&description=%E7%81%AF%E4%B8%8D%E4%BA%AE&key=" + new_key()).encode()
    with Wire(HOUSE) as wire:
        answer = wire.ask("POST", "/nanshan/report", typed, {"Content-Type": "application/x-www-form-urlencoded"})
        page = answer.body.decode()
        assert answer.status == 422 and answer.headers["content-type"].startswith("text/html"), answer.status
        assert "灯不亮" in page and "没有这个地点" in page and "请从给出的选项中选择" in page, page
        typed = typed.replace(b"440305001&", b"440305001003&").replace(b"ufo", b"lamp")
        answer = wire.ask("POST", "/nanshan/report", typed, {"Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status == 303 and answer.headers["location"].startswith("/nanshan/progress/")


def after_errors():
    """a connection goes on after every refusal"""
    with Wire(HOUSE) as wire:
        problem(wire.ask("POST", CASES, lamp(), {"Origin": "http://elsewhere"}), 403, "foreign-origin")
        problem(wire.ask("POST", CASES, b"{", {"Content-Type": "application/json"}), 400, "malformed")
        problem(wire.ask("POST", CASES, b"{}", {"Content-Type": "text/plain"}), 415, "unsupported-media-type")
        problem(wire.ask("POST", CASES, {"playbook": "service-request"}), 422, "invalid")
        problem(wire.ask("GET", CASES), 401, "sign-in-required")
        problem(wire.ask("GET", "/api/v1/nowhere/areas"), 404, "not-found")
        problem(wire.ask("GET", CASES + "?limit=0"), 401, "sign-in-required")
        opened(wire.ask("POST", CASES, lamp()))


def old_http():
    """HTTP/1.0 gets its answer and the end of the connection"""
    with Wire(HOUSE) as wire:
        wire.send(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert wire.answer().status == 200
        assert wire.is_closed()


def idle_connections():
    """a hundred idle connections keep nobody waiting, and are served when they speak"""
    wires = [Wire(HOUSE) for _ in range(100)]
    try:
        for wire in wires[::2]:
            wire.send(request("GET", "/healthz")[:-4])
        with Wire(HOUSE) as wire:
            opened(wire.ask("POST", CASES, lamp()))
        for i, wire in enumerate(wires):
            wire.send(b"\r\n\r\n" if i % 2 == 0 else request("GET", "/healthz"))
        for wire in wires:
            assert wire.answer().status == 200
    finally:
        for wire in wires:
            wire.close()


def gone_before_the_answer():
    """who goes away during a command and asks again has done it once"""
    before = count_cases()
    keys = [new_key() for _ in range(60)]
    for key in keys:
        with Wire(HOUSE) as wire:
            wire.send(report("走开", key))
    numbers = set()
    with Wire(HOUSE) as wire:
        for key in keys:
            wire.send(report("走开", key))
            numbers.add(opened(wire.answer())["number"])
    assert len(numbers) == len(keys)
    assert count_cases() == before + 1 + len(keys)


def many_at_once():
    """commands of many connections at once are answered each with its own"""
    wires = [Wire(HOUSE) for _ in range(64)]
    try:
        for _ in range(3):
            keys = [new_key() for _ in wires]
            for wire, key in zip(wires, keys):
                wire.send(report("一起", key) + report("一起", key))
            first = [opened(wire.answer()) for wire in wires]
            again = [opened(wire.answer()) for wire in wires]
            assert len({one["case"] for one in first}) == len(wires)
            for one, two in zip(first, again):
                assert not one["replayed"] and two["replayed"]
                assert (one["case"], one["tracking"], one["number"]) == (two["case"], two["tracking"], two["number"])
    finally:
        for wire in wires:
            wire.close()


def ends_well():
    """after all of this the server ends as it should, and the record holds"""
    with Wire(HOUSE) as wire:
        still_serves(wire)
        status, err = HOUSE.stop()
    assert status == 0, (status, err)
    status, told = HOUSE.verify()
    assert status == 0, told


if __name__ == "__main__":
    with HOUSE:
        run(byte_by_byte, in_one_packet, head_has_no_body, options_and_405, body_for_nobody, too_long, far_too_long,
            expects, chunked, chunked_for_ever, truncated, length_lies, two_lengths, malformed, strange_bytes,
            form_comes_back, after_errors, old_http, idle_connections, gone_before_the_answer, many_at_once, ends_well)
