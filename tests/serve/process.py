#!/usr/bin/env python3
"""Starting and ending: a stop under load loses nothing that was answered, a folder has one server,
and what cannot start says why in one line."""
import os
import signal
import socket
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib"))
from server import LIMIT, LINLI, Server, Wire, new_key, report, request, run  # noqa: E402

CLIENTS = 50


def client(server, taken, enough):
    """Reports until the server is gone: (key, case) of every answered 201."""
    try:
        with Wire(server) as wire:
            while True:
                key = new_key()
                wire.send(report("停机之前", key))
                answer = wire.answer()
                if answer.status == 201:
                    taken.append((key, answer.json()["case"]))
                    if len(taken) >= 4 * CLIENTS:
                        enough.set()
                else:
                    assert answer.status == 503 and answer.headers["connection"] == "close", answer.body
                    assert answer.json()["code"] == "busy"
    except (EOFError, ConnectionError):
        pass
    except Exception as fault:  # told by the test, on its own thread
        taken.append(fault)
        enough.set()


def stop_under_load(how):
    """a stop while 50 clients report: every answered report is there afterwards"""
    with Server() as server:
        taken, enough = [], threading.Event()
        threads = [threading.Thread(target=client, args=(server, taken, enough)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        assert enough.wait(LIMIT), "too few were answered"
        status, err = server.stop(how)
        for thread in threads:
            thread.join()
        faults = [one for one in taken if isinstance(one, Exception)]
        assert not faults, faults
        assert status == 0, (status, err)
        server.start()
        with Wire(server) as wire:
            for key, case in taken:
                wire.send(report("停机之前", key))
                again = wire.answer().json()
                assert again["replayed"] and again["case"] == case, again
        assert server.stop()[0] == 0
        status, told = server.verify()
        assert status == 0, told


def stop_with_idle_connections():
    """idle connections and a request that never ends hold up no stop"""
    with Server() as server:
        idle, half, whole = Wire(server), Wire(server), Wire(server)
        half.send(report()[:-10])
        assert whole.ask("GET", "/healthz").status == 200
        status, err = server.stop(signal.SIGINT)
        assert status == 0, err
        assert idle.is_closed() and half.is_closed() and whole.is_closed()


def stop_during_the_start():
    """a signal before it listens ends it as one after"""
    with Server() as server:
        server.process.send_signal(signal.SIGTERM)
        server.process.communicate(timeout=LIMIT)
        for _ in range(5):
            server.process = subprocess.Popen([LINLI, "serve", "--data", server.data, "--port", "0"],
                                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            status, err = server.stop()
            assert status in (0, -signal.SIGTERM), (status, err)
        assert server.verify()[0] == 0


def at(server, instant):
    """Starts a server whose clock stands at an instant."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        server.start("--hold-clock", str(theirs.fileno()), pass_fds=(theirs.fileno(),))
        ours.settimeout(LIMIT)
        ours.sendall(f"set {instant}\n".encode())
        assert ours.recv(100).startswith(b"ok "), "the clock was not set"


def clock_set_back():
    """a server whose clock was set back goes on: an old key is known, times only grow, the record verifies"""
    with Server() as server:
        server.stop()
        at(server, "2027-03-02T09:00:00+08:00")
        key, opened = new_key(), []
        with Wire(server) as wire:
            wire.send(report("拨钟之前", key))
            opened.append(wire.answer().json())
        assert server.stop()[0] == 0
        at(server, "2026-03-02T09:00:00+08:00")
        with Wire(server) as wire:
            wire.send(report("拨钟之前", key))
            again = wire.answer().json()
            assert again["replayed"] and again["case"] == opened[0]["case"], again
            wire.send(report("拨钟之后"))
            opened.append(wire.answer().json())
            seen = [wire.ask("GET", f"/api/v1/nanshan/progress/{one['tracking']}").json() for one in opened]
        assert opened[1]["case"] > opened[0]["case"], opened
        times = [one["opened_at"] for one in seen]
        assert times[0] <= times[1] and times[1].startswith("2027-03-02T09:00:00"), times
        assert server.stop()[0] == 0
        assert server.verify()[0] == 0


def linli(*args):
    done = subprocess.run([LINLI, *args], capture_output=True, text=True, timeout=LIMIT)
    return done.returncode, done.stderr.splitlines()


def one_server_a_folder():
    """a second server on a folder is refused in one line, and the first goes on"""
    with Server() as server:
        status, lines = linli("serve", "--data", server.data, "--port", "0")
        assert status == 1 and len(lines) == 1 and lines[0].startswith("linli serve: "), (status, lines)
        with Wire(server) as wire:
            wire.send(report())
            assert wire.answer().status == 201
        assert server.stop()[0] == 0


def port_taken():
    """a port that is taken is told in one line"""
    with Server() as server, socket.create_server(("127.0.0.1", 0)) as other:
        assert server.stop()[0] == 0
        status, lines = linli("serve", "--data", server.data, "--port", str(other.getsockname()[1]))
        told = [line for line in lines if line.startswith("linli serve: ")]
        assert status == 1 and len(told) == 1 and "cannot listen" in told[0], (status, lines)


def bad_options():
    """bad options are status 2 and one line, and nothing is begun"""
    with Server() as server:
        absent = os.path.join(server.folder, "absent")
        for args in (["--port", "http"], ["--port", "70000"], ["--port", "-1"], ["--port"], ["--nonsense"], ["word"],
                     ["--hold-clock", "x"]):
            status, lines = linli("serve", "--data", absent, *args)
            assert status == 2 and len(lines) == 1, (args, status, lines)
        assert not os.path.exists(absent)
        assert server.stop()[0] == 0
        status, lines = linli("serve", "--data", server.data, "--port", "0", "--address", "everywhere")
        assert status == 2 and "everywhere" in lines[-1], (status, lines)
        for args in ([], ["nonsense"]):
            status, lines = linli(*args)
            assert status == 2 and len(lines) == 1, (args, status, lines)


def looking_begins_nothing():
    """verify, seal and rebuild of a folder that is not there make none"""
    with Server() as server:
        absent = os.path.join(server.folder, "absent")
        for args in (["verify"], ["seal"], ["rebuild", "tally"]):
            status, lines = linli(*args, "--data", absent)
            assert status == 1 and len(lines) == 1, (args, status, lines)
        assert not os.path.exists(absent)


if __name__ == "__main__":
    run((stop_under_load, signal.SIGTERM), (stop_under_load, signal.SIGINT), stop_with_idle_connections,
        stop_during_the_start, clock_set_back, one_server_a_folder, port_taken, bad_options, looking_begins_nothing)
