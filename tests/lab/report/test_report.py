import base64
import html.parser
import json
import re

import pytest
from bundles import HOSTILE, write_bundle, write_history, write_point, write_sweep

from spacewheat_sim.cli import main
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.report.page import SCRIPTS, _hash, _part
from spacewheat_sim.lab.report.report import write_report


class Tags(html.parser.HTMLParser):
    """Every tag and attribute of a page, and the text of its scripts and styles."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append((self.tags[-1][0] if self.tags else "", data))

    def handle_comment(self, data):
        self.tags.append(("comment", data))


def page(tmp_path, *paths, figures=100):
    out = tmp_path / "report.html"
    report = write_report(paths or [tmp_path / "runs"], out, figures=figures)
    return report, Tags(out.read_text(encoding="utf-8"))


def index(tags):
    place = next(k for k, (_, a) in enumerate(tags.tags) if a.get("id") == "index")
    scripts = [text for tag, text in tags.texts if tag == "script"]
    assert place
    return json.loads(scripts[0])


def test_a_page_has_a_row_and_a_block_for_each_run(tmp_path):
    for name in ("a", "b", "c"):
        write_history(tmp_path / "runs", name)

    report, tags = page(tmp_path)

    assert report.runs == 3
    assert sorted(run["name"] for run in index(tags)["runs"]) == ["a", "b", "c"]
    blocks = [a["id"] for _, a in tags.tags if a.get("id", "").startswith("run-")]
    assert blocks == ["run-0", "run-1", "run-2"]


def test_hostile_names_add_no_markup(tmp_path):
    """Wherever a name may come from, the page has the tags of a harmless one."""
    pages = []
    for word in ("plain", HOSTILE):
        runs = tmp_path / f"runs {len(pages)}"
        meta = {"parameters": {word: word}, "experiment": word, "status": word}
        write_history(runs, "x", north=word, south=word + "2", **meta)
        write_bundle(
            runs,
            "y",
            kind=word,
            results={word: {word: [word]}},
            seed=word,
            started=word,
        )
        (runs / "broken").mkdir()
        (runs / "broken" / "meta.json").write_text(json.dumps({word: word}))
        pages.append(page(tmp_path, runs)[1])

    plain, hostile = pages
    assert hostile.tags == plain.tags
    assert any(HOSTILE in run["parameters"] for run in index(hostile)["runs"])


def test_nothing_but_the_page_itself_may_run_or_be_fetched(tmp_path):
    write_history(tmp_path / "runs")
    _, tags = page(tmp_path)

    (policy,) = (a["content"] for _, a in tags.tags if "http-equiv" in a)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    script = "".join(t for tag, t in tags.texts if tag == "script" and "uPlot" in t)
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == f"'{_hash(script)}'"
    assert "connect-src" not in rules
    for tag, attributes in tags.tags:
        for name in ("src", "href", "action"):
            address = attributes.get(name, "#")
            assert address.startswith(("#", "data:")), (tag, address)


def test_scripts_write_text_and_never_markup():
    ours = "".join(_part(name) for name in SCRIPTS)
    assert not re.findall(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function", ours
    )
    assert not re.findall(r"fetch\(|XMLHttp|WebSocket|sendBeacon|import\(", ours)


def test_the_page_carries_the_licence_of_its_charts(tmp_path):
    write_history(tmp_path / "runs")
    _, tags = page(tmp_path)

    terms = _part("LICENSE-UPLOT.txt")
    assert "MIT License" in terms
    assert any(terms in text for _, text in tags.texts)


def test_a_bundle_that_was_changed_says_so_and_one_without_metadata_is_left_out(
    tmp_path,
):
    changed = write_history(tmp_path / "runs", "changed")
    (changed / "results.json").write_text('{"time": NaN}')
    broken = write_history(tmp_path / "runs", "broken")
    (broken / "meta.json").write_text("{")

    report, tags = page(tmp_path)

    assert report.runs == 1
    assert index(tags)["runs"][0]["notes"] == 1
    (line,) = report.unreadable
    assert str(broken) in line
    assert index(tags)["unreadable"] == [line]


def test_points_know_their_sweep(tmp_path):
    sweep = write_sweep(tmp_path / "runs")
    write_point(sweep, "0" * 16, 0)

    _, tags = page(tmp_path)

    parents = {run["kind"]: run["parent"] for run in index(tags)["runs"]}
    assert parents == {"sweep": None, "simulation": sweep.name}


def test_hidden_folders_are_passed_over_and_each_bundle_is_taken_once(tmp_path):
    made = write_history(tmp_path / "runs")
    (made.parent / ".x.unfinished").mkdir()
    (made.parent / ".x.unfinished" / "meta.json").write_text("{}")

    report, _ = page(tmp_path, tmp_path / "runs", made, made / "meta.json")

    assert report.runs == 1
    assert not report.unreadable


def test_figures_are_those_of_the_newest_runs(tmp_path):
    from PIL import Image

    from spacewheat_sim.jsonio import digest

    for name in ("20260101T000000Z-a-1", "20260102T000000Z-b-1"):
        folder = tmp_path / "runs" / name
        (folder / "figures").mkdir(parents=True)
        Image.new("RGB", (1600, 800), "white").save(folder / "figures" / "x.png")
        files = {"figures/x.png": digest((folder / "figures" / "x.png").read_bytes())}
        meta = {"status": "complete", "name": name, "files": files}
        (folder / "meta.json").write_text(json.dumps(meta))

    report, tags = page(tmp_path, figures=1)

    assert report.pictured == 1
    assert [a["id"] for _, a in tags.tags if "figure" in a.get("id", "")] == [
        "figure-0-0"
    ]
    assert index(tags)["runs"][0]["name"].endswith("b-1")


@pytest.mark.parametrize("words", [["nowhere"], ["."], ["--figures", "-1"]])
def test_a_place_without_runs_is_refused(tmp_path, monkeypatch, capsys, words):
    monkeypatch.chdir(tmp_path)

    assert main(["report", *words]) == 2
    assert "report.html" not in [path.name for path in tmp_path.iterdir()]
    assert capsys.readouterr().err.count("\n") == 1


def test_the_command_says_what_it_wrote(tmp_path, monkeypatch, capsys):
    write_history(tmp_path / "runs")
    monkeypatch.chdir(tmp_path)

    assert main(["lab", "report", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["page"] == "report.html"
    assert told["bytes"] == (tmp_path / "report.html").stat().st_size
    assert told["runs"] == 1


def test_the_small_curves_are_of_the_largest_populations_up_to_their_top(tmp_path):
    columns = ["time", *"abcdefghij", "purity"]
    levels = [0.01 * (k + 1) for k in range(10)]  # 0.01 … 0.1
    rows = [[t, *levels, 1.0] for t in (0, 1)]
    write_bundle(tmp_path / "runs", "pond", columns=columns, rows=rows, events=[])

    _, tags = page(tmp_path)

    lines = index(tags)["runs"][0]["spark"]["lines"]
    drawn = [base64.b64decode(line)[0] for line in lines]
    assert drawn == pytest.approx([255 * level / 0.1 for level in levels[2:]], abs=0.51)


def test_the_small_curve_of_a_sweep_is_of_means_over_its_longest_parameter(tmp_path):
    """Of 10 i + j + replicate, with j held at 0: 0.5, 10.5 … 50.5."""
    write_sweep(tmp_path / "runs")

    _, tags = page(tmp_path)

    (line,) = index(tags)["runs"][0]["spark"]["lines"]
    assert list(base64.b64decode(line)) == [0, 51, 102, 153, 204, 255]


def test_the_small_curve_of_a_zipped_sweep_is_of_all_rows_that_are_known(tmp_path):
    columns = ["point", "a", "b", "replicate", "seed", "status", "q"]
    rows = [[f"{k}", k, 9 - k, 0, 1, "complete", k] for k in range(4)]
    rows[1][-2:] = ["failed", None]
    results = {"parameters": ["a", "b"], "quantities": ["q"]}
    about = {"kind": "sweep", "columns": columns, "rows": rows, "results": results}
    write_bundle(tmp_path / "runs", "pond", **about)

    _, tags = page(tmp_path)

    (line,) = index(tags)["runs"][0]["spark"]["lines"]
    assert list(base64.b64decode(line)) == [0, 170, 255]


def test_a_page_that_cannot_be_written_is_an_error_that_names_it(tmp_path, capsys):
    write_history(tmp_path / "runs")
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "report.html"

    assert main(["lab", "report", str(tmp_path / "runs"), "--out", str(out)]) == 1
    assert str(out) in capsys.readouterr().err


def test_all_runs_unreadable_is_an_error(tmp_path):
    (tmp_path / "runs" / "x").mkdir(parents=True)
    (tmp_path / "runs" / "x" / "meta.json").write_text("[]")

    with pytest.raises(ArgumentError, match="not the metadata"):
        page(tmp_path)
