#!/usr/bin/env python3
"""How long the desk's pages wait for the server on the demo.

Every address a page of the desk asks when it is opened, by the post that opens it, on the
streets `linli seed --live 90` makes: the median of some runs over one connection, and the
slowest of all.  By itself it lists them; `make bench` takes the greatest.
"""
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 7
DAYS = "90"
TENANT = "nanshan"
# Of each page what it asks first; {case} and {area} are filled in.
PAGES = {
    "mine": ["/me", "/cases?view=mine&limit=50", "/views"],
    "waiting": ["/inbox?reading=unit&limit=100", "/inbox?reading=today&limit=100", "/inbox?reading=overdue&limit=100"],
    "all": ["/cases?view=all&limit=50", "/cases?view=all&limit=100&state=open", "/cases?view=all&limit=100&overdue=yes",
            "/cases?view=all&limit=50&q=%E8%B7%AF%E7%81%AF", "/playbooks", "/playbooks/service-request", "/organizations"],
    "case": ["/cases/{case}", "/cases/{case}/held", "/cases/{case}/papers", "/cases/{case}/links", "/cases/{case}/similar",
             "/cases/{case}/proposal", "/areas/{area}", "/map/areas?parent={area}"],
    "intake": ["/areas?kind=community", "/classes", "/burden"],
    "duty": ["/duty/roster?area=440305001&from={day}&to={day}", "/duty/briefing?area=440305001&kind=morning", "/duty/emergencies", "/absences"],
    "registers": ["/registers", "/registers/shops/rows", "/registers/shops/tally"],
    "orders": ["/orders", "/orders/sources"],
    "ballots": ["/ballots"],
    "people": ["/persons", "/appointments", "/gaps"],
    "codes": ["/codes?area=440305001"],
    "books": ["/books"],
    "settings": ["/settings", "/calendar", "/deadlines", "/versions", "/rhythms", "/duties", "/draws", "/papers", "/playbooks?which=all", "/map/areas?kind=community"],
}
POST = {"people": "admin", "settings": "admin"}


def sign_in(port, login):
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    client.request("POST", f"/api/v1/{TENANT}/sessions", json.dumps({"login": login, "password": "linli-demo"}), {"Content-Type": "application/json"})
    answer = client.getresponse()
    answer.read()
    assert answer.status in (200, 201), (login, answer.status)
    return client, answer.getheader("Set-Cookie").split(";")[0]


def get(client, cookie, path):
    """(status, milliseconds, body)"""
    begun = time.perf_counter()
    client.request("GET", f"/api/v1/{TENANT}{path}", headers={"Cookie": cookie})
    answer = client.getresponse()
    body = answer.read()
    return answer.status, (time.perf_counter() - begun) * 1000, body


def measure(port):
    """[(milliseconds, page, path)], the slowest first"""
    people = {login: sign_in(port, login) for login in ("desk", "admin")}
    status, _, body = get(*people["desk"], "/cases?view=mine&limit=1")
    assert status == 200, body
    first = json.loads(body)["items"][0]
    found = []
    for page, paths in PAGES.items():
        who = people[POST.get(page, "desk")]
        for path in paths:
            asked = path.format(case=first["case"], area=first["area"]["code"], day=time.strftime("%Y-%m-%d"))
            answers = [get(*who, asked) for _ in range(RUNS)]
            assert answers[0][0] == 200, (page, asked, answers[0])
            found.append((statistics.median(ms for _, ms, _ in answers), page, path))
    return sorted(found, reverse=True)


def lived(linli, folder):
    """A served demo: (process, port)"""
    subprocess.run([linli, "seed", "--data", folder, "--live", DAYS], check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen([linli, "serve", "--data", folder, "--port", "0", "--log-level", "error"], stdout=subprocess.PIPE, text=True)
    return server, int(server.stdout.readline().rsplit(":", 1)[1])


def run(linli, scratch):
    server, port = lived(linli, os.path.join(scratch, "desk"))
    try:
        return measure(port)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    with tempfile.TemporaryDirectory() as folder:
        for ms, page, path in run(os.environ.get("LINLI", os.path.join(ROOT, "build", "linli")), folder):
            print(f"{ms:8.1f} ms  {page:10} {path}")
    sys.exit(0)
