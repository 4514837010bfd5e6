#!/usr/bin/env python3
"""Runs the tests in groups, the fast ones first, and counts them.

    tests/run.py [--build FOLDER] [GROUP…]

A group is a folder of tests/.  To it belong its .c files (cmocka programs built
by meson), its .py files (which print TAP), and vitest (script `test:GROUP` of
web/package.json); `scenario` runs the playbooks' scenarios, `corpora` the kept
fuzz inputs, `fuzz` (only when named) makes new ones for FUZZ_SECONDS each.
tests/groups.json has the order, each group's share of the time, how many
programs run together and whether PostgreSQL is started for it.

A program that dies, prints fewer results than it planned or prints none is a
failure, and so is a group without a test.  The last line is
`N passed, N failed`, with `, N skipped` when there are some.

`cluster` runs the groups it is `of` once more against a database of its own in the Citus cluster that
LINLI_TEST_CLUSTER names (`stand-in`: tests/lib/cluster.py says what that is); without it, it is skipped.

Tests are told: LINLI (the program), LINLI_BUILD (the build folder),
LINLI_TEST_PG (a PostgreSQL's URL; one is started unless it is set).
LINLI_TIMES=strict makes a group that takes half as long again as its share a
failure; machines differ, so it is a warning otherwise.
"""
import argparse
import concurrent.futures
import glob
import json
import os
import re
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tools"))
import sources  # noqa: E402

LIMIT = 1500  # seconds for one program
RESULT = re.compile(r"^(not )?ok\b[ \d]*(?:- )?(.*)$")
SKIP = re.compile(r"#\s*skip\b", re.I)


class Count:
    """Results of a program or a group."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.faults = []
        self.failing = []  # the full names of the vitest tests among them

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.faults += other.faults

    def fail(self, text):
        self.failed += 1
        self.faults.append(text)

    def __str__(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def execute(command, environment, folder=ROOT):
    """Runs a program in its own process group: (status, stdout, stderr)."""
    try:
        process = subprocess.Popen(command, cwd=folder, env=environment, text=True, errors="replace",
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True)
    except OSError as error:
        return 127, "", str(error)
    try:
        out, err = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        err += f"\nkilled after {LIMIT} s"
    return process.returncode, out, err


def count_tap(name, status, out, err):
    """Counts TAP; whatever is wrong with the program itself is one more failure."""
    count, planned, seen, fault = Count(), 0, 0, []
    failing = False
    for line in out.splitlines():
        plan, result = re.match(r"1\.\.(\d+)(.*)", line), RESULT.match(line)
        if plan:
            planned += int(plan[1])
            count.skipped += plan[1] == "0" and bool(SKIP.search(plan[2]))
        elif result:
            seen += 1
            skipped = bool(SKIP.search(line))
            failing = bool(result[1]) and not skipped
            count.skipped += skipped
            count.failed += failing
            count.passed += not failing and not skipped
        if failing:
            fault.append("    " + line)
    if seen != planned:
        count.failed += 1
        fault.append(f"    planned {planned} tests, saw {seen}")
    elif status and not count.failed:
        count.failed += 1
        fault.append("    failed outside its tests")
    elif not seen and not count.skipped:
        count.failed += 1
        fault.append("    ran no test")
    if count.failed:
        how = f"signal {-status}" if status < 0 else f"status {status}"
        last = err.splitlines()[-40:] or ([] if fault else out.splitlines()[-10:])
        count.faults.append("\n".join([f"  {name}: {how}", *fault, *("    | " + line for line in last)]))
    return count


def count_vitest(name, path, status, err):
    count = Count()
    try:
        with open(path, encoding="utf-8") as file:
            suites = json.load(file)["testResults"]
    except (OSError, ValueError, KeyError):
        count.fail(f"  {name}: no report, status {status}\n    " + "\n    ".join(err.splitlines()[-40:]))
        return count
    count.failing = [test["fullName"] for suite in suites for test in suite["assertionResults"] if test["status"] == "failed"]
    for suite in suites:
        for test in suite["assertionResults"]:
            if test["status"] == "passed":
                count.passed += 1
            elif test["status"] == "failed":
                text = "\n".join(test.get("failureMessages", []))[:3000]
                count.fail(f"  {suite['name']}: {test['fullName']}\n    " + text.replace("\n", "\n    "))
            else:
                count.skipped += 1
        if suite["status"] == "failed" and not suite["assertionResults"]:
            count.fail(f"  {suite['name']}: {suite.get('message', '')}")
    if status and not count.failed:
        count.fail(f"  {name}: status {status}\n    " + "\n    ".join(err.splitlines()[-40:]))
    return count


class Runner:
    def __init__(self, build):
        self.build = os.path.join(ROOT, build)
        self.postgres = None
        self.environment = dict(os.environ, LINLI=os.path.join(self.build, "linli"),
                                LINLI_BUILD=self.build, CMOCKA_MESSAGE_OUTPUT="TAP",
                                PYTHONDONTWRITEBYTECODE="1")
        self.sources = [line.split(" ") for line in sources.listing()]

    def start_postgres(self):
        """One server for all groups, ended by stop(): True when it gave its URL."""
        self.postgres = subprocess.Popen([sys.executable, "tests/lib/postgres.py"], cwd=ROOT, text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.environment["LINLI_TEST_PG"] = self.postgres.stdout.readline().strip()
        return bool(self.environment["LINLI_TEST_PG"])

    def run_cluster(self, settings):
        """The groups once more, on a cluster: what lies there is distributed first."""
        count, where = Count(), os.environ.get("LINLI_TEST_CLUSTER")
        if not where:
            print("cluster   skipped: LINLI_TEST_CLUSTER names no Citus cluster", flush=True)
            count.skipped += 1
            return count
        cluster = subprocess.Popen([sys.executable, "tests/lib/cluster.py", where], cwd=ROOT, text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        before, url = self.environment, cluster.stdout.readline().strip()
        self.environment = dict(before, LINLI_TEST_PG=url, LINLI_TEST_SPREAD="1")
        try:
            if not url:
                count.fail("  tests/lib/cluster.py gave no database")
            for group in settings["of"] if url else ():
                own = self.run_group(group, {})
                print(f"cluster   {group}: {own}", flush=True)
                count.add(own)
        finally:
            self.environment = before
            cluster.stdin.close()
            cluster.wait(60)
        return count

    def stop(self):
        if self.postgres:
            self.postgres.stdin.close()
            self.postgres.terminate()
            try:
                self.postgres.wait(30)
            except subprocess.TimeoutExpired:
                self.postgres.kill()

    def jobs(self, group):
        """The programs of a group: (name, command), all printing TAP."""
        jobs = [(path, [os.path.join(self.build, name)]) for kind, name, path in self.sources
                if kind == "test" and path.startswith(f"tests/{group}/")]
        jobs += [(path, [sys.executable, path])
                 for path in sorted(glob.glob(f"tests/{group}/*.py", root_dir=ROOT))]
        if group == "scenario":
            playbooks = sorted(path for path in [*glob.glob("playbooks/*.yaml", root_dir=ROOT), *glob.glob("playbooks/optional/*.yaml", root_dir=ROOT)]
                               if not path.endswith(".scenarios.yaml"))
            playbooks += sorted(path.replace(".scenarios.yaml", ".yaml")
                                for path in glob.glob("tests/lib/*.scenarios.yaml", root_dir=ROOT))
            if playbooks:
                jobs.append(("linli playbook test", [self.environment["LINLI"], "playbook", "test", *playbooks]))
        if group == "corpora":
            for kind, name, path in self.sources:
                if kind == "fuzz":
                    kept = glob.glob(os.path.join("tests/fuzz/corpus", os.path.basename(path)[:-2], "*"), root_dir=ROOT)
                    jobs.append((path, [os.path.join(self.build, name), *sorted(kept)]))
        return jobs

    @staticmethod
    def second_try(group, first, run):
        """What failed alone, once more in a fresh house; whoever passes only now is named."""
        for fault in first.faults:
            print(f"{group}: failed at the first try\n{fault}", flush=True)
        names = "|".join(re.escape(name) for name in first.failing)
        second = run("--testNamePattern", f"^({names})$")
        second.skipped = first.skipped
        if second.passed + second.failed < len(first.failing):
            second.fail(f"  {group}: the second try did not find every test again")
        else:
            for name in sorted({*first.failing} - {*second.failing}):
                print(f"{group}: passed only at the second try: {name}", flush=True)
        second.passed += first.passed
        return second

    def run_vitest(self, group, again=0):
        """The script `test:GROUP` of web/package.json (`test` and `check` for web), if it is there;
        when no more than `again` tests fail, those are tried a second time (decision 0051)."""
        web, script = os.path.join(ROOT, "web"), "test" if group == "web" else f"test:{group}"
        try:
            with open(os.path.join(web, "package.json"), encoding="utf-8") as file:
                scripts = json.load(file).get("scripts", {})
        except OSError:
            scripts = {}
        if script not in scripts:
            return Count()
        node = subprocess.run(["tools/node.sh"], cwd=ROOT, text=True, stdout=subprocess.PIPE).stdout.strip()
        environment = dict(self.environment, PATH=f"{node}:{os.environ['PATH']}")

        def run(*chosen):
            report = os.path.join(self.build, f"vitest-{group}.json")
            if os.path.exists(report):
                os.remove(report)
            status, out, err = execute(["npm", "run", "--silent", script, "--", "--reporter=json",
                                        f"--outputFile={report}", *chosen], environment, web)
            return count_vitest(f"npm run {script}", report, status, out + err)

        count = run()
        if 0 < len(count.failing) == count.failed <= again:
            count = self.second_try(group, count, run)
        if group == "web" and "check" in scripts:
            status, out, err = execute(["npm", "run", "--silent", "check"], environment, web)
            count.passed += not status
            if status:
                count.fail("  npm run check\n    " + "\n    ".join((out + err).splitlines()[-60:]))
        return count

    def run_fuzz(self):
        """Fuzzes every target for FUZZ_SECONDS, starting from the kept inputs."""
        count, seconds = Count(), os.environ.get("FUZZ_SECONDS", "30")
        for kind, name, path in self.sources:
            if kind != "fuzz":
                continue
            target = os.path.basename(path)[:-2]
            found = os.path.join(self.build, "corpus", target)
            kept = os.path.join(ROOT, "tests/fuzz/corpus", target)
            os.makedirs(found, exist_ok=True)
            status, _, err = execute([os.path.join(self.build, name), f"-max_total_time={seconds}", "-timeout=10",
                                      f"-artifact_prefix={self.build}/{name}-", found,
                                      *([kept] if os.path.isdir(kept) else [])], self.environment)
            print(f"  {path}: {(err.splitlines() or ['nothing'])[-1]}", flush=True)
            if status:
                count.fail(f"  {path}: status {status}\n    " + "\n    ".join(err.splitlines()[-60:]))
            else:
                count.passed += 1
        return count

    def run_group(self, group, settings):
        total = Count()
        if settings.get("postgres") and not self.environment.get("LINLI_TEST_PG") and not self.start_postgres():
            total.fail("  PostgreSQL: tests/lib/postgres.py gave no URL")
        if group == "fuzz":
            return self.run_fuzz()
        if group == "cluster":
            return self.run_cluster(settings)

        def run(job):
            return count_tap(job[0], *execute(job[1], self.environment))

        with concurrent.futures.ThreadPoolExecutor(settings.get("together", 1)) as pool:
            for count in pool.map(run, self.jobs(group)):
                total.add(count)
        total.add(self.run_vitest(group, settings.get("again", 0)))
        return total


def judge_time(group, seconds, share, total):
    if share and seconds > 1.5 * share:
        text = f"  {group}: {seconds:.0f} s, its share is {share} s (tests/groups.json)"
        if os.environ.get("LINLI_TIMES") == "strict":
            total.fail(text)
        print("too slow:" + text, flush=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--build", default="build")
    arguments.add_argument("groups", nargs="*")
    arguments = arguments.parse_args()
    with open(os.path.join(ROOT, "tests/groups.json"), encoding="utf-8") as file:
        table = json.load(file)
    runner, total = Runner(arguments.build), Count()
    try:
        for group in arguments.groups or table:
            start = time.monotonic()
            print(f"{group:9} …", flush=True)
            count = runner.run_group(group, table.get(group, {}))
            if not count.passed and not count.failed and not count.skipped:
                count.fail(f"  {group}: no test was run")
            seconds = time.monotonic() - start
            for fault in count.faults:
                print(fault)
            print(f"{group:9} {count}  ({seconds:.1f} s)", flush=True)
            judge_time(group, seconds, table.get(group, {}).get("seconds"), total)
            total.add(count)
    finally:
        runner.stop()
    print(total)
    sys.exit(1 if total.failed else 0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    main()
