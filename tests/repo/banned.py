"""Calls that have one home, or none."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402

# what, where it is allowed, why
RULES = (
    (r"time|clock_gettime|gettimeofday|localtime|localtime_r|gmtime|gmtime_r|mktime|strftime",
     r"^src/base/sys\.c$", "time comes from ctx->clock"),
    (r"rand|srand|random|drand48|rand_r|getrandom|arc4random|randombytes_\w+",
     r"^src/base/sys\.c$", "chance comes from ctx->random"),
    (r"sleep|usleep|nanosleep|clock_nanosleep", r"^src/base/sys\.c$", "nothing sleeps; wait on a condition"),
    (r"strcpy|stpcpy|strcat|strncat|strncpy|sprintf|vsprintf|gets|strtok|strtok_r|atoi|atol|atoll|alloca|system|popen",
     r"^$", "use li_str and li_buf"),
    (r"printf|fprintf|vprintf|vfprintf|puts|fputs|putchar|perror",
     r"^src/(cli/.*|base/log\.c|base/err\.c)$", "only cli and the log write to the terminal"),
    (r"abort|exit|_exit|quick_exit", r"^src/(cli/.*|base/err\.c|base/sys\.c)$",
     "a fault is returned; a bug is li_assert"),
)


def faults_of(path, text):
    for names, home, why in RULES:
        if re.match(home, path):
            continue
        for match in re.finditer(rf"(?<![\w.>])({names})\s*\(", text):
            yield f"{path}:{house.line_of(text, match.start())}: {match[1]}(): {why}"


def calls():
    """no banned call in src/"""
    for path in house.files(r"^src/.*\.[ch]$"):
        yield from faults_of(path, house.bare(path))


def unfinished():
    """no unfinished work is left in a comment"""
    words = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
    for path in house.files(r"^(src|tests|tools|web|schema|playbooks|api)/|^(Makefile|meson)"):
        if not re.search(r"\.(c|h|py|sh|ts|vue|js|mjs|css|html|sql|ya?ml|build)$|Makefile", path):
            continue
        for match in words.finditer(house.read(path)):
            yield f"{path}:{house.line_of(house.read(path), match.start())}: {match[0]}"


def tests_wait():
    """no test sleeps to wait"""
    for path in house.files(r"^tests/.*\.(c|py)$"):
        for match in re.finditer(r"(?<![\w.>])(?:time\.)?u?sleep\(\s*[\w.]", house.bare(path) if path.endswith(".c")
                                 else house.read(path)):
            yield f"{path}:{house.line_of(house.read(path), match.start())}: {match[0]}…"


def catches():
    """the check itself sees a banned call, and not a member of that name"""
    if len(list(faults_of("src/record/x.c", "a = time(NULL);\nstrcpy(a, b);"))) != 2:
        yield "time() or strcpy() passed"
    if list(faults_of("src/record/x.c", "clock->time(x); li_time(y); runtime(z);")):
        yield "a call through a member was taken for time()"


house.run(calls, unfinished, tests_wait, catches)
