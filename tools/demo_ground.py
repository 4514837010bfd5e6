#!/usr/bin/env python3
"""Makes data/demo/ground.geojson: tools/demo_ground.py > data/demo/ground.geojson

No open polygons of streets, communities or grids are to be had, so the demo's are
made up: around a plausible middle of each real street a lattice of about 220 m is
bent a little, its cells are grids, blocks of cells the real communities, and lanes,
compounds, buildings and notice boards with invented names stand in them.  The
same every time; data/demo/areas.csv gives the streets and communities.
"""
import csv
import json
import math
import os
import random

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# a street's code -> its middle, lon and lat (about)
MIDDLES = {
    "440305001": (113.9215, 22.5400),
    "440306022": (113.8080, 22.7290),
    "440306025": (113.8560, 22.8010),
    "440307019": (114.3010, 22.7130),
    "150782001": (120.7230, 49.2890),
    "621002002": (107.6350, 35.7240),
}
CELL = 220.0  # metres
DEGREE = 111195.0  # metres of latitude
LANES = ("胜利", "和平", "光明", "团结", "文化", "建设", "春风", "向阳", "青石", "柳树", "水井", "书院", "朝阳", "东风",
         "红旗", "新民", "永安", "长乐", "前进", "槐花")
COMPOUNDS = ("幸福小区", "和谐家园", "阳光花园", "翠竹苑", "金桂苑", "安居小区", "锦绣华庭", "春晓园", "枫叶苑", "康乐小区",
             "碧水湾", "百合苑", "松涛园", "明珠花园", "福临小区", "书香苑", "紫荆园", "祥和小区", "梧桐苑", "丰泽园")
DIGITS = "零一二三四五六七八九"


def read_tree():
    with open(os.path.join(ROOT, "data/demo/areas.csv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    streets = [row for row in rows if row["kind"] == "street"]
    return [(street, [row for row in rows if row["parent"] == street["code"]]) for street in streets]


def split(total, parts):
    """`total` in `parts` shares that differ by at most one, the larger first."""
    return [total // parts + (i < total % parts) for i in range(parts)]


class Lattice:
    """Corners of cells, bent at random but the same for every neighbour."""

    def __init__(self, chance, middle, columns, rows):
        self.middle, self.columns, self.rows = middle, columns, rows
        self.corners = {(x, y): self.corner(chance, x, y) for y in range(rows + 1) for x in range(columns + 1)}

    def corner(self, chance, x, y):
        east = (x - self.columns / 2 + chance.uniform(-0.22, 0.22)) * CELL
        north = (self.rows / 2 - y + chance.uniform(-0.22, 0.22)) * CELL
        lon, lat = self.middle
        return (round(lon + east / DEGREE / math.cos(math.radians(lat)), 6), round(lat + north / DEGREE, 6))

    def block(self, left, top, right, bottom):
        """The ring around cells, anticlockwise from the north-west."""
        ring = [(left, y) for y in range(top, bottom)] + [(x, bottom) for x in range(left, right)]
        ring += [(right, y) for y in range(bottom, top, -1)] + [(x, top) for x in range(right, left, -1)]
        return {"type": "Polygon", "coordinates": [[list(self.corners[at]) for at in ring + ring[:1]]]}

    def inside(self, chance, x, y):
        """A point well inside a cell."""
        corners = [self.corners[at] for at in ((x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1))]
        u, v = chance.uniform(0.3, 0.7), chance.uniform(0.3, 0.7)
        weights = ((1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v)
        return {"type": "Point",
                "coordinates": [round(sum(w * c[i] for w, c in zip(weights, corners)), 6) for i in (0, 1)]}


class Maker:
    def __init__(self):
        self.chance = random.Random(20261122)
        self.features = []

    def add(self, code, parent, kind, name, geometry):
        self.features.append({"type": "Feature", "properties": {"code": code, "parent": parent, "kind": kind,
                                                               "name": name}, "geometry": geometry})

    def street(self, street, communities):
        count = len(communities)
        shares = split(count, max(1, round(math.sqrt(count) / 1.2)))
        columns = 3 * shares[0] - (0 if shares[0] == shares[-1] else 1)
        lattice = Lattice(self.chance, MIDDLES[street["code"]], columns, 2 * len(shares))
        self.add(street["code"], street["parent"], "street", street["name"],
                 lattice.block(0, 0, columns, 2 * len(shares)))
        left_over = iter(communities)
        for row, share in enumerate(shares):
            left = 0
            for width in split(columns, share):
                self.community(next(left_over), lattice, left, 2 * row, left + width)
                left += width

    def community(self, area, lattice, left, top, right):
        code = area["code"]
        self.add(code, area["parent"], "community", area["name"], lattice.block(left, top, right, top + 2))
        cells = [(x, y) for y in (top, top + 1) for x in range(left, right)]
        for number, (x, y) in enumerate(cells, 1):
            self.add(f"{code}{number:03d}", code, "grid", f"第{DIGITS[number]}网格", lattice.block(x, y, x + 1, y + 1))
        for number, name in enumerate(self.chance.sample(LANES, 3), 1):
            self.add(f"{code}L{number:03d}", code, "lane", name + "巷", lattice.inside(self.chance, *self.chance.choice(cells)))
        for number, name in enumerate(self.chance.sample(COMPOUNDS, 2), 1):
            self.compound(code, number, name, cells, lattice)
        self.add(f"{code}P001", code, "point", "社区公示栏", lattice.inside(self.chance, *cells[0]))

    def compound(self, code, number, name, cells, lattice):
        at = self.chance.randrange(len(cells))
        compound = f"{code}C{number:03d}"
        self.add(compound, f"{code}{at + 1:03d}", "compound", name, lattice.inside(self.chance, *cells[at]))
        word = "号楼" if code[:2] in ("15", "62") else "栋"
        for house in range(1, self.chance.randint(2, 4) + 1):
            self.add(f"{code}B{number * 10 + house:03d}", compound, "building", f"{house}{word}",
                     lattice.inside(self.chance, *cells[at]))


def main():
    maker = Maker()
    for street, communities in read_tree():
        maker.street(street, communities)
    lines = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in maker.features]
    print('{"type":"FeatureCollection","note":"Generated by tools/demo_ground.py: boundaries, grids, lanes, compounds, '
          'buildings and points are invented; 边界、网格、巷、小区、楼栋和点位均为演示而生成，并非真实数据。","features":[')
    print(",\n".join(lines))
    print("]}")


if __name__ == "__main__":
    main()
